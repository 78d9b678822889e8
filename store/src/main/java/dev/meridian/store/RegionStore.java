package dev.meridian.store;

import java.util.Optional;

/**
 * What one node keeps of its region: the log, which is the write-ahead log, and the rows at rest, which follow it in
 * checkpoints.
 *
 * <p>The way of a write: {@link #append} (in the hands of the operating system: a killed process loses nothing),
 * {@link #sync} (durable), later {@link #writeCheckpoint} (in the rows), later still {@link #durableCheckpoint} (the rows are
 * at rest; only now may {@link #trim} drop that part of the log). After a start, {@link #recover} comes first.
 *
 * <p>{@link #recover} and {@link #append} belong to one thread, {@link #writeCheckpoint} to one (another) thread; all else may be
 * called from any. Threads inside the store must not be interrupted: Java then closes the file, which counts as a
 * failure of it.
 *
 * <p>Every method throws {@link StoreException}: {@link StoreFullException} leaves the store as it was and usable,
 * {@link StoreFailedException} ends it: whatever is asked afterwards of the log or the checkpoints throws it again.
 */
public interface RegionStore extends AutoCloseable {

    /** The identity that this directory was given when it was created. */
    StoreIdentity identity();

    /**
     * Hands back everything that was stored: the last checkpoint at rest, then its rows, then the log behind it.
     *
     * @throws StoreCorruptException if a record is damaged that was durable, or rows and log do not belong together
     */
    RecoveryReport recover(RecoveryVisitor visitor);

    /**
     * Appends whole records, sealed for their positions, with one write.
     *
     * @param lsn where they go, which must be {@link #endLsn()}
     * @throws StoreFullException if there is no room; nothing of the batch remains
     */
    void append(long lsn, byte[] buffer, int offset, int length);

    /**
     * Makes durable what was appended before this call.
     *
     * @return {@link #durableLsn()}, at least the {@link #endLsn()} at the time of the call
     */
    long sync();

    /** The position of the oldest record that is kept. */
    long startLsn();

    /** The position after the last record appended. */
    long endLsn();

    /** Everything below survives the loss of power. */
    long durableLsn();

    /**
     * Whole valid records, beginning with the one at {@code fromLsn}; durable or not.
     *
     * @param maxBytes how much to read; exceeded only by a single record that is longer
     * @return an empty slice if {@code fromLsn} is {@link #endLsn()}
     * @throws LogTrimmedException if {@code fromLsn} is below {@link #startLsn()}
     */
    LogSlice read(long fromLsn, int maxBytes);

    /**
     * Lets go of the log below {@code lsn}, in whole segments, and never of what recovery or an open snapshot needs.
     *
     * @return the new {@link #startLsn()}
     */
    long trim(long lsn);

    /**
     * Applies a cut of changed rows with its meta, all or nothing. Syncs the log first if the cut is ahead of
     * {@link #durableLsn()}, so that no row at rest is ever ahead of the log. On return it is not durable yet: a crash goes back
     * to {@link #durableCheckpoint()} or a later cut, whole. A cut may know its place in the log only roughly; it is never taken to be
     * before the one that was written last.
     *
     * @throws StoreFullException if there is no room; nothing is applied, and the same checkpoint can be tried again
     */
    void writeCheckpoint(Checkpoint checkpoint);

    /** The last checkpoint that is safely at rest; the log below its lsn is not needed for recovery. */
    Optional<CheckpointMeta> durableCheckpoint();

    /** Brings all checkpoints to rest; for an orderly end, or when the log has to be short. */
    void flush();

    /** A view of the last checkpoint written, which stays as it is until closed. Keeps the log behind it from being trimmed. */
    StoreSnapshot snapshot();

    /** Free bytes on the disk. Ask now and then and refuse writes in time: what is full cannot record deletes either. */
    long usableBytes();

    /**
     * Syncs the log, brings checkpoints to rest and lets go of the directory. A failed store is only let go of. Later calls
     * throw.
     *
     * @throws StoreFullException if there is no room to bring checkpoints to rest; the log has them, and the directory is let
     *     go of all the same
     * @throws IllegalStateException if a snapshot is open; the store then stays open too
     */
    @Override
    void close();
}
