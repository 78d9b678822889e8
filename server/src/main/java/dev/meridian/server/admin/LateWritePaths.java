package dev.meridian.server.admin;

import dev.meridian.kernel.command.Args;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /v1/late-writes}, {@code GET /v1/late-writes/ID} and {@code POST /v1/late-writes/ID/apply} or {@code /discard}: the command
 * MERIDIAN.LATEWRITES as a client of this node would give it. Each node has those of its own region.
 */
final class LateWritePaths {
    private static final String LIST = "/v1/late-writes";
    private static final String APPLY = "/apply";
    private static final String DISCARD = "/discard";

    private final NodeView view;

    LateWritePaths(NodeView view) {
        this.view = view;
    }

    static boolean posts(String path) {
        return path.startsWith(LIST + "/") && (path.endsWith(APPLY) || path.endsWith(DISCARD));
    }

    /** Null when the path is none of these. */
    @Nullable
    CompletionStage<Answer> answer(Request request) {
        String path = request.path();
        if (!path.equals(LIST) && !path.startsWith(LIST + "/")) {
            return null;
        }
        if (posts(path) && !request.post()) {
            return CompletableFuture.completedFuture(
                    Answer.problem(HttpTrouble.METHOD_REFUSED, null, Map.of("Allow", "POST")));
        }
        try {
            return ask(path.equals(LIST) ? listing(request) : one(request), path);
        } catch (IllegalArgumentException e) {
            return CompletableFuture.completedFuture(Answer.problem(HttpTrouble.BAD_QUESTION));
        }
    }

    private static List<byte[]> listing(Request request) {
        List<byte[]> words = words("MERIDIAN.LATEWRITES", "LIST");
        byte[] dataset = request.value("dataset");
        if (dataset != null) {
            words.add(dataset);
        }
        if (request.asks("decided")) {
            words.addAll(words("DECIDED"));
        }
        for (String option : List.of("cursor", "count")) {
            byte[] value = request.value(option);
            if (value != null) {
                words.addAll(words(option));
                words.add(value);
            }
        }
        return words;
    }

    private static List<byte[]> one(Request request) {
        String path = request.path();
        String does = path.endsWith(APPLY) ? APPLY : path.endsWith(DISCARD) ? DISCARD : "";
        List<byte[]> words = words("MERIDIAN.LATEWRITES", does.isEmpty() ? "SHOW" : does.substring(1));
        words.add(Request.decoded(path.substring(LIST.length() + 1, path.length() - does.length())));
        byte[] by = request.value("by");
        if (!does.isEmpty() && by != null) {
            words.addAll(words("BY"));
            words.add(by);
        }
        return words;
    }

    private static List<byte[]> words(String... words) {
        List<byte[]> bytes = new ArrayList<>();
        for (String word : words) {
            bytes.add(word.getBytes(StandardCharsets.US_ASCII));
        }
        return bytes;
    }

    private CompletionStage<Answer> ask(List<byte[]> words, String path) {
        if (view.phase() != NodeView.Phase.SERVING) {
            return CompletableFuture.completedFuture(Answer.problem(HttpTrouble.NOT_SERVING));
        }
        return view.command(Args.of(words.toArray(byte[][]::new))).thenApply(reply -> {
            if (reply[0] == '-') {
                return refused(new String(reply, 1, reply.length - 3, StandardCharsets.UTF_8));
            }
            Map<String, @Nullable Object> json = new LinkedHashMap<>();
            switch (RespValue.read(reply)) {
                case Map<?, ?> map -> {
                    json.put("schema", path.equals(LIST) ? "meridian.late_writes/1" : "meridian.late_write/1");
                    map.forEach((name, value) -> json.put(String.valueOf(name), value));
                }
                case null, default -> {
                    json.put("schema", "meridian.late_write_decision/1");
                    json.put("id", RespValue.text(words.get(2)));
                    json.put("state", path.endsWith(APPLY) ? "applied" : "discarded");
                }
            }
            return Answer.json(json);
        });
    }

    private static Answer refused(String error) {
        String code = error.substring(0, Math.max(0, error.indexOf(' ')));
        return switch (code) {
            case "NOLATEWRITE" ->
                Answer.problem(HttpTrouble.UNKNOWN_PLACE, "this node keeps no late write of this id", Map.of());
            case "DECIDED" -> Answer.problem(HttpTrouble.NOT_DONE, error.substring(code.length() + 1), Map.of());
            case "ERR" -> Answer.problem(HttpTrouble.BAD_QUESTION);
            default -> Answer.problem(HttpTrouble.REFUSED, "the node answers " + code + " as to any client", Map.of());
        };
    }
}
