package dev.meridian.server.certificate;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** The few forms of ASN.1 (DER) that a certificate is made of. */
final class Der {
    static final int SEQUENCE = 0x30;
    private static final int BIT_STRING = 3;
    private static final int OCTET_STRING = 4;
    private static final int OBJECT_IDENTIFIER = 6;
    private static final int GENERALIZED_TIME = 0x18;
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

    private Der() {}

    static byte[] of(int tag, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        int size = content.size();
        if (size < 128) {
            out.write(size);
        } else {
            byte[] length = BigInteger.valueOf(size).toByteArray();
            int from = length[0] == 0 ? 1 : 0;
            out.write(0x80 | length.length - from);
            out.write(length, from, length.length - from);
        }
        out.writeBytes(content.toByteArray());
        return out.toByteArray();
    }

    static byte[] sequence(byte[]... parts) {
        return of(SEQUENCE, parts);
    }

    static byte[] integer(BigInteger number) {
        return of(2, number.toByteArray());
    }

    static byte[] yes() {
        return of(1, new byte[] {-1});
    }

    static byte[] octets(byte[] bytes) {
        return of(OCTET_STRING, bytes);
    }

    /** @param unused how many of the last bits say nothing */
    static byte[] bits(int unused, byte[] bytes) {
        return of(BIT_STRING, new byte[] {(byte) unused}, bytes);
    }

    static byte[] ascii(int tag, String text) {
        return of(tag, text.getBytes(StandardCharsets.US_ASCII));
    }

    /** From 2050 on certificates hold no other form; earlier the two-digit one is wanted. */
    static byte[] time(Instant at) {
        String text = TIME.format(at);
        return text.compareTo("2050") >= 0 ? ascii(GENERALIZED_TIME, text) : ascii(0x17, text.substring(2));
    }

    static byte[] identifier(int... arcs) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(arcs[0] * 40 + arcs[1]);
        for (int i = 2; i < arcs.length; i++) {
            for (int shift = 28; shift >= 0; shift -= 7) {
                int rest = arcs[i] >>> shift;
                if (rest > 0 || shift == 0) {
                    out.write(rest & 0x7F | (shift > 0 ? 0x80 : 0));
                }
            }
        }
        return of(OBJECT_IDENTIFIER, out.toByteArray());
    }
}
