package dev.meridian.store;

/** What a {@link Checkpoint} said of itself, read back. */
public record CheckpointMeta(long lsn, byte[] meta) {}
