package dev.meridian.kernel.log;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * How one record lies in the log.
 *
 * <p>A log position (lsn) is a byte offset in the one endless logical log of a node, counted from 0. A record is
 * {@code [u32 payload length][u32 checksum][payload]}, little endian, its payload 1 to {@link #PAYLOAD_BYTES_MAX} bytes.
 * The checksum covers the payload (CRC-32C), its length and the record's own lsn, so that a record that a disk wrote to
 * the wrong place, or an old one that it failed to overwrite, is as invalid there as a damaged one.
 *
 * <p>Stateless; safe from any thread.
 */
public final class LogFormat {

    /** Bytes before a payload. */
    public static final int HEADER_BYTES = 8;

    /** The longest payload, 64 MiB: bounds what a damaged length can make a reader allocate. */
    public static final int PAYLOAD_BYTES_MAX = 64 << 20;

    /** {@link #check}: the bytes at hand begin a record that may be valid but ends beyond them. */
    public static final int INCOMPLETE = 0;

    /** {@link #check}: whatever follows, these bytes are no record of this position. */
    public static final int INVALID = -1;

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private LogFormat() {}

    /**
     * Completes the record whose payload stands at {@code recordStart + HEADER_BYTES} by writing its header.
     *
     * @param lsn the position that the record's first byte will have in the log
     * @return the bytes that the record takes, header included
     * @throws IllegalArgumentException if the payload is empty or longer than {@link #PAYLOAD_BYTES_MAX}
     */
    public static int seal(byte[] buffer, int recordStart, int payloadLength, long lsn) {
        if (payloadLength <= 0 || payloadLength > PAYLOAD_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "log record of " + payloadLength + " bytes: a payload has 1 to " + PAYLOAD_BYTES_MAX + " bytes");
        }
        INT.set(buffer, recordStart, payloadLength);
        INT.set(buffer, recordStart + 4, checksum(buffer, recordStart + HEADER_BYTES, payloadLength, lsn));
        return HEADER_BYTES + payloadLength;
    }

    /**
     * Examines the bytes {@code [at, limit)} as a record at {@code lsn}.
     *
     * @return the length of the payload (1 or more) if a whole valid record begins at {@code at}, else
     *     {@link #INCOMPLETE} or {@link #INVALID}
     */
    public static int check(byte[] buffer, int at, int limit, long lsn) {
        if (limit - at < HEADER_BYTES) {
            return INCOMPLETE;
        }
        int payloadLength = payloadLength(buffer, at);
        if (payloadLength <= 0 || payloadLength > PAYLOAD_BYTES_MAX) {
            return INVALID;
        }
        if (limit - at - HEADER_BYTES < payloadLength) {
            return INCOMPLETE;
        }
        int found = (int) INT.get(buffer, at + 4);
        return found == checksum(buffer, at + HEADER_BYTES, payloadLength, lsn) ? payloadLength : INVALID;
    }

    /** The length that the header at {@code at} states, unchecked: negative, zero and huge where it is damaged. */
    public static int payloadLength(byte[] buffer, int at) {
        return (int) INT.get(buffer, at);
    }

    /** Odd factors are bijections: two positions within 4 GiB of each other never give one checksum. */
    private static int checksum(byte[] buffer, int payloadStart, int payloadLength, long lsn) {
        CRC32C crc = new CRC32C();
        crc.update(buffer, payloadStart, payloadLength);
        return (int) crc.getValue()
                ^ (int) lsn * 0x9E3779B1
                ^ (int) (lsn >>> 32) * 0x85EBCA77
                ^ payloadLength * 0xC2B2AE3D;
    }
}
