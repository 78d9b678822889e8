package dev.meridian.config;

import java.time.Duration;

/**
 * How regions keep in touch, for all datasets; of what a dataset may say itself, what holds for one that says nothing.
 *
 * @param lease longer than twice the heartbeat
 * @param detection after how long without a word a region is called lost
 * @param tombstoneHorizon a region away for longer resyncs in full before it sends
 * @param logLimitBytes what a group's log may hold for a region that is away, before it needs a
 *     snapshot
 * @param clockOffsetLimit a remote clock further ahead is not adopted
 */
public record ReplicationSettings(
        Duration heartbeat,
        Duration lease,
        Duration detection,
        LateWrites lateWrites,
        Duration writeTimeout,
        int minLive,
        Duration tombstoneHorizon,
        long logLimitBytes,
        Duration clockOffsetLimit) {}
