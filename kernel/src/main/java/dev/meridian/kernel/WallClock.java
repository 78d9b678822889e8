package dev.meridian.kernel;

import dev.meridian.kernel.replication.Peer;
import org.jspecify.annotations.Nullable;

/**
 * The wall clock that the kernel goes by: the host's, but never further ahead of every peer that is heard than clocks may drift.
 * A clock that was set ahead by mistake would otherwise give this node's writes, and its hybrid clock for ever, a time at which no
 * other region takes them, and end lifetimes before their time (V5). A jump ahead is believed once a peer has been heard since;
 * a node that hears nobody for a while has only its own clock to go by.
 */
final class WallClock {
    /** Heartbeats may be late by so much before a person is told. */
    private static final long ALARM_MS = 2_000;

    private static final long DOUBT_NS_MAX = 2_000_000_000L;

    private final long maxDriftMs;
    private long aheadMs;
    private long trustedMs;
    private boolean doubted;
    private long doubtedSinceNs;
    private long trustedThenMs;

    WallClock(long maxDriftMs) {
        this.maxDriftMs = maxDriftMs;
    }

    /**
     * The time to go by, in ms.
     *
     * @param jumped whether the host's clock is further ahead than time has passed since it was looked at last
     */
    long trusted(long hostMs, long nowNs, boolean jumped, Peer[] peers) {
        if (jumped) {
            doubted = true;
            doubtedSinceNs = nowNs;
            trustedThenMs = trustedMs;
        }
        long furthestMs = furthest(nowNs, peers);
        doubted &= furthestMs == Long.MIN_VALUE && peers.length > 1 && nowNs - doubtedSinceNs < DOUBT_NS_MAX;
        boolean isAhead = furthestMs != Long.MIN_VALUE && hostMs > furthestMs + maxDriftMs;
        aheadMs = isAhead ? hostMs - furthestMs : 0;
        if (doubted) {
            trustedMs = trustedThenMs + (nowNs - doubtedSinceNs) / 1_000_000;
        } else {
            trustedMs = isAhead ? furthestMs + maxDriftMs : hostMs;
        }
        return trustedMs;
    }

    private long furthest(long nowNs, Peer[] peers) {
        long furthestMs = Long.MIN_VALUE;
        for (Peer p : peers) {
            if (p.hears(nowNs) && (!doubted || p.heardNs() > doubtedSinceNs)) {
                furthestMs = Math.max(furthestMs, p.wallMs(nowNs));
            }
        }
        return furthestMs;
    }

    /** What a person should know; null when there is nothing. */
    @Nullable
    String alarm() {
        return aheadMs <= maxDriftMs + ALARM_MS
                ? null
                : "the clock here is " + aheadMs
                        + " ms ahead of every other region's: set right whichever is wrong; until then"
                        + " this one is not believed";
    }
}
