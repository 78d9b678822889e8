package dev.meridian.simulator.history;

import dev.meridian.simulator.history.Step.Lane;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The four promises to a session (C2), after Terry et al., "Session Guarantees for Weakly Consistent Replicated Data", 1994: read your
 * writes, monotonic reads, monotonic writes, writes follow reads.
 */
final class SessionGuarantees {
    private SessionGuarantees() {}

    /** The guarantee that a miss breaks, if it is one of the four. */
    static @Nullable Anomaly name(CausalClosure.Miss miss) {
        Step reader = miss.read().step();
        Write missing = miss.missing();
        Lane lane = reader.lane;
        if (lane == null) {
            return null;
        }
        if (lane.session && missing.step.lane == lane && missing.ok()) {
            return broken("read your writes", miss);
        }
        Map<Lane, Integer> readers = firstReaders(missing);
        if (lane.session && readers.getOrDefault(lane, Integer.MAX_VALUE) < reader.position) {
            return broken("monotonic reads", miss);
        }
        int from = lane.session ? 0 : reader.position;
        for (int p = reader.position; p >= from; p--) {
            for (Read read : lane.steps.get(p).reads) {
                for (int i : read.shown()) {
                    Step seen = read.key().writes.get(i).step;
                    Lane other = seen.lane;
                    if (other == null || !other.session || seen.is(Operation.Outcome.UNKNOWN)) {
                        continue;
                    }
                    if (other == missing.step.lane && missing.ok() && missing.step.position < seen.position) {
                        return broken("monotonic writes", miss);
                    }
                    if (readers.getOrDefault(other, Integer.MAX_VALUE) <= seen.position) {
                        return broken("writes follow reads", miss);
                    }
                }
            }
        }
        return null;
    }

    /** In which sessions the write was read, and where first. */
    private static Map<Lane, Integer> firstReaders(Write write) {
        Map<Lane, Integer> readers = new HashMap<>();
        for (Read read : write.key.reads) {
            if (read.step().lane != null && contains(read.shown(), write.index)) {
                readers.merge(read.step().lane, read.step().position, Math::min);
            }
        }
        return readers;
    }

    private static boolean contains(int[] shown, int index) {
        for (int i : shown) {
            if (i == index) {
                return true;
            }
        }
        return false;
    }

    private static Anomaly broken(String guarantee, CausalClosure.Miss miss) {
        return new Anomaly(
                "C2",
                guarantee + ": " + CausalConsistency.missing(miss),
                List.of(miss.missing().step.operation, miss.read().step().operation));
    }
}
