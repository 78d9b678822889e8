package dev.meridian.kernel.data;

/**
 * A hybrid logical clock (Kulkarni et al., 2014). A timestamp is a long: 48 bits of wall-clock milliseconds
 * over 16 bits of a counter, so timestamps compare as longs. {@link #next} never goes back, whatever the wall
 * clock does. A remote timestamp more than {@code maxDriftMs} ahead of the wall clock is never adopted: the
 * caller holds the mutation until {@link #canAdopt} says so. Not thread-safe.
 */
public final class Hlc {
    private final long maxDriftMs;
    private long last;

    public Hlc(long maxDriftMs) {
        this.maxDriftMs = maxDriftMs;
    }

    public static long of(long ms) {
        return ms << 16;
    }

    public static long ms(long timestamp) {
        return timestamp >>> 16;
    }

    public long last() {
        return last;
    }

    /** How far this clock runs ahead of the wall clock, in ms; 0 when it does not. */
    public long aheadMs(long wallMs) {
        return Math.max(0, ms(last) - wallMs);
    }

    public long maxDriftMs() {
        return maxDriftMs;
    }

    /** The first of {@code count} consecutive timestamps, all greater than any issued or adopted before. */
    public long next(long wallMs, int count) {
        long first = Math.max(last + 1, of(wallMs));
        last = first + count - 1;
        return first;
    }

    /** The time of this clock: never behind the wall clock, never behind what it issued or adopted. In ms. */
    public long nowMs(long wallMs) {
        return Math.max(ms(last), wallMs);
    }

    public boolean canAdopt(long remote, long wallMs) {
        return ms(remote) <= wallMs + maxDriftMs;
    }

    /** Adopts a remote timestamp for which {@link #canAdopt} holds. */
    public void adopt(long remote) {
        if (remote > last) {
            last = remote;
        }
    }

    /** Takes up a timestamp that this node stored itself, on recovery. */
    public void restore(long own) {
        adopt(own);
    }
}
