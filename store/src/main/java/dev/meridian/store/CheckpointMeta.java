package dev.meridian.store;

/** What a {@link Checkpoint} said of itself, read back. */
@SuppressWarnings("ArrayRecordComponent") // handed over, never compared
public record CheckpointMeta(long lsn, byte[] meta) {}
