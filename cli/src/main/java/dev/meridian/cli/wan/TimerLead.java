package dev.meridian.cli.wan;

/**
 * How much earlier than due a timer is set, so that bytes leave on time: what timers of this machine are late by, at
 * their best, and what forwarding itself costs. Follows good news fast and bad news slowly, so that a busy moment does
 * not make the next delivery early.
 */
final class TimerLead {
    private static final long FORWARDING_NS = 100_000;
    private static final long LATENESS_NS_MAX = 1_000_000;

    private long latenessNs;

    /** A timer fired this long after the moment for which it was set. */
    void observe(long lateNs) {
        long clamped = Math.clamp(lateNs, 0, LATENESS_NS_MAX);
        latenessNs += clamped < latenessNs ? (clamped - latenessNs) / 4 : (clamped - latenessNs) / 64;
    }

    long ns() {
        return FORWARDING_NS + latenessNs;
    }
}
