package dev.meridian.store;

/**
 * Whole valid records as they stand in the log.
 *
 * @param lsn the position of the first
 * @param bytes holds them in its first {@code length} bytes
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never compared
public record LogSlice(long lsn, byte[] bytes, int length) {

    /** The position after the last record: where to read on. */
    public long nextLsn() {
        return lsn + length;
    }
}
