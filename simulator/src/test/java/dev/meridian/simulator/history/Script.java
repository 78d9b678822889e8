package dev.meridian.simulator.history;

import dev.meridian.simulator.history.Operation.Level;
import dev.meridian.simulator.history.Operation.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A history written by hand: one operation after another, 10 ms each, unless told otherwise. */
final class Script {
    static final long MS = 1_000_000;

    private final List<Operation> operations = new ArrayList<>();
    private Rules rules = RandomHistory.RULES;
    private Level level = Level.SESSION;
    private long nowMs;

    static Call call(Object answer, String... words) {
        Answer decoded = switch (answer) {
            case Answer a -> a;
            case Integer number -> new Answer.Number(number);
            case String text -> new Answer.Text(text);
            case List<?> items ->
                new Answer.Items(items.stream()
                        .map(i -> (Answer) new Answer.Text((String) i))
                        .toList());
            default -> throw new IllegalArgumentException(answer.toString());
        };
        return new Call(List.of(words), decoded);
    }

    static Call add(String key, String member) {
        return call(1, "SADD", key, member);
    }

    static Call members(String key, String... members) {
        return call(Arrays.asList(members), "SMEMBERS", key);
    }

    static Call push(String key, String element) {
        return call(1, "RPUSH", key, element);
    }

    static Call range(String key, String... elements) {
        return call(Arrays.asList(elements), "LRANGE", key, "0", "-1");
    }

    static Call set(String key, String value) {
        return call(new Answer.Status("OK"), "SET", key, value);
    }

    static Call get(String key, Object value) {
        return call(value, "GET", key);
    }

    Script at(Level next) {
        level = next;
        return this;
    }

    Script after(long ms) {
        nowMs += ms;
        return this;
    }

    Script loses(String region, boolean everything) {
        rules = rules.with(new Rules.Loss(region, nowMs * MS, everything));
        return this;
    }

    /** One operation of a session, with all its calls in one block. */
    Script does(int session, Call... calls) {
        return does(session, Outcome.OK, calls);
    }

    Script does(int session, Outcome outcome, Call... calls) {
        nowMs += 10;
        long returned = outcome == Outcome.UNKNOWN ? Operation.NEVER : (nowMs + 5) * MS;
        operations.add(new Operation(
                session, "r" + session % 3, level, 100 * MS, nowMs * MS, returned, List.of(calls), outcome, false));
        return this;
    }

    /** The operation before takes so long that the next one is called meanwhile. */
    Script meanwhile() {
        Operation last = operations.removeLast();
        operations.add(new Operation(
                last.session(),
                last.region(),
                last.level(),
                last.boundNs(),
                last.calledNs(),
                last.returnedNs() + 1000 * MS,
                last.calls(),
                last.outcome(),
                false));
        return this;
    }

    /** What a region shows in the end. */
    Script ends(String region, Call... calls) {
        nowMs += 2000;
        operations.add(new Operation(
                100, region, Level.EVENTUAL, 0, nowMs * MS, nowMs * MS, List.of(calls), Outcome.OK, true));
        return this;
    }

    /** Each anomaly as its invariant and the beginning of its text, up to the colon. */
    List<String> anomalies() {
        History history = new History();
        operations.forEach(history::add);
        return Checkers.check(history, rules).stream()
                .map(anomaly -> anomaly.invariant() + " " + anomaly.text().split("[:,] ")[0])
                .distinct()
                .toList();
    }
}
