package dev.meridian.kernel.bytes;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A growable byte array written from the left; little endian. Reused: {@link #clear} keeps the array.
 * Not thread-safe. The array may be replaced whenever something is written, so {@link #array()} is to be
 * read again after each write.
 */
public final class ByteWriter {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private byte[] array;
    private int size;

    public ByteWriter(int capacity) {
        array = new byte[capacity];
    }

    public byte[] array() {
        return array;
    }

    public int size() {
        return size;
    }

    public void clear() {
        size = 0;
    }

    /** Drops what was written after {@code size} bytes. */
    public void truncate(int newSize) {
        if (newSize < 0 || newSize > size) {
            throw new IllegalArgumentException("truncate to " + newSize + " of " + size);
        }
        size = newSize;
    }

    public byte[] toByteArray() {
        return Arrays.copyOf(array, size);
    }

    public byte[] toByteArray(int from, int to) {
        return Arrays.copyOfRange(array, from, to);
    }

    private void room(int more) {
        if (array.length - size < more) {
            array = Arrays.copyOf(array, (int)
                    Math.min(Integer.MAX_VALUE - 8L, Math.max(array.length * 2L, (long) size + more)));
        }
    }

    public void u8(int value) {
        room(1);
        array[size++] = (byte) value;
    }

    public void i32(int value) {
        room(4);
        INT.set(array, size, value);
        size += 4;
    }

    public void i64(long value) {
        room(8);
        LONG.set(array, size, value);
        size += 8;
    }

    /** Overwrites eight bytes written before. */
    public void i64At(int at, long value) {
        LONG.set(array, at, value);
    }

    /** Overwrites four bytes written before. */
    public void i32At(int at, int value) {
        INT.set(array, at, value);
    }

    public void f64(double value) {
        i64(Double.doubleToRawLongBits(value));
    }

    /** Unsigned LEB128; one to ten bytes. */
    public void varint(long value) {
        room(10);
        while ((value & ~0x7FL) != 0) {
            array[size++] = (byte) (value & 0x7F | 0x80);
            value >>>= 7;
        }
        array[size++] = (byte) value;
    }

    public void raw(byte[] bytes, int offset, int length) {
        room(length);
        System.arraycopy(bytes, offset, array, size, length);
        size += length;
    }

    /** A length as varint, then the bytes. */
    public void bytes(byte[] bytes) {
        bytes(bytes, 0, bytes.length);
    }

    public void bytes(byte[] bytes, int offset, int length) {
        varint(length);
        raw(bytes, offset, length);
    }

    public void text(String value) {
        bytes(value.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    /** Leaves {@code count} bytes to be filled in later and returns where they begin. */
    public int reserve(int count) {
        room(count);
        int at = size;
        size += count;
        return at;
    }
}
