package dev.meridian.simulator.history;

import java.util.Arrays;
import java.util.List;

/** Regions at rest show the same of every key (V1): sets as sets, lists in one order. */
final class Convergence implements Checker {
    @Override
    public void check(Index.Group group, List<Anomaly> anomalies) {
        for (KeyHistory key : group.keys.values()) {
            for (Read read : key.settled) {
                Read first = key.settled.getFirst();
                if (first.number() != read.number() || !Arrays.equals(content(first), content(read))) {
                    anomalies.add(new Anomaly(
                            "V1",
                            key.name + " differs between "
                                    + first.step().operation.region() + " and "
                                    + read.step().operation.region() + " at rest",
                            List.of(first.step().operation, read.step().operation)));
                    break;
                }
            }
        }
    }

    private static int[] content(Read read) {
        int[] content = read.shown();
        if (read.key().kind == KeyHistory.Kind.SET) {
            content = content.clone();
            Arrays.sort(content);
        }
        return content;
    }
}
