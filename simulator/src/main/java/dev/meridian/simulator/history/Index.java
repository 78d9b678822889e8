package dev.meridian.simulator.history;

import dev.meridian.simulator.history.KeyHistory.Kind;
import dev.meridian.simulator.history.Operation.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A history with its commands understood, apart by replication group. Linear in the words of the history. */
final class Index {
    /** The steps of one group, in the order of their calls, and its keys. */
    static final class Group {
        final List<Step> steps = new ArrayList<>();
        final Map<String, KeyHistory> keys = new LinkedHashMap<>();
        boolean primary;
        boolean lossless;
        boolean linearizable;
    }

    /** A value that was read and that nobody wrote. */
    record Stray(Operation operation, String key, String value) {}

    final Map<String, Group> groups = new LinkedHashMap<>();
    final List<Stray> strays = new ArrayList<>();
    private final Rules rules;

    Index(List<Operation> operations, Rules rules) {
        this.rules = rules;
        Operation[] ordered = operations.toArray(Operation[]::new);
        Arrays.sort(ordered, (a, b) -> Long.compare(a.calledNs(), b.calledNs()));
        for (Operation operation : ordered) {
            addWrites(operation);
        }
        for (Group group : groups.values()) {
            group.keys.values().forEach(key -> key.order(rules));
            group.steps.forEach(step -> addReads(group, step));
            group.keys.values().forEach(KeyHistory::forgive);
        }
    }

    private void addWrites(Operation operation) {
        Group group = null;
        Step step = new Step(operation);
        for (int i = 0; i < operation.calls().size(); i++) {
            List<String> words = operation.calls().get(i).words();
            if (words.size() < 2) {
                continue;
            }
            Rules.Dataset dataset = rules.dataset(words.get(1));
            Group here = groups.computeIfAbsent(dataset.group(), name -> new Group());
            if (group != null && group != here) {
                throw new IllegalArgumentException("one operation over two groups: " + operation);
            }
            group = here;
            group.primary = dataset.hasOneTaker();
            group.linearizable |= dataset.linearizable();
            group.lossless = dataset.takers().stream().allMatch(rules::lossless);
            KeyHistory key = group.keys.computeIfAbsent(words.get(1), name -> new KeyHistory(name, dataset));
            addWrites(step, i, key, words);
        }
        if (group != null) {
            group.steps.add(step);
        }
    }

    private static void addWrites(Step step, int call, KeyHistory key, List<String> words) {
        Answer answer = step.operation.calls().get(call).answer();
        // A conditional SET whose condition did not hold answers nil.
        boolean undone = answer instanceof Answer.Failure || answer instanceof Answer.Nil;
        Outcome outcome = undone && step.is(Outcome.OK) ? Outcome.REFUSED : step.operation.outcome();
        switch (words.get(0).toUpperCase(Locale.ROOT)) {
            case "SADD", "RPUSH" -> {
                for (String value : words.subList(2, words.size())) {
                    add(
                            new Write(step, call, key, value, 0, outcome),
                            words.get(0).startsWith("S") ? Kind.SET : Kind.LIST);
                }
            }
            case "SET" -> add(new Write(step, call, key, words.get(2), 0, outcome), Kind.REGISTER);
            case "INCRBY" -> {
                long amount = Long.parseLong(words.get(2));
                add(new Write(step, call, key, words.get(2), amount, outcome), Kind.COUNTER);
            }
            case "DEL" -> {
                Write delete = new Write(step, call, key, "deletion", 0, outcome);
                key.deletes.add(delete);
                step.writes.add(delete);
            }
            default -> {}
        }
    }

    private static void add(Write write, Kind kind) {
        write.key.add(write, kind);
        write.step.writes.add(write);
    }

    private void addReads(Group group, Step step) {
        if (!step.is(Outcome.OK)) {
            return;
        }
        for (int i = 0; i < step.operation.calls().size(); i++) {
            Call call = step.operation.calls().get(i);
            Answer answer = call.answer();
            KeyHistory key =
                    call.words().size() < 2 ? null : group.keys.get(call.words().get(1));
            if (key == null || answer == null || answer instanceof Answer.Failure) {
                continue;
            }
            switch (call.words().get(0).toUpperCase(Locale.ROOT)) {
                case "SMEMBERS", "LRANGE" -> {
                    if (answer instanceof Answer.Items(List<Answer> items)) {
                        add(step, new Read(step, i, key, shown(step, key, items), 0));
                    }
                }
                case "GET" -> add(step, got(step, i, key, answer));
                case "INCRBY" -> {
                    if (answer instanceof Answer.Number(long number)) {
                        add(step, new Read(step, i, key, new int[0], number));
                    }
                }
                case "EXISTS" -> {
                    if (answer instanceof Answer.Number(long number)) {
                        key.existences.add(new Read(step, i, key, new int[0], number));
                    }
                }
                default -> {}
            }
        }
    }

    private Read got(Step step, int call, KeyHistory key, Answer answer) {
        String text = answer instanceof Answer.Text(String t) ? t : null;
        if (key.kind == Kind.COUNTER) {
            return new Read(step, call, key, new int[0], text == null ? 0 : Long.parseLong(text));
        }
        return new Read(step, call, key, text == null ? new int[0] : shown(step, key, List.of(answer)), 0);
    }

    private int[] shown(Step step, KeyHistory key, List<Answer> items) {
        int[] shown = new int[items.size()];
        int count = 0;
        for (Answer item : items) {
            String value = item instanceof Answer.Text(String text) ? text : item.toString();
            Write write = key.written(value);
            if (write == null || write.calledNs() > step.operation.returnedNs()) {
                strays.add(new Stray(step.operation, key.name, value));
            } else {
                shown[count++] = write.index;
            }
        }
        return count == shown.length ? shown : Arrays.copyOf(shown, count);
    }

    private static void add(Step step, Read read) {
        (read.settled() ? read.key().settled : read.key().reads).add(read);
        step.reads.add(read);
    }
}
