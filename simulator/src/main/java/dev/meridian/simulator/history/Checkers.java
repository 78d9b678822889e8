package dev.meridian.simulator.history;

import dev.meridian.simulator.history.linearizability.Linearizability;
import java.util.ArrayList;
import java.util.List;

/** All checkers over a history. Memory and time grow with the elements of all replies together. */
public final class Checkers {
    private Checkers() {}

    /**
     * Whatever in the history must not be; nothing if all is well. Of many anomalies of one kind the first some hundred.
     *
     * @throws IllegalArgumentException if the history does not keep to the workloads' conventions
     */
    public static List<Anomaly> check(History history, Rules rules) {
        Index index = new Index(history.operations(), rules);
        List<Anomaly> anomalies = new ArrayList<>();
        for (Index.Stray stray : index.strays) {
            anomalies.add(new Anomaly(
                    "C1",
                    "ThinAirRead: " + stray.key() + " shows " + stray.value() + ", which nobody had written",
                    List.of(stray.operation())));
        }
        for (Index.Group group : List.copyOf(index.groups.values())) {
            new Survival().check(group, anomalies);
            new AbortedReads().check(group, anomalies);
            new CounterBounds().check(group, anomalies);
            new Convergence().check(group, anomalies);
            new Deletions().check(group, anomalies);
            new Staleness().check(group, anomalies);
            new CausalConsistency().check(group, anomalies);
            new ListOrder().check(group, anomalies);
            if (group.primary && group.lossless) {
                new LogPrefixes().check(group, anomalies);
                new WriteCycles().check(group, anomalies);
            }
            if (group.linearizable) {
                anomalies.addAll(Linearizability.check(
                        group.steps.stream().map(step -> step.operation).toList()));
            }
        }
        return anomalies;
    }
}
