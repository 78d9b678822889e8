package dev.meridian.simulator.history;

import java.util.Arrays;
import java.util.List;

/**
 * The elements of a list have one order, the same for every reader at any time (V1), and it does not contradict what happened before what:
 * an element pushed by someone who had seen another stands behind it (C1).
 */
final class ListOrder implements Checker {
    @Override
    public void check(Index.Group group, List<Anomaly> anomalies) {
        int chains = 0;
        for (Step step : group.steps) {
            chains = Math.max(chains, step.chain + 1);
        }
        Causes none = Causes.none(chains);
        for (KeyHistory key : group.keys.values()) {
            if (key.is(KeyHistory.Kind.LIST)) {
                int[] order = key.order();
                causes(key, order, none, anomalies);
                agreement(key, order, anomalies);
            }
        }
    }

    private static void agreement(KeyHistory key, int[] order, List<Anomaly> anomalies) {
        int[] places = new int[key.writes.size()];
        Arrays.fill(places, -1);
        for (int i = 0; i < order.length; i++) {
            places[order[i]] = i;
        }
        for (Read read : key.reads) {
            int last = -1;
            for (int i : read.shown()) {
                if (places[i] >= 0 && places[i] < last) {
                    anomalies.add(new Anomaly(
                            "V1",
                            "the order of " + key.name + " is not agreed: " + key.writes.get(order[last]).value
                                    + " before " + key.writes.get(i).value + " here, and behind it in the end",
                            List.of(read.step().operation)));
                    return;
                }
                last = Math.max(last, places[i]);
            }
        }
    }

    private static void causes(KeyHistory key, int[] order, Causes none, List<Anomaly> anomalies) {
        Causes before = none;
        for (int i : order) {
            Step step = key.writes.get(i).step;
            if (step.chain >= 0 && step.happenedBefore(before) && !follows(key, order, i)) {
                anomalies.add(new Anomaly(
                        "C1",
                        key.writes.get(i) + " stands behind an element that was pushed by someone who had seen it",
                        List.of(step.operation)));
                return;
            }
            before = step.past == null ? before : before.join(step.past);
        }
    }

    /** Whether an element is in the past of those before it only because its own block pushed one of them. */
    private static boolean follows(KeyHistory key, int[] order, int element) {
        Step step = key.writes.get(element).step;
        for (int i : order) {
            if (i == element) {
                return true;
            }
            Step other = key.writes.get(i).step;
            if (other != step && other.past != null && step.happenedBefore(other.past)) {
                return false;
            }
        }
        return true;
    }
}
