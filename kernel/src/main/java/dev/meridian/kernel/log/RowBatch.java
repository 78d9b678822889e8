package dev.meridian.kernel.log;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Rows that changed since the last cut, in one growing array: cheap for the kernel's thread to fill, and no object a row.
 *
 * <p>An entry is {@code [i32 key length][i32 value length, or -1 for a delete][key][value]}, little endian. Entries apply
 * in order; of several for one key the last holds. Passes from the thread that fills it to the thread that stores it; never
 * used by both at once.
 */
public final class RowBatch {

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int HEADER_BYTES = 8;
    private static final int LENGTH_MAX = Integer.MAX_VALUE - 64;

    private byte[] bytes;
    private int length;
    private int rowCount;

    /** Takes each row in turn, as slices of one array that are valid during the call only. */
    public interface Visitor {
        void put(byte[] bytes, int keyOffset, int keyLength, int valueOffset, int valueLength);

        void delete(byte[] bytes, int keyOffset, int keyLength);
    }

    public RowBatch(int capacityBytes) {
        bytes = new byte[capacityBytes];
    }

    /** A batch over rows that are written already; the array is not to change while the batch is in use. */
    public static RowBatch over(byte[] rows, int length) {
        RowBatch batch = new RowBatch(0);
        batch.bytes = rows;
        batch.length = length;
        return batch;
    }

    public void put(byte[] key, byte[] value) {
        int valueOffset = reserve(key, 0, key.length, value.length);
        System.arraycopy(value, 0, bytes, valueOffset, value.length);
    }

    /**
     * Adds a row whose value the caller then writes into {@link #bytes()}, at the offset returned and before any other call.
     */
    public int reserve(byte[] key, int keyOffset, int keyLength, int valueLength) {
        int valueOffset = entry(key, keyOffset, keyLength, valueLength, valueLength);
        length = valueOffset + valueLength;
        return valueOffset;
    }

    public void delete(byte[] key, int keyOffset, int keyLength) {
        length = entry(key, keyOffset, keyLength, -1, 0);
    }

    /** Visits the rows in the order in which they were added. */
    public void forEach(Visitor visitor) {
        for (int at = 0; at < length; ) {
            int keyLength = (int) INT.get(bytes, at);
            int valueLength = (int) INT.get(bytes, at + 4);
            int keyOffset = at + HEADER_BYTES;
            int valueOffset = keyOffset + keyLength;
            if (valueLength < 0) {
                visitor.delete(bytes, keyOffset, keyLength);
                at = valueOffset;
            } else {
                visitor.put(bytes, keyOffset, keyLength, valueOffset, valueLength);
                at = valueOffset + valueLength;
            }
        }
    }

    /** The array that holds the entries in its first {@link #length()} bytes; another one after the batch has grown. */
    public byte[] bytes() {
        return bytes;
    }

    public int length() {
        return length;
    }

    public int rowCount() {
        return rowCount;
    }

    /** Empties the batch and keeps its array. */
    public void clear() {
        length = 0;
        rowCount = 0;
    }

    private int entry(byte[] key, int keyOffset, int keyLength, int storedValueLength, int valueLength) {
        long needed = (long) length + HEADER_BYTES + keyLength + valueLength;
        if (needed > bytes.length) {
            grow(needed);
        }
        INT.set(bytes, length, keyLength);
        INT.set(bytes, length + 4, storedValueLength);
        System.arraycopy(key, keyOffset, bytes, length + HEADER_BYTES, keyLength);
        rowCount++;
        return length + HEADER_BYTES + keyLength;
    }

    private void grow(long needed) {
        if (needed > LENGTH_MAX) {
            throw new IllegalStateException("a batch of " + rowCount + " rows would take " + needed
                    + " bytes: a batch holds at most " + LENGTH_MAX + "; cut more often");
        }
        bytes = Arrays.copyOf(bytes, (int) Math.min(LENGTH_MAX, Math.max(needed, 2L * bytes.length)));
    }
}
