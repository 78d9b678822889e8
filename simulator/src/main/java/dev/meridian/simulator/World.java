package dev.meridian.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/**
 * Simulated time and everything that is to happen in it. One thread, one seed: what happens at the same instant
 * happens in the order in which it was scheduled, what is done to the world from outside behind all else. Every event is
 * folded into a hash, by which two runs are compared.
 */
public final class World {
    private record Scheduled(long atNs, long order, Runnable task) implements Comparable<Scheduled> {
        @Override
        public int compareTo(Scheduled that) {
            return atNs != that.atNs ? Long.compare(atNs, that.atNs) : Long.compare(order, that.order);
        }
    }

    /** What is wrong, as soon as it is seen. */
    public static final class Violation extends RuntimeException {
        private final String invariant;

        public Violation(String invariant, String what) {
            super(invariant + ": " + what);
            this.invariant = invariant;
        }

        public String invariant() {
            return invariant;
        }
    }

    private static final long FROM_OUTSIDE = 1L << 62;

    private final PriorityQueue<Scheduled> queue = new PriorityQueue<>();
    private final SplittableRandom random;
    private final List<String> trace = new ArrayList<>();
    private final boolean tracing;
    private long nowNs;
    private long order;
    private long hash = 0xCBF29CE484222325L;

    public World(long seed, boolean tracing) {
        this.random = new SplittableRandom(seed);
        this.tracing = tracing;
    }

    /** A source of randomness of its own for one part, so that another part's draws do not shift it. */
    public SplittableRandom fork() {
        return random.split();
    }

    public long nowNs() {
        return nowNs;
    }

    public long nowMs() {
        return nowNs / 1_000_000;
    }

    public void at(long atNs, Runnable task) {
        queue.add(new Scheduled(Math.max(atNs, nowNs), order++, task));
    }

    public void in(long delayNs, Runnable task) {
        at(nowNs + delayNs, task);
    }

    /** What clients and faults do: last within its instant, so that it is the same whether it was drawn or is replayed. */
    public void act(long atNs, Runnable task) {
        queue.add(new Scheduled(Math.max(atNs, nowNs), FROM_OUTSIDE | order++, task));
    }

    /** Lets time pass until the instant, or until nothing is left to happen. */
    public void runUntil(long untilNs) {
        while (true) {
            Scheduled next = queue.peek();
            if (next == null || next.atNs > untilNs) {
                nowNs = untilNs;
                return;
            }
            queue.poll();
            nowNs = next.atNs;
            next.task.run();
        }
    }

    /** Folds something that happened into the run's hash. */
    public void note(long what) {
        hash = (hash ^ what) * 0x100000001B3L;
        hash ^= nowNs;
    }

    public void note(byte[] bytes, int offset, int length) {
        long h = length;
        for (int i = offset; i < offset + length; i++) {
            h = h * 31 + bytes[i];
        }
        note(h);
    }

    public long hash() {
        return hash;
    }

    /** Keeps a line for whoever reads the run. */
    public void trace(Supplier<String> line) {
        if (tracing) {
            trace.add(String.format(Locale.ROOT, "%9.3fs %s", nowNs / 1e9, line.get()));
        }
    }

    public List<String> traced() {
        return trace;
    }
}
