package dev.meridian.config;

import java.time.Duration;

/** How soon a silent primary is called lost, and for how long an answer lets it acknowledge. */
public enum FailoverProfile implements Word {
    /** By the health checks: their interval times their threshold. */
    STANDARD("standard"),
    /** Within three seconds, whatever the health checks say. */
    FAST("fast");

    /** Five usual heartbeats; the sixth is a look at the clock, and three seconds are not over. */
    static final Duration FAST_DETECTION = Duration.ofMillis(2500);

    /** Over by the time that a primary is called lost, so that its successor does not wait for it. */
    static final Duration FAST_LEASE = Duration.ofSeconds(2);

    private final String word;

    FailoverProfile(String word) {
        this.word = word;
    }

    @Override
    public String word() {
        return word;
    }
}
