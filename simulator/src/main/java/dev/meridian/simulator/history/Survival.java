package dev.meridian.simulator.history;

import dev.meridian.simulator.history.KeyHistory.Kind;
import java.util.BitSet;
import java.util.List;

/**
 * Whether acknowledged writes are there in the end (D1), refused ones nowhere (D5), nothing twice (D6), and no register back at
 * a value that somebody had seen and replaced (V4). This is Jepsen's set checker (Kingsbury), with three outcomes.
 */
final class Survival implements Checker {
    @Override
    public void check(Index.Group group, List<Anomaly> anomalies) {
        for (KeyHistory key : group.keys.values()) {
            if (key.collection()) {
                twice(key, anomalies);
            }
            if (key.collection() && !key.settled.isEmpty()) {
                elements(key, anomalies);
            } else if (key.is(Kind.REGISTER) && !key.settled.isEmpty()) {
                register(key, anomalies);
            }
        }
    }

    private static void elements(KeyHistory key, List<Anomaly> anomalies) {
        BitSet there = new BitSet();
        for (Read read : key.settled) {
            for (int i : read.shown()) {
                there.set(i);
            }
        }
        for (Write write : key.writes) {
            if (write.ok() && !write.excused && !there.get(write.index)) {
                anomalies.add(new Anomaly(
                        "D1", "lost: " + write + " was acknowledged and is gone", List.of(write.step.operation)));
            } else if (write.refused() && there.get(write.index)) {
                anomalies.add(new Anomaly("D5", "refused, but there: " + write, List.of(write.step.operation)));
            }
        }
    }

    private static void twice(KeyHistory key, List<Anomaly> anomalies) {
        BitSet found = new BitSet();
        for (List<Read> reads : List.of(key.reads, key.settled)) {
            for (Read read : reads) {
                BitSet seen = new BitSet();
                for (int i : read.shown()) {
                    if (seen.get(i) && !found.get(i)) {
                        found.set(i);
                        Write write = key.writes.get(i);
                        anomalies.add(new Anomaly(
                                "D6", "there twice: " + write, List.of(write.step.operation, read.step().operation)));
                    }
                    seen.set(i);
                }
            }
        }
    }

    private static void register(KeyHistory key, List<Anomaly> anomalies) {
        Read read = key.settled.getFirst();
        Write shown = read.shown().length == 0 ? null : key.writes.get(read.shown()[0]);
        if (shown != null && shown.refused()) {
            anomalies.add(new Anomaly("D5", "refused, but there: " + shown, List.of(shown.step.operation)));
        }
        for (Write write : key.writes) {
            if (!write.ok() || write.excused) {
                continue;
            }
            if (shown == null) {
                anomalies.add(new Anomaly(
                        "D1", "lost: " + write + " was acknowledged and is gone", List.of(write.step.operation)));
                return;
            }
            if (replaces(write, shown)) {
                anomalies.add(new Anomaly(
                        "V4",
                        shown + " is there in the end, though " + write.value + " came after it in the same session",
                        List.of(shown.step.operation, write.step.operation)));
                return;
            }
        }
    }

    private static boolean replaces(Write later, Write earlier) {
        Operation a = earlier.step.operation;
        Operation b = later.step.operation;
        if (earlier.step == later.step) {
            return earlier.call < later.call;
        }
        return a.session() == b.session()
                && a.level().ordersSession()
                && b.level().ordersSession()
                && earlier.returnedNs() <= later.calledNs();
    }
}
