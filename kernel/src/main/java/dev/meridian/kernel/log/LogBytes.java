package dev.meridian.kernel.log;

/** The bytes of a log as found on a disk, damage and holes included. */
public interface LogBytes {

    /** The position after the last byte that exists; does not move while a {@link LogScan} is under way. */
    long endLsn();

    /**
     * Copies up to {@code length} bytes that begin at {@code lsn}.
     *
     * @return how many; 0 if there is no byte at {@code lsn}, which below {@link #endLsn()} is a hole
     */
    int read(long lsn, byte[] into, int offset, int length);
}
