package dev.meridian.simulator.history;

import java.util.List;

/**
 * No effect is seen without its causes, within a group (C1): the bad patterns of Bouajjani, Enea, Guerraoui and Hamza ("On verifying
 * causal consistency", POPL 2017) as far as unique values need them: CyclicCO, WriteCORead, and ThinAirRead, which the index finds.
 * A miss that breaks a promise to one session, or the wholeness of a block, goes by that name ({@link SessionGuarantees}, {@link Blocks}).
 */
final class CausalConsistency implements Checker {
    @Override
    public void check(Index.Group group, List<Anomaly> anomalies) {
        CausalClosure closure = new CausalClosure(group);
        for (CausalClosure.Cycle cycle : closure.cycles) {
            anomalies.add(new Anomaly(
                    cycle.sessions() ? "C1" : "L3",
                    cycle.sessions()
                            ? "CyclicCO: each of these happened before the next, and the last before the first"
                            : "G1c, circular information flow: each of these blocks reads from the next",
                    cycle.steps().stream().map(step -> step.operation).toList()));
        }
        for (CausalClosure.Miss miss : closure.misses) {
            Anomaly anomaly = Blocks.name(miss);
            if (anomaly == null) {
                anomaly = SessionGuarantees.name(miss);
            }
            if (anomaly == null) {
                anomaly = new Anomaly(
                        "C1",
                        "WriteCORead: " + missing(miss) + ", which happened before what was seen",
                        List.of(miss.missing().step.operation, miss.read().step().operation));
            }
            anomalies.add(anomaly);
        }
    }

    static String missing(CausalClosure.Miss miss) {
        Write shown = miss.shown();
        return miss.read().key().name
                + (shown == null ? " lacks " : " shows " + shown.value + " in place of ")
                + miss.missing().value;
    }
}
