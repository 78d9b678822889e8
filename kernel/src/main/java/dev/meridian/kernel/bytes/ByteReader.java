package dev.meridian.kernel.bytes;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads what {@link ByteWriter} wrote, from a slice of a byte array. Every read is checked against the end of
 * the slice: malformed input throws {@link MalformedBytesException} and nothing else, and nothing is
 * allocated beyond the bytes that are there. Not thread-safe; {@link #wrap} makes it reusable.
 */
public final class ByteReader {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private byte[] array = new byte[0];
    private int at;
    private int end;

    public ByteReader() {}

    public ByteReader(byte[] array) {
        wrap(array, 0, array.length);
    }

    public ByteReader wrap(byte[] array, int offset, int length) {
        this.array = array;
        this.at = offset;
        this.end = offset + length;
        return this;
    }

    public byte[] array() {
        return array;
    }

    /** Index in {@link #array()} of the next byte. */
    public int position() {
        return at;
    }

    public int remaining() {
        return end - at;
    }

    private void need(int count) {
        if (count < 0 || end - at < count) {
            throw new MalformedBytesException("needs " + count + " bytes, has " + (end - at));
        }
    }

    public int u8() {
        need(1);
        return array[at++] & 0xFF;
    }

    public int i32() {
        need(4);
        int value = (int) INT.get(array, at);
        at += 4;
        return value;
    }

    public long i64() {
        need(8);
        long value = (long) LONG.get(array, at);
        at += 8;
        return value;
    }

    public double f64() {
        return Double.longBitsToDouble(i64());
    }

    public long varint() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int b = u8();
            value |= (long) (b & 0x7F) << shift;
            if ((b & 0x80) == 0) {
                return value;
            }
        }
        throw new MalformedBytesException("varint longer than ten bytes");
    }

    /** A varint that must fit what is left: a count or a length. */
    public int count() {
        long value = varint();
        if (value < 0 || value > end - at) {
            throw new MalformedBytesException("count " + value + " exceeds the " + (end - at) + " bytes left");
        }
        return (int) value;
    }

    public byte[] bytes() {
        int length = count();
        byte[] copy = Arrays.copyOfRange(array, at, at + length);
        at += length;
        return copy;
    }

    public String text() {
        return new String(bytes(), StandardCharsets.UTF_8);
    }

    /** Skips bytes and returns where they began in {@link #array()}. */
    public int skip(int count) {
        need(count);
        int from = at;
        at += count;
        return from;
    }
}
