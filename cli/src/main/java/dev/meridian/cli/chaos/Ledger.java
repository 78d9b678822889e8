package dev.meridian.cli.chaos;

import dev.meridian.simulator.history.History;
import dev.meridian.simulator.history.Operation;
import dev.meridian.simulator.history.Operation.Level;
import dev.meridian.simulator.history.Operation.Outcome;
import dev.meridian.simulator.history.Rules;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What clients did, counted: operations by kind and outcome, and why some were refused. */
final class Ledger {
    private static final Set<String> WRITES = Set.of("SADD", "RPUSH", "INCRBY", "SET", "DEL");

    final Map<String, Map<Outcome, Long>> kinds = new TreeMap<>();
    final Map<String, Long> errors = new TreeMap<>();
    /** What is judged as if there were one copy, by dataset: all writes, and reads that ask for it. */
    final Map<String, Long> exact = new TreeMap<>();

    long acknowledgedWrites;
    private final Rules rules;

    private Ledger(Rules rules) {
        this.rules = rules;
    }

    static Ledger of(History history, Rules rules) {
        var ledger = new Ledger(rules);
        for (Operation operation : history.operations()) {
            if (!operation.settled()) {
                ledger.count(operation);
            }
        }
        return ledger;
    }

    long operations() {
        return kinds.values().stream()
                .flatMap(outcomes -> outcomes.values().stream())
                .mapToLong(Long::longValue)
                .sum();
    }

    Map<String, Long> outcomes(String kind) {
        var all = new LinkedHashMap<String, Long>();
        for (Outcome outcome : Outcome.values()) {
            all.put(
                    outcome.name().toLowerCase(java.util.Locale.ROOT),
                    kinds.getOrDefault(kind, Map.of()).getOrDefault(outcome, 0L));
        }
        return all;
    }

    private void count(Operation operation) {
        String first = operation.calls().getFirst().words().getFirst();
        String kind = operation.calls().size() > 1 ? "MULTI" : first;
        kinds.computeIfAbsent(kind, k -> new EnumMap<>(Outcome.class)).merge(operation.outcome(), 1L, Long::sum);
        Rules.Dataset dataset =
                rules.dataset(operation.calls().getFirst().words().get(1));
        boolean writes = operation.calls().stream()
                .anyMatch(call -> WRITES.contains(call.words().getFirst()));
        boolean asks = operation.level() == Level.QUORUM || operation.level() == Level.STRONG;
        if (dataset.linearizable() && operation.outcome() != Outcome.REFUSED && (writes || asks)) {
            exact.merge(dataset.name(), 1L, Long::sum);
        }
        for (var call : operation.calls()) {
            boolean write = WRITES.contains(call.words().getFirst());
            if (call.answer() instanceof dev.meridian.simulator.history.Answer.Failure(String text)) {
                errors.merge(text.split(" ", 2)[0], 1L, Long::sum);
            } else if (write && operation.outcome() == Outcome.OK) {
                acknowledgedWrites++;
            }
        }
    }
}
