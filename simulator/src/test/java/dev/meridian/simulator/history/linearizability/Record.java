package dev.meridian.simulator.history.linearizability;

import dev.meridian.simulator.history.Anomaly;
import dev.meridian.simulator.history.Answer;
import dev.meridian.simulator.history.Call;
import dev.meridian.simulator.history.Operation;
import dev.meridian.simulator.history.Operation.Level;
import dev.meridian.simulator.history.Operation.Outcome;
import java.util.ArrayList;
import java.util.List;

/** A history with its moments written by hand. */
final class Record {
    final List<Operation> operations = new ArrayList<>();
    private Level level = Level.QUORUM;

    Record at(Level next) {
        level = next;
        return this;
    }

    /** An operation from one moment to another, in milliseconds. */
    Record ok(int from, int to, Call... calls) {
        return add(from, to * 1_000_000L, Outcome.OK, calls);
    }

    /** One that was asked for and never answered. */
    Record unknown(int from, Call... calls) {
        return add(from, Operation.NEVER, Outcome.UNKNOWN, calls);
    }

    Record refused(int from, int to, Call... calls) {
        return add(from, to * 1_000_000L, Outcome.REFUSED, calls);
    }

    private Record add(int from, long returned, Outcome outcome, Call... calls) {
        operations.add(new Operation(
                operations.size(), "r1", level, 0, from * 1_000_000L, returned, List.of(calls), outcome, false));
        return this;
    }

    List<Anomaly> anomalies() {
        return Linearizability.check(operations);
    }

    static Call call(String command, Object answer) {
        Answer decoded = switch (answer) {
            case Integer number -> new Answer.Number(number);
            case String text when text.equals("OK") -> new Answer.Status(text);
            case String text when text.equals("nil") -> new Answer.Nil();
            case String text -> new Answer.Text(text);
            case List<?> items ->
                new Answer.Items(items.stream()
                        .map(item -> (Answer) new Answer.Text((String) item))
                        .toList());
            default -> throw new IllegalArgumentException(answer.toString());
        };
        return new Call(List.of(command.split(" ")), decoded);
    }

    /** One that an error answers which says nothing about whether it took place. */
    static Call uncertain(String command) {
        return new Call(List.of(command.split(" ")), new Answer.Failure("UNCERTAIN no acknowledgement"));
    }

    static Call set(String value) {
        return call("SET l:x " + value, "OK");
    }

    static Call get(String value) {
        return call("GET l:x", value);
    }
}
