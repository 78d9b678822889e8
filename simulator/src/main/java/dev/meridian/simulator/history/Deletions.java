package dev.meridian.simulator.history;

import dev.meridian.simulator.history.Operation.Outcome;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was deleted for good stays deleted (V8): for the session that deleted it at once, for everybody in the end. Judged are keys of
 * which one session knew all writes when it deleted them; a write that is unknown may come later, with every right.
 */
final class Deletions implements Checker {
    @Override
    public void check(Index.Group group, List<Anomaly> anomalies) {
        for (KeyHistory key : group.keys.values()) {
            Write deletion = judged(key);
            if (deletion != null) {
                for (List<Read> reads : List.of(key.reads, key.settled, key.existences)) {
                    for (Read read : reads) {
                        judge(read, deletion, anomalies);
                    }
                }
            }
        }
    }

    private static void judge(Read read, Write deletion, List<Anomaly> anomalies) {
        Operation reader = read.step().operation;
        Operation deleter = deletion.step.operation;
        boolean own = reader.session() == deleter.session()
                && reader.level().ordersSession()
                && deletion.returnedNs() <= reader.calledNs();
        if ((read.settled() || own) && !read.empty()) {
            anomalies.add(new Anomaly("V8", read.key().name + " was deleted and is there", List.of(deleter, reader)));
        }
    }

    /** The deletion that covers all writes of the key. */
    private static @Nullable Write judged(KeyHistory key) {
        for (Write deletion : key.deletes) {
            if (deletion.ok()
                    && !deletion.excused
                    && deletion.step.operation.level().ordersSession()
                    && key.writes.stream().allMatch(write -> write.refused() || covers(deletion, write))) {
                return deletion;
            }
        }
        return null;
    }

    private static boolean covers(Write deletion, Write write) {
        Operation writer = write.step.operation;
        if (write.step == deletion.step) {
            return write.call < deletion.call;
        }
        return writer.outcome() == Outcome.OK
                && writer.session() == deletion.step.operation.session()
                && writer.level().ordersSession()
                && write.returnedNs() <= deletion.calledNs();
    }
}
