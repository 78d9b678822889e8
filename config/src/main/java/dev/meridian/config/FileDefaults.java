package dev.meridian.config;

import java.time.Duration;

/** What holds when a file says nothing and nothing follows from the rest. */
final class FileDefaults {
    static final Duration LAG_THRESHOLD = Duration.ofSeconds(5);
    static final Duration HEARTBEAT = Duration.ofMillis(500);
    static final Duration LEASE = Duration.ofSeconds(5);
    static final Duration WRITE_TIMEOUT = Duration.ofSeconds(5);
    static final int MIN_LIVE = 2;
    static final Duration IDEMPOTENCY_WINDOW = Duration.ofHours(24);
    static final Duration TOMBSTONE_HORIZON = Duration.ofDays(7);
    static final long LOG_LIMIT_BYTES = 1L << 30;
    static final Duration CLOCK_OFFSET_LIMIT = Duration.ofMillis(500);
    static final Duration HEALTH_CHECK_INTERVAL = Duration.ofSeconds(30);
    static final long FAILOVER_THRESHOLD = 3;
    static final long MAX_VALUE_BYTES = 64L << 20;
    static final long MAX_CONNECTIONS = 10_000;

    private FileDefaults() {}
}
