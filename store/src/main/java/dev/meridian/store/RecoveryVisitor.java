package dev.meridian.store;

import java.util.Optional;

/** Takes what {@link RegionStore#recover} finds, in the order of these methods. Slices are valid during the call only. */
public interface RecoveryVisitor {

    /**
     * The checkpoint whose rows follow; empty if there never was one.
     *
     * @param startLsn the oldest record that is kept
     * @return the lsn of the record from which to replay, from {@code startLsn} to the checkpoint's lsn (0 without one)
     */
    long checkpoint(Optional<CheckpointMeta> checkpoint, long startLsn);

    /** A row, in the order of keys. */
    void row(byte[] key, int keyLength, byte[] value, int valueLength);

    /** A record of the log, in the order of the log. */
    void record(long lsn, byte[] bytes, int payloadOffset, int payloadLength);
}
