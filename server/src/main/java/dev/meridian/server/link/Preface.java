package dev.meridian.server.link;

import dev.meridian.kernel.bytes.ByteReader;
import dev.meridian.kernel.bytes.ByteWriter;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What each side says first: u64 magic, u32 version, its region, the region that it means to reach, a nonce that it never
 * uses again, u32 CRC-32C of all that. Little endian; texts as u8 length and UTF-8.
 *
 * @param bytes as they stand on the wire
 */
record Preface(String speaker, String meant, byte[] bytes) {
    static final int VERSION = 1;
    static final int NONCE_BYTES = 16;
    static final int BYTES_MAX = 8 + 4 + 2 * 128 + NONCE_BYTES + 4;
    private static final long MAGIC = 0x4E4149444952454DL; // "MERIDIAN"
    private static final int NAMES_AT = 12;
    private static final int NAME_BYTES_MAX = 127;

    static Preface of(String speaker, String meant, byte[] nonce) {
        ByteWriter out = new ByteWriter(BYTES_MAX);
        out.i64(MAGIC);
        out.i32(VERSION);
        out.text(speaker);
        out.text(meant);
        out.raw(nonce, 0, NONCE_BYTES);
        out.i32(sum(out.array(), 0, out.size()));
        return new Preface(speaker, meant, out.toByteArray());
    }

    /** Null while more bytes are needed; what can no preface be is refused as soon as it shows. */
    static @Nullable Preface read(byte[] bytes, int offset, int length) {
        for (int i = 0; i < Math.min(length, 8); i++) {
            if (bytes[offset + i] != (byte) (MAGIC >>> 8 * i)) {
                throw new LinkFaultException(LinkFault.PREFACE, "the other side is no Meridian node");
            }
        }
        if (length < NAMES_AT) {
            return null;
        }
        ByteReader in = new ByteReader().wrap(bytes, offset + 8, length - 8);
        int version = in.i32();
        if (version != VERSION) {
            throw new LinkFaultException(
                    LinkFault.VERSION, "the other side speaks version " + version + ", this node " + VERSION);
        }
        int end = NAMES_AT;
        for (int i = 0; i < 2; i++) {
            if (length <= end) {
                return null;
            }
            int size = bytes[offset + end];
            if (size <= 0 || size > NAME_BYTES_MAX) {
                throw new LinkFaultException(LinkFault.PREFACE, "a region's name of " + size + " bytes");
            }
            end += 1 + size;
        }
        end += NONCE_BYTES;
        if (length < end + 4) {
            return null;
        }
        String speaker = in.text();
        String meant = in.text();
        if (new ByteReader().wrap(bytes, offset + end, 4).i32() != sum(bytes, offset, end)) {
            throw new LinkFaultException(LinkFault.PREFACE, "a preface that was damaged");
        }
        return new Preface(speaker, meant, Arrays.copyOfRange(bytes, offset, offset + end + 4));
    }

    private static int sum(byte[] bytes, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, offset, length);
        return (int) crc.getValue();
    }
}
