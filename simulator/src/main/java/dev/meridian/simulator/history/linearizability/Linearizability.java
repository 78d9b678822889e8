package dev.meridian.simulator.history.linearizability;

import dev.meridian.simulator.history.Anomaly;
import dev.meridian.simulator.history.Call;
import dev.meridian.simulator.history.Operation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Whether every key behaves as if there were one copy of it (L1), and MULTI blocks as if one ran after another (L3): each answer is
 * explained by one order in which an operation takes place at a moment between its call and its return. An operation of unknown outcome may
 * take place at any moment after its call, or never. Reads count that asked for strong or quorum, or that show a region at rest; writes
 * always. Keys are judged one by one, then together where blocks join them.
 *
 * <p>Memory is bounded: an order that is not found within {@link #CONFIGURATIONS_MAX} is said to be undecided, as an anomaly of its own.
 */
public final class Linearizability {
    static final int CONFIGURATIONS_MAX = 2_000_000;

    private Linearizability() {}

    /** Whatever no order explains; nothing if all is well. */
    public static List<Anomaly> check(List<Operation> operations) {
        List<Anomaly> anomalies = new ArrayList<>();
        Map<String, List<Operation>> byKey = new LinkedHashMap<>();
        Map<String, String> parents = new HashMap<>();
        for (Operation operation : operations) {
            Set<String> keys = keys(operation);
            String first = "";
            for (String key : keys) {
                byKey.computeIfAbsent(key, k -> new ArrayList<>()).add(operation);
                first = first.isEmpty() ? key : first;
                parents.put(root(parents, key), root(parents, first));
            }
        }
        Set<String> broken = new LinkedHashSet<>();
        byKey.forEach((key, own) -> judge("L1", key, new Problem(own, key), anomalies, broken));
        Map<String, Set<Operation>> joined = new LinkedHashMap<>();
        for (Operation operation : operations) {
            Set<String> keys = keys(operation);
            if (!keys.isEmpty()) {
                String root = root(parents, keys.iterator().next());
                joined.computeIfAbsent(root, r -> new LinkedHashSet<>()).add(operation);
            }
        }
        joined.forEach((root, together) -> {
            Set<String> keys = new LinkedHashSet<>();
            together.forEach(operation -> keys.addAll(keys(operation)));
            if (keys.size() > 1 && keys.stream().noneMatch(broken::contains)) {
                judge("L3", root, new Problem(List.copyOf(together), null), anomalies, broken);
            }
        });
        return anomalies;
    }

    private static void judge(
            String invariant, String key, Problem problem, List<Anomaly> anomalies, Set<String> broken) {
        switch (problem.solve(CONFIGURATIONS_MAX)) {
            case LINEARIZABLE -> {}
            case NOT_LINEARIZABLE -> {
                broken.add(key);
                anomalies.add(Explanation.of(invariant, key, problem));
            }
            case UNDECIDED -> {
                broken.add(key);
                anomalies.add(new Anomaly(
                        invariant,
                        "undecided: no order of the " + problem.operations().size() + " operations on " + key
                                + " was found among " + CONFIGURATIONS_MAX + " configurations",
                        List.of()));
            }
        }
    }

    private static Set<String> keys(Operation operation) {
        Set<String> keys = new LinkedHashSet<>();
        for (Call call : operation.calls()) {
            if (call.words().size() > 1) {
                keys.add(call.words().get(1));
            }
        }
        return keys;
    }

    private static String root(Map<String, String> parents, String key) {
        String root = key;
        for (String parent = parents.get(root); parent != null && !parent.equals(root); parent = parents.get(root)) {
            root = parent;
        }
        parents.put(key, root);
        return root;
    }
}
