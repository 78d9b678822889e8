package dev.meridian.cli.drill;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * How long this machine keeps a thread waiting that could run: one sleeps for a moment, again and again, and looks how much later it is
 * woken. A busy machine delays nodes and clients alike, which no promise of the file speaks of.
 */
final class MachineDelay implements AutoCloseable {
    private static final long SLEEP_NS = 5_000_000;
    /** A request and its answer pass about so many threads, one after the other: client, door, kernel, link, WAN, and the same there. */
    private static final int THREADS_IN_A_ROW = 10;

    private record Delay(long atNs, long ns) {}

    private final List<Delay> delays = new ArrayList<>();
    private final Thread watch =
            Thread.ofPlatform().daemon().name("machine delay").start(this::look);
    private volatile boolean over;

    /** What a request may have lost to the machine between two moments: each of its threads the longest delay. */
    synchronized long allowedNs(long fromNs, long toNs) {
        return THREADS_IN_A_ROW
                * delays.stream()
                        .filter(delay -> delay.atNs - fromNs >= 0 && delay.atNs - toNs <= 0)
                        .mapToLong(Delay::ns)
                        .max()
                        .orElse(0);
    }

    private void look() {
        while (!over) {
            long beganNs = System.nanoTime();
            LockSupport.parkNanos(SLEEP_NS);
            long nowNs = System.nanoTime();
            long lateNs = nowNs - beganNs - SLEEP_NS;
            if (lateNs > SLEEP_NS) {
                synchronized (this) {
                    delays.add(new Delay(nowNs, lateNs));
                }
            }
        }
    }

    @Override
    public void close() {
        over = true;
        watch.interrupt();
    }
}
