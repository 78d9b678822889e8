package dev.meridian.store;

/**
 * What a start found.
 *
 * @param checkpointLsn the cut that the rows are at; 0 without one
 * @param replayedFromLsn where the replay began
 * @param endLsn where the log ends and the next append goes
 * @param tornTailBytes bytes behind the last valid record that were cut off; none of them was durable
 */
public record RecoveryReport(
        long rowCount,
        long recordCount,
        long checkpointLsn,
        long replayedFromLsn,
        long endLsn,
        long tornTailBytes,
        long tookMs) {}
