package dev.meridian.kernel;

import dev.meridian.kernel.replication.Peer;
import org.jspecify.annotations.Nullable;

/**
 * The wall clock that the kernel goes by: the host's, except after it has jumped ahead. A clock that was set ahead by mistake would
 * give this node's writes, and its hybrid clock for ever, a time at which no other region takes them, and end lifetimes before
 * their time (V5). A machine that was suspended jumps, too, and is right. So a jump is doubted until a peer that is heard since bears
 * it out: until then the clock is never further ahead of every peer than clocks may drift. A node that hears nobody for a
 * while has only its own clock to go by. A clock that is wrong from the start is for the others to notice: its writes wait there.
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
        trustedMs = doubted ? inDoubt(hostMs, nowNs, peers) : hostMs;
        return trustedMs;
    }

    private long inDoubt(long hostMs, long nowNs, Peer[] peers) {
        long furthestMs = Long.MIN_VALUE;
        for (Peer p : peers) {
            if (p.hears(nowNs) && p.heardNs() > doubtedSinceNs) {
                furthestMs = Math.max(furthestMs, p.wallMs(nowNs));
            }
        }
        if (furthestMs != Long.MIN_VALUE && hostMs > furthestMs + maxDriftMs) {
            aheadMs = hostMs - furthestMs;
            return furthestMs + maxDriftMs;
        }
        aheadMs = 0;
        boolean isAlone = furthestMs == Long.MIN_VALUE;
        if (isAlone && peers.length > 1 && nowNs - doubtedSinceNs < DOUBT_NS_MAX) {
            return trustedThenMs + (nowNs - doubtedSinceNs) / 1_000_000;
        }
        doubted = false;
        return hostMs;
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
