package dev.meridian.simulator.history.linearizability;

import dev.meridian.simulator.history.Answer;
import dev.meridian.simulator.history.Call;
import dev.meridian.simulator.history.Operation;
import dev.meridian.simulator.history.Operation.Level;
import dev.meridian.simulator.history.Operation.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Operations that are to be put in one order.
 *
 * @param only the one key that is looked at, or null
 * @param forgotten by key, values that are taken for never written, and their reads with them
 * @param untilNs what had not returned by then may have taken place or not
 */
record Problem(List<Operation> operations, @Nullable String only, Map<String, Set<String>> forgotten, long untilNs) {

    Problem(List<Operation> operations, @Nullable String only) {
        this(operations, only, Map.of(), Long.MAX_VALUE - 1);
    }

    Problem until(long ns) {
        return new Problem(
                operations.stream()
                        .filter(operation -> operation.calledNs() <= ns)
                        .toList(),
                only,
                forgotten,
                ns);
    }

    Problem with(List<Operation> fewer, Map<String, Set<String>> more) {
        return new Problem(fewer, only, more, untilNs);
    }

    Search.Outcome solve(int configurationsMax) {
        Keys keys = new Keys(forgotten);
        List<Candidate> candidates = new ArrayList<>();
        for (Operation operation : operations) {
            Candidate candidate = candidate(keys, operation);
            if (candidate != null) {
                candidates.add(candidate);
            }
        }
        for (Candidate candidate : candidates) {
            candidate.actions().forEach(action -> action.key().meet(action, candidate.maybe()));
        }
        return new Search(keys, candidates, configurationsMax).run();
    }

    boolean isMaybe(Operation operation) {
        return operation.outcome() == Outcome.UNKNOWN || operation.returnedNs() > untilNs;
    }

    /** Whether it makes no difference here. */
    boolean saysNothing(Operation operation) {
        return candidate(new Keys(forgotten), operation) == null;
    }

    /** Null if it says nothing: it was refused, or it only reads and may be old or was never answered. */
    private @Nullable Candidate candidate(Keys keys, Operation operation) {
        if (operation.outcome() == Outcome.REFUSED) {
            return null;
        }
        boolean maybe = isMaybe(operation);
        List<Action> actions = new ArrayList<>(operation.calls().size());
        for (Call call : operation.calls()) {
            boolean concerns = only == null || call.words().get(1).equals(only);
            // What is answered with -UNCERTAIN may have taken place.
            boolean failed = call.answer() instanceof Answer.Failure && operation.outcome() == Outcome.OK;
            if (concerns && !failed) {
                actions.addAll(Action.of(keys, call, maybe ? null : call.answer()));
            }
        }
        boolean writes = actions.stream().anyMatch(action -> action.verb().writes());
        if (!writes && (maybe || !isExact(operation)) || actions.stream().anyMatch(Action::isForgotten)) {
            return null;
        }
        return actions.isEmpty() ? null : new Candidate(operation, maybe, actions);
    }

    /** Whether its reads are to show the newest: asked for, or everything is at rest. */
    private static boolean isExact(Operation operation) {
        return operation.level() == Level.QUORUM || operation.level() == Level.STRONG || operation.settled();
    }
}
