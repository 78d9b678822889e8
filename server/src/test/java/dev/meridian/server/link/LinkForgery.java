package dev.meridian.server.link;

import dev.meridian.kernel.bytes.ByteWriter;
import java.security.MessageDigest;
import java.util.zip.CRC32C;

/** Makes blocks with the right sum out of any bytes, as a node gone wrong would. */
final class LinkForgery {
    private LinkForgery() {}

    /** The dialler's block of this number. */
    static byte[] sealed(Preface dialler, Preface listener, long number, byte[] rest) {
        ByteWriter summed = new ByteWriter(rest.length + 32);
        summed.raw(key(dialler, listener), 0, 16);
        summed.i64(number);
        summed.raw(rest, 0, rest.length);
        CRC32C crc = new CRC32C();
        crc.update(summed.array(), 0, summed.size());
        ByteWriter out = new ByteWriter(rest.length + 8);
        out.i32(rest.length);
        out.i32((int) crc.getValue());
        out.raw(rest, 0, rest.length);
        return out.toByteArray();
    }

    private static byte[] key(Preface dialler, Preface listener) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(dialler.bytes());
            digest.update(listener.bytes());
            digest.update((byte) 0);
            return digest.digest();
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
