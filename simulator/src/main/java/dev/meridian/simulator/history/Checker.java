package dev.meridian.simulator.history;

import java.util.List;

/** Judges the operations of one group. */
interface Checker {
    void check(Index.Group group, List<Anomaly> anomalies);
}
