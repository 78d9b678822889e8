package dev.meridian.simulator.history;

import dev.meridian.simulator.history.Operation.Level;
import java.util.BitSet;
import java.util.List;

/**
 * A read with a bound shows whatever had been acknowledged, in true time, when the bound began (S1): every element of a set or list, and
 * of a register nothing older than what its one writer had acknowledged by then.
 */
final class Staleness implements Checker {
    @Override
    public void check(Index.Group group, List<Anomaly> anomalies) {
        for (KeyHistory key : group.keys.values()) {
            for (Read read : key.reads) {
                if (read.step().operation.level() != Level.BOUNDED) {
                    continue;
                }
                long since =
                        read.step().operation.calledNs() - read.step().operation.boundNs();
                if (key.collection()) {
                    elements(read, since, anomalies);
                } else if (key.is(KeyHistory.Kind.REGISTER)) {
                    register(read, since, anomalies);
                }
            }
        }
    }

    private static void elements(Read read, long since, List<Anomaly> anomalies) {
        BitSet shown = new BitSet();
        for (int i : read.shown()) {
            shown.set(i);
        }
        for (Write write : read.key().writes) {
            if (write.calledNs() > since) {
                return;
            }
            if (write.returnedNs() <= since && !write.excused && !shown.get(write.index)) {
                anomalies.add(stale(read, write));
                return;
            }
        }
    }

    private static void register(Read read, long since, List<Anomaly> anomalies) {
        List<Write> writes = read.key().writes;
        int shown = read.shown().length == 0 ? -1 : read.shown()[0];
        for (int i = shown + 1; i < writes.size() && writes.get(i).calledNs() <= since; i++) {
            Write newer = writes.get(i);
            if (newer.returnedNs() <= since && !newer.excused && (shown < 0 || follows(newer, writes.get(shown)))) {
                anomalies.add(stale(read, newer));
                return;
            }
        }
    }

    private static boolean follows(Write newer, Write shown) {
        return newer.step.operation.session() == shown.step.operation.session()
                && shown.returnedNs() <= newer.calledNs();
    }

    private static Anomaly stale(Read read, Write missing) {
        Operation reader = read.step().operation;
        return new Anomaly(
                "S1",
                "older than its bound of " + reader.boundNs() / 1_000_000 + " ms: " + missing + " was acknowledged "
                        + (reader.calledNs() - missing.returnedNs()) / 1_000_000 + " ms before",
                List.of(missing.step.operation, reader));
    }
}
