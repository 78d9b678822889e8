package dev.meridian.simulator.history;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A history and its rules as JSON lines: a dataset, a loss or an operation a line, so that a run that failed can be judged again.
 *
 * <pre>
 * {"dataset":"carts","group":"g1","resolution":"crdt","primary":null,"linearizable":false}
 * {"lost":"eu-west-1","at":1200,"everything":false}
 * {"session":1,"region":"eu-west-1","level":"session","bound":0,"called":5,"returned":9,"outcome":"ok","settled":false,
 *  "calls":[{"words":["SADD","carts:1","a"],"answer":1}]}
 * </pre>
 *
 * <p>An answer is a number, a text, null, an array, {@code {"status":"OK"}} or {@code {"error":"..."}}; a call without one has none, and an
 * operation that never returned no {@code returned}.
 */
public record HistoryFile(Rules rules, History history) {
    public void save(Path file) throws IOException {
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            StringBuilder line = new StringBuilder();
            for (Rules.Dataset dataset : rules.datasets()) {
                line.append("{\"dataset\":").append(Json.text(dataset.name()));
                line.append(",\"group\":").append(Json.text(dataset.group()));
                line.append(",\"resolution\":").append(Json.text(lower(dataset.resolution())));
                line.append(",\"takers\":")
                        .append(dataset.takers().stream().map(Json::text).collect(Collectors.joining(",", "[", "]")));
                line.append(",\"linearizable\":").append(dataset.linearizable()).append("}\n");
            }
            for (Rules.Loss loss : rules.losses()) {
                line.append("{\"lost\":").append(Json.text(loss.region()));
                line.append(",\"at\":").append(loss.atNs());
                line.append(",\"everything\":").append(loss.everything()).append("}\n");
            }
            out.append(line);
            for (Operation operation : history.operations()) {
                line.setLength(0);
                write(operation, line);
                out.append(line);
            }
        }
    }

    /**
     * Reads what {@link #save} wrote.
     *
     * @throws IllegalArgumentException with the number of the line, if it is not such a file
     */
    public static HistoryFile load(Path file) throws IOException {
        History history = new History();
        List<Rules.Dataset> datasets = new ArrayList<>();
        List<Rules.Loss> losses = new ArrayList<>();
        try (BufferedReader in = Files.newBufferedReader(file)) {
            int number = 1;
            for (String line = in.readLine(); line != null; line = in.readLine(), number++) {
                try {
                    if (!(Json.read(line) instanceof Map<?, ?> object)) {
                        throw new IllegalArgumentException("it is not an object");
                    }
                    if (object.containsKey("dataset")) {
                        datasets.add(dataset(object));
                    } else if (object.containsKey("lost")) {
                        losses.add(new Rules.Loss(
                                string(object, "lost"), number(object, "at"), (Boolean) member(object, "everything")));
                    } else {
                        history.add(operation(object));
                    }
                } catch (IllegalArgumentException | ClassCastException e) {
                    throw new IllegalArgumentException(
                            file + ":" + number + ": not a line of a history: " + e.getMessage(), e);
                }
            }
        }
        return new HistoryFile(new Rules(List.copyOf(datasets), List.copyOf(losses)), history);
    }

    private static void write(Operation operation, StringBuilder line) {
        line.append("{\"session\":").append(operation.session());
        line.append(",\"region\":").append(Json.text(operation.region()));
        line.append(",\"level\":").append(Json.text(lower(operation.level())));
        line.append(",\"bound\":").append(operation.boundNs());
        line.append(",\"called\":").append(operation.calledNs());
        if (operation.returnedNs() != Operation.NEVER) {
            line.append(",\"returned\":").append(operation.returnedNs());
        }
        line.append(",\"outcome\":").append(Json.text(lower(operation.outcome())));
        line.append(",\"settled\":").append(operation.settled()).append(",\"calls\":[");
        String comma = "";
        for (Call call : operation.calls()) {
            line.append(comma).append("{\"words\":[");
            comma = "";
            for (String word : call.words()) {
                line.append(comma).append(Json.text(word));
                comma = ",";
            }
            line.append(']');
            Answer answer = call.answer();
            if (answer != null) {
                line.append(",\"answer\":");
                write(answer, line);
            }
            line.append('}');
            comma = ",";
        }
        line.append("]}\n");
    }

    private static void write(Answer answer, StringBuilder line) {
        switch (answer) {
            case Answer.Status(String text) ->
                line.append("{\"status\":").append(Json.text(text)).append('}');
            case Answer.Failure(String text) ->
                line.append("{\"error\":").append(Json.text(text)).append('}');
            case Answer.Number(long value) -> line.append(value);
            case Answer.Text(String text) -> line.append(Json.text(text));
            case Answer.Nil() -> line.append("null");
            case Answer.Items(List<Answer> items) -> {
                line.append('[');
                for (int i = 0; i < items.size(); i++) {
                    line.append(i == 0 ? "" : ",");
                    write(items.get(i), line);
                }
                line.append(']');
            }
        }
    }

    private static Rules.Dataset dataset(Map<?, ?> object) {
        return new Rules.Dataset(
                string(object, "dataset"),
                string(object, "group"),
                Rules.Resolution.valueOf(string(object, "resolution").toUpperCase(Locale.ROOT)),
                texts(object, "takers"),
                object.get("linearizable") == Boolean.TRUE);
    }

    private static Operation operation(Map<?, ?> object) {
        List<Call> calls = new ArrayList<>();
        for (Object each : (List<?>) member(object, "calls")) {
            Map<?, ?> call = (Map<?, ?>) each;
            List<String> words = texts(call, "words");
            calls.add(new Call(words, call.containsKey("answer") ? answer(call.get("answer")) : null));
        }
        return new Operation(
                Math.toIntExact(number(object, "session")),
                string(object, "region"),
                Operation.Level.valueOf(string(object, "level").toUpperCase(Locale.ROOT)),
                number(object, "bound"),
                number(object, "called"),
                object.containsKey("returned") ? number(object, "returned") : Operation.NEVER,
                calls,
                Operation.Outcome.valueOf(string(object, "outcome").toUpperCase(Locale.ROOT)),
                (Boolean) member(object, "settled"));
    }

    private static Answer answer(@Nullable Object value) {
        return switch (value) {
            case null -> new Answer.Nil();
            case Long number -> new Answer.Number(number);
            case String text -> new Answer.Text(text);
            case List<?> items ->
                new Answer.Items(items.stream().map(HistoryFile::answer).toList());
            case Map<?, ?> object ->
                object.containsKey("error")
                        ? new Answer.Failure(string(object, "error"))
                        : new Answer.Status(string(object, "status"));
            default -> throw new IllegalArgumentException("not an answer: " + value);
        };
    }

    private static Object member(Map<?, ?> object, String name) {
        Object value = object.get(name);
        if (value == null) {
            throw new IllegalArgumentException("it has no `" + name + "`");
        }
        return value;
    }

    private static List<String> texts(Map<?, ?> object, String name) {
        return ((List<?>) member(object, name)).stream().map(String.class::cast).toList();
    }

    private static String string(Map<?, ?> object, String name) {
        return (String) member(object, name);
    }

    private static long number(Map<?, ?> object, String name) {
        return (Long) member(object, name);
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
