package dev.meridian.store;

import dev.meridian.kernel.log.RowBatch;

/**
 * An exact cut: the rows that changed since the cut before, and what the kernel wants to find beside them after a crash.
 *
 * @param lsn the log position of the cut, or one before it: the rows hold the effect of every record below it, and of those above that the
 *     meta names
 * @param meta opaque to the store (the kernel's vectors)
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never compared
public record Checkpoint(long lsn, byte[] meta, RowBatch rows) {}
