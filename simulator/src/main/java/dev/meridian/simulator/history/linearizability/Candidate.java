package dev.meridian.simulator.history.linearizability;

import dev.meridian.simulator.history.Operation;
import java.util.List;
import java.util.stream.Collectors;

/**
 * An operation that wants a place in the order.
 *
 * @param maybe whether it may be left without: nobody knows whether it took place
 */
record Candidate(Operation operation, boolean maybe, List<Action> actions) {
    long called() {
        return operation.calledNs();
    }

    long returned() {
        return operation.returnedNs();
    }

    /** Equal for two operations that explain the same answers. */
    String signature() {
        return actions.stream()
                .map(action -> action.key().index + " " + action.verb() + " " + action.amount() + " "
                        + (action.key().isSeen(action.argument()) ? "=" + action.argument() : "*"))
                .collect(Collectors.joining("\n"));
    }
}
