package dev.meridian.simulator.history;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An operation with its commands understood: one node of the happens-before order. */
final class Step {
    final Operation operation;
    final List<Write> writes = new ArrayList<>(1);
    final List<Read> reads = new ArrayList<>(1);

    /** Where it stands in its chain of causality; both are known once {@link CausalClosure} has run. */
    @Nullable
    Lane lane;

    int position;

    /** Which chain of writes it is in, and as which of them; without a chain it writes nothing that counts. */
    int chain = -1;

    int sequence;

    /** What happened before its writes, themselves included. */
    @Nullable
    Causes past;

    boolean done;

    Step(Operation operation) {
        this.operation = operation;
    }

    boolean happenedBefore(Causes causes) {
        return chain >= 0 && causes.get(chain) >= sequence;
    }

    boolean is(Operation.Outcome outcome) {
        return operation.outcome() == outcome;
    }

    /** Steps that follow one another for sure: those of a session, or one alone. */
    static final class Lane {
        final boolean session;
        final List<Step> steps = new ArrayList<>(1);
        int next;
        int readAt;
        int shownAt;

        Lane(boolean session) {
            this.session = session;
        }
    }
}
