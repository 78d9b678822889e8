package dev.meridian.cli.wan;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * One direction between two regions: its conditions and the moment until which its bandwidth is taken. Shared by all
 * connections of that pair, and touched by the WAN's event loop only; the two volatile fields may be read by anyone.
 */
final class Direction {
    private static final int PACKET_BYTES = 1460;
    private static final long RETRANSMISSION_NS_MIN = 200_000_000;
    private static final int RETRANSMISSIONS_MAX = 6;

    final String from;
    final String to;
    private final SplittableRandom random;
    private final Set<DelayedPipe> pipes = new LinkedHashSet<>();
    private @Nullable Direction reverse;
    private long busyUntilNs;

    volatile LinkConditions conditions = LinkConditions.NONE;
    volatile long carriedBytes;

    Direction(String from, String to, SplittableRandom random) {
        this.from = from;
        this.to = to;
        this.random = random;
        this.busyUntilNs = System.nanoTime();
    }

    void facing(Direction other) {
        reverse = other;
    }

    void join(DelayedPipe pipe) {
        pipes.add(pipe);
    }

    void leave(DelayedPipe pipe) {
        pipes.remove(pipe);
    }

    int connections() {
        return pipes.size();
    }

    long heldBytes() {
        return pipes.stream().mapToLong(DelayedPipe::heldBytes).sum();
    }

    long roundTripNs() {
        return conditions.delayNs() + (reverse == null ? 0 : reverse.conditions.delayNs());
    }

    /** Applies new conditions to all that has not left the sender yet; a heal sends again what was lost meanwhile. */
    void change(LinkConditions changed, long nowNs) {
        boolean healed = conditions.cut() && !changed.cut();
        conditions = changed;
        busyUntilNs = nowNs;
        for (DelayedPipe pipe : pipes) {
            pipe.retime(nowNs, healed);
        }
    }

    /** The moment at which the last of these bytes has left the sender, given the bandwidth. */
    long departureNs(int bytes, long nowNs) {
        long rate = conditions.bytesPerSecond();
        if (rate == LinkConditions.UNLIMITED) {
            return nowNs;
        }
        busyUntilNs = Math.max(busyUntilNs, nowNs) + (long) (bytes * 1e9 / rate);
        return busyUntilNs;
    }

    /** Time in flight of one segment: delay, jitter, and the pauses of TCP's retransmissions for lost packets. */
    long flightNs(int bytes) {
        LinkConditions now = conditions;
        long flightNs = now.delayNs();
        if (now.jitterNs() > 0) {
            flightNs += random.nextLong(-now.jitterNs(), now.jitterNs() + 1);
        }
        if (now.loss() > 0) {
            int packets = Math.max(1, (bytes + PACKET_BYTES - 1) / PACKET_BYTES);
            double lost = 1 - Math.pow(1 - now.loss(), packets);
            long timeoutNs = Math.max(RETRANSMISSION_NS_MIN, 2 * roundTripNs());
            for (int i = 0; i < RETRANSMISSIONS_MAX && random.nextDouble() < lost; i++) {
                flightNs += timeoutNs;
                timeoutNs *= 2;
                lost = now.loss();
            }
        }
        return Math.max(0, flightNs);
    }

    /** The largest piece that shares the bandwidth fairly: ten milliseconds of it. */
    int pieceBytes() {
        long rate = conditions.bytesPerSecond();
        return rate == LinkConditions.UNLIMITED ? Integer.MAX_VALUE : (int) Math.clamp(rate / 100, PACKET_BYTES, 65536);
    }

    /** What may wait between sender and receiver before the sender is no longer read: a TCP window. */
    long windowBytes() {
        long rate = conditions.bytesPerSecond();
        if (rate == LinkConditions.UNLIMITED) {
            return 8 << 20;
        }
        double seconds = roundTripNs() / 1e9 + 0.2;
        return Math.clamp((long) (rate * seconds), 32 << 10, 8 << 20);
    }
}
