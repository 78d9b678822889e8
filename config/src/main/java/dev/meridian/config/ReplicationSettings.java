package dev.meridian.config;

import java.time.Duration;

/**
 * How regions keep in touch, for all datasets.
 *
 * @param lease longer than twice the heartbeat
 * @param tombstoneHorizon a region away for longer resyncs in full before it sends
 * @param logLimitBytes what a group's log may hold for a region that is away, before it needs a
 *     snapshot
 * @param clockOffsetLimit a remote clock further ahead is not adopted
 */
public record ReplicationSettings(
        Duration heartbeat, Duration lease, Duration tombstoneHorizon, long logLimitBytes, Duration clockOffsetLimit) {}
