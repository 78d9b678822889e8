package dev.meridian.simulator.history;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * In a group with a primary every read shows a prefix of one log (L3), so of two reads one shows all that the other shows. Otherwise two
 * readers saw two writes in different orders: the long fork of Sovran et al. (SOSP 2011). Reads of a key are sorted by size, so that only
 * neighbours are compared; reads of two keys in one block by the one, and then the other must not shrink.
 */
final class LogPrefixes implements Checker {
    @Override
    public void check(Index.Group group, List<Anomaly> anomalies) {
        for (KeyHistory key : group.keys.values()) {
            if (key.collection()) {
                nested(key, anomalies);
            }
        }
        Map<List<KeyHistory>, List<Read[]>> pairs = new HashMap<>();
        for (Step step : group.steps) {
            for (int i = 0; i < step.reads.size(); i++) {
                for (int j = i + 1; j < step.reads.size() && step.writes.isEmpty(); j++) {
                    Read a = step.reads.get(i);
                    Read b = step.reads.get(j);
                    if (a.key().collection() && b.key().collection() && a.key() != b.key()) {
                        boolean swap = a.key().name.compareTo(b.key().name) > 0;
                        Read[] pair = swap ? new Read[] {b, a} : new Read[] {a, b};
                        pairs.computeIfAbsent(List.of(pair[0].key(), pair[1].key()), k -> new ArrayList<>())
                                .add(pair);
                    }
                }
            }
        }
        pairs.values().forEach(reads -> together(reads, anomalies));
    }

    private static void nested(KeyHistory key, List<Anomaly> anomalies) {
        List<Read> reads = new ArrayList<>(key.reads);
        reads.sort(Comparator.comparingInt(read -> read.shown().length));
        int[] marked = new int[key.writes.size()];
        for (int r = 1; r < reads.size(); r++) {
            for (int i : reads.get(r).shown()) {
                marked[i] = r;
            }
            for (int i : reads.get(r - 1).shown()) {
                if (marked[i] != r) {
                    anomalies.add(fork(reads.get(r - 1), reads.get(r)));
                    return;
                }
            }
        }
    }

    private static void together(List<Read[]> pairs, List<Anomaly> anomalies) {
        Read[][] sorted = pairs.toArray(Read[][]::new);
        Arrays.sort(
                sorted,
                Comparator.<Read[]>comparingInt(p -> p[0].shown().length).thenComparingInt(p -> p[1].shown().length));
        for (int i = 1; i < sorted.length; i++) {
            if (sorted[i][1].shown().length < sorted[i - 1][1].shown().length) {
                anomalies.add(fork(sorted[i - 1][1], sorted[i][0]));
                return;
            }
        }
    }

    private static Anomaly fork(Read a, Read b) {
        return new Anomaly(
                "L3",
                "long fork: of " + a.key().name + " and " + b.key().name
                        + " each of two reads shows what the other does not, though one log has both",
                List.of(a.step().operation, b.step().operation));
    }
}
