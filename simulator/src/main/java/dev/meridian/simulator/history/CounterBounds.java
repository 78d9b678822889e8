package dev.meridian.simulator.history;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A counter is what was added: in the end everything acknowledged, and of what is unknown any part; before that nothing that was not
 * yet asked for, and for a session at least what it added itself (V9). Jepsen's counter checker, over many regions.
 */
final class CounterBounds implements Checker {
    @Override
    public void check(Index.Group group, List<Anomaly> anomalies) {
        for (KeyHistory key : group.keys.values()) {
            if (key.is(KeyHistory.Kind.COUNTER)) {
                settled(key, anomalies);
                running(key, anomalies);
            }
        }
    }

    private static void settled(KeyHistory key, List<Anomaly> anomalies) {
        long least = 0;
        long most = 0;
        for (Write write : key.writes) {
            if (write.refused()) {
                continue;
            }
            boolean sure = write.ok() && !write.excused;
            least += sure ? write.amount : Math.min(0, write.amount);
            most += sure ? write.amount : Math.max(0, write.amount);
        }
        for (Read read : key.settled) {
            judge(read, least, most, anomalies);
        }
    }

    /** In the order of what can count for a read: all that was called before it returned, and own amounts before it. */
    private static void running(KeyHistory key, List<Anomaly> anomalies) {
        List<Read> reads = new ArrayList<>(key.reads);
        reads.sort(Comparator.comparingLong(read -> read.step().operation.returnedNs()));
        Map<Integer, List<Write>> sessions = new HashMap<>();
        for (Write write : key.writes) {
            sessions.computeIfAbsent(write.step.operation.session(), s -> new ArrayList<>())
                    .add(write);
        }
        int called = 0;
        long lowest = 0;
        long highest = 0;
        for (Read read : reads) {
            for (;
                    called < key.writes.size()
                            && key.writes.get(called).calledNs()
                                    <= read.step().operation.returnedNs();
                    called++) {
                Write write = key.writes.get(called);
                lowest += write.refused() ? 0 : Math.min(0, write.amount);
                highest += write.refused() ? 0 : Math.max(0, write.amount);
            }
            long own = 0;
            if (read.step().operation.level().ordersSession()) {
                own = own(read, sessions.getOrDefault(read.step().operation.session(), List.of()));
            }
            judge(read, lowest + own, highest, anomalies);
        }
    }

    private static long own(Read read, List<Write> writes) {
        long own = 0;
        for (Write write : writes) {
            boolean before = write.step == read.step()
                    ? write.call <= read.call()
                    : write.returnedNs() <= read.step().operation.calledNs();
            boolean ordered = write.step.operation.level().ordersSession();
            own += write.ok() && !write.excused && before && ordered ? Math.max(0, write.amount) : 0;
        }
        return own;
    }

    private static void judge(Read read, long least, long most, List<Anomaly> anomalies) {
        if (read.number() < least || read.number() > most) {
            anomalies.add(new Anomaly(
                    "V9",
                    "counter " + read.key().name + " is " + read.number() + ", not between " + least + " and " + most,
                    List.of(read.step().operation)));
        }
    }
}
