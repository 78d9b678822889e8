package dev.meridian.simulator.history;

import java.util.List;

/** Adya's G1a: no read, while the run goes on, shows what was refused (D5). {@link Survival} judges the end. */
final class AbortedReads implements Checker {
    @Override
    public void check(Index.Group group, List<Anomaly> anomalies) {
        for (KeyHistory key : group.keys.values()) {
            for (Read read : key.reads) {
                for (int i : read.shown()) {
                    Write write = key.writes.get(i);
                    if (write.refused()) {
                        anomalies.add(new Anomaly(
                                "D5",
                                "G1a, aborted read: " + write + " was refused and is read",
                                List.of(write.step.operation, read.step().operation)));
                    }
                }
            }
        }
    }
}
