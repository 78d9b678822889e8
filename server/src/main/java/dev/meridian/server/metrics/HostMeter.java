package dev.meridian.server.metrics;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/** What the kernel's host counts. On the kernel's thread, but for checkpoints, which any thread may report. */
public final class HostMeter {
    private final DurationHistogram turns = new DurationHistogram();
    private final Map<String, Long> alarms = new TreeMap<>();
    private final AtomicLong checkpoints = new AtomicLong();
    private final AtomicLong checkpointsFailed = new AtomicLong();
    private final AtomicLong checkpointNs = new AtomicLong();

    public void turn(long ns) {
        turns.record(ns);
    }

    public void alarm(String code) {
        alarms.merge(code, 1L, Long::sum);
    }

    public void checkpoint(long ns) {
        checkpoints.incrementAndGet();
        checkpointNs.addAndGet(ns);
    }

    public void checkpointFailed() {
        checkpointsFailed.incrementAndGet();
    }

    void write(Exposition out) {
        turns.write(out, "meridian_turn_duration_seconds", "Turns of the kernel, from their first event to their end.");
        out.metric(
                "meridian_alarms_total",
                "counter",
                "Alarms by code, repetitions included; meridian explain says more.");
        alarms.forEach((code, count) -> out.sample("meridian_alarms_total", count, "code", code));
        out.metric("meridian_checkpoint_seconds", "summary", "Checkpoints brought to the rows at rest.");
        out.sample("meridian_checkpoint_seconds_sum", checkpointNs.get() / 1e9);
        out.sample("meridian_checkpoint_seconds_count", checkpoints.get());
        out.single(
                "meridian_checkpoints_failed_total",
                "counter",
                "Checkpoints that found no room and are tried again.",
                checkpointsFailed.get());
    }
}
