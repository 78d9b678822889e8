package dev.meridian.simulator.history.linearizability;

import dev.meridian.simulator.history.Anomaly;
import dev.meridian.simulator.history.Answer;
import dev.meridian.simulator.history.Call;
import dev.meridian.simulator.history.Operation;
import dev.meridian.simulator.history.linearizability.Search.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Why operations have no order, as short as it can be told: the shortest prefix of the history that has none, and of that the fewest
 * operations that still have none, found by leaving out (Zeller and Hildebrandt's ddmin, 2002).
 */
final class Explanation {
    private static final int CONFIGURATIONS_MAX = 100_000;
    private static final int TRIES_MAX = 400;
    private static final int LINES_MAX = 12;
    private static final int ELEMENTS_SHOWN = 6;

    private static final Set<String> READS =
            Set.of("GET", "SMEMBERS", "LRANGE", "EXISTS", "SISMEMBER", "SCARD", "LLEN");

    private Problem problem;
    private final Operation last;
    private final Set<String> separable;
    private int tries;

    private Explanation(Problem problem, Operation last) {
        this.problem = problem;
        this.last = last;
        this.separable = separable(problem);
    }

    static Anomaly of(String invariant, String key, Problem whole) {
        List<Operation> answered = whole.operations().stream()
                .filter(operation -> !whole.isMaybe(operation))
                .sorted(Comparator.comparingLong(Operation::returnedNs))
                .toList();
        int sound = 0;
        int broken = answered.size();
        while (broken - sound > 1) {
            int middle = (sound + broken) / 2;
            Problem prefix = whole.until(answered.get(middle - 1).returnedNs());
            if (prefix.solve(Linearizability.CONFIGURATIONS_MAX) == Outcome.NOT_LINEARIZABLE) {
                broken = middle;
            } else {
                sound = middle;
            }
        }
        Operation last = answered.get(broken - 1);
        Explanation explanation = new Explanation(whole.until(last.returnedNs()), last);
        explanation.shorten();
        return new Anomaly(invariant, explanation.text(key), explanation.problem.operations());
    }

    // ---- leaving out ----

    private void shorten() {
        for (int chunk = Math.max(1, problem.operations().size() / 2); chunk > 0; chunk /= 2) {
            for (int from = 0; from < problem.operations().size() && tries < TRIES_MAX; ) {
                Problem shorter = without(
                        from, Math.min(from + chunk, problem.operations().size()));
                tries++;
                if (shorter != null && shorter.solve(CONFIGURATIONS_MAX) == Outcome.NOT_LINEARIZABLE) {
                    problem = shorter;
                } else {
                    from += chunk;
                }
            }
        }
    }

    /** Without some operations, the values that they wrote and the reads of those; null where that could break what is sound. */
    private @Nullable Problem without(int from, int to) {
        List<Operation> gone = problem.operations().subList(from, to);
        Map<String, Set<String>> forgotten = new HashMap<>();
        problem.forgotten().forEach((key, values) -> forgotten.put(key, new HashSet<>(values)));
        for (Operation operation : gone) {
            for (Call call : operation.calls()) {
                String key = call.words().get(1);
                if (!READS.contains(call.words().getFirst())) {
                    if (!separable.contains(key)) {
                        return null;
                    }
                    forgotten
                            .computeIfAbsent(key, k -> new HashSet<>())
                            .addAll(call.words().subList(2, call.words().size()));
                }
            }
        }
        List<Operation> fewer = new ArrayList<>(problem.operations());
        fewer.subList(from, to).clear();
        Problem shorter = problem.with(fewer, forgotten);
        List<Operation> silent = fewer.stream().filter(shorter::saysNothing).toList();
        fewer.removeAll(silent);
        boolean sound = fewer.stream().anyMatch(operation -> operation == last)
                && silent.stream().allMatch(operation -> operation.calls().size() == 1);
        return sound ? problem.with(fewer, forgotten) : null;
    }

    /** The keys of which one value can be taken away and nothing else changes. */
    private static Set<String> separable(Problem problem) {
        Set<String> separable = new HashSet<>();
        Set<String> others = new HashSet<>();
        for (Operation operation : problem.operations()) {
            for (Call call : operation.calls()) {
                boolean plain = switch (call.words().getFirst()) {
                    case "SET" -> call.words().size() == 3;
                    case "GET", "SADD", "SMEMBERS", "SISMEMBER", "RPUSH", "LRANGE" -> true;
                    default -> false;
                };
                (plain ? separable : others).add(call.words().get(1));
            }
        }
        separable.removeAll(others);
        return separable;
    }

    // ---- words ----

    private String text(String key) {
        List<Operation> shown = problem.operations();
        StringBuilder text = new StringBuilder();
        text.append("not linearizable: no order of ").append(shown.size() == 1 ? "this" : "these " + shown.size());
        text.append(" on ").append(key).append(" explains what the last one answered");
        long startNs = shown.stream().mapToLong(Operation::calledNs).min().orElse(0);
        List<Operation> ordered = new ArrayList<>(shown);
        ordered.remove(last);
        ordered.add(last);
        int skipped = Math.max(0, ordered.size() - LINES_MAX);
        text.append(skipped > 0 ? " (the last " + LINES_MAX + ")" : "");
        for (Operation operation : ordered.subList(skipped, ordered.size())) {
            text.append(String.format(
                    Locale.ROOT,
                    "\n      %9.3f .. %9s ms  session %d in %s  %s",
                    (operation.calledNs() - startNs) / 1e6,
                    problem.isMaybe(operation)
                            ? "?"
                            : String.format(Locale.ROOT, "%.3f", (operation.returnedNs() - startNs) / 1e6),
                    operation.session(),
                    operation.region(),
                    calls(operation)));
        }
        return text.toString();
    }

    private String calls(Operation operation) {
        boolean maybe = problem.isMaybe(operation);
        return operation.calls().stream()
                .map(call -> String.join(" ", call.words()) + " -> " + (maybe ? "unknown" : answer(call)))
                .collect(Collectors.joining("; "));
    }

    private String answer(Call call) {
        Set<String> forgotten = problem.forgotten().getOrDefault(call.words().get(1), Set.of());
        return switch (call.answer()) {
            case null -> "nothing";
            case Answer.Status(String text) -> text;
            case Answer.Failure(String text) -> text;
            case Answer.Number(long number) -> Long.toString(number);
            case Answer.Text(String text) -> '"' + text + '"';
            case Answer.Nil() -> "(nil)";
            case Answer.Items(List<Answer> items) -> {
                List<String> shown = items.stream()
                        .map(item -> item instanceof Answer.Text(String text) ? text : item.toString())
                        .filter(element -> !forgotten.contains(element))
                        .toList();
                int cut = Math.max(0, shown.size() - ELEMENTS_SHOWN);
                yield "[" + (cut > 0 ? cut + " more, " : "") + String.join(", ", shown.subList(cut, shown.size())) + "]"
                        + (forgotten.isEmpty() ? "" : " of these");
            }
        };
    }
}
