package dev.meridian.simulator.history;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The operations of a run, in the order in which they were added; append-only, and safe to append to from several threads. Equal words and
 * values are kept once, so that a read costs a reference for each element that it shows.
 */
public final class History {
    private final List<Operation> operations = new ArrayList<>();
    private final Map<String, Answer.Text> texts = new HashMap<>();

    public synchronized void add(Operation operation) {
        List<Call> calls = new ArrayList<>(operation.calls().size());
        for (Call call : operation.calls()) {
            calls.add(new Call(call.words().stream().map(this::once).toList(), once(call.answer())));
        }
        operations.add(new Operation(
                operation.session(),
                operation.region(),
                operation.level(),
                operation.boundNs(),
                operation.calledNs(),
                operation.returnedNs(),
                List.copyOf(calls),
                operation.outcome(),
                operation.settled()));
    }

    /** All operations so far; to be read when no more are added. */
    public List<Operation> operations() {
        return Collections.unmodifiableList(operations);
    }

    /** All operations so far, while more are added. */
    public synchronized List<Operation> snapshot() {
        return List.copyOf(operations);
    }

    public synchronized int size() {
        return operations.size();
    }

    private String once(String word) {
        return texts.computeIfAbsent(word, Answer.Text::new).text();
    }

    private @Nullable Answer once(@Nullable Answer answer) {
        return switch (answer) {
            case null -> null;
            case Answer.Text(String text) -> texts.computeIfAbsent(text, Answer.Text::new);
            case Answer.Items(List<Answer> items) -> {
                List<Answer> kept = new ArrayList<>(items.size());
                for (Answer item : items) {
                    kept.add(
                            item instanceof Answer.Text(String text)
                                    ? texts.computeIfAbsent(text, Answer.Text::new)
                                    : item);
                }
                yield new Answer.Items(List.copyOf(kept));
            }
            default -> answer;
        };
    }
}
