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
 * {@code GET /v1/conflicts}, {@code GET /v1/conflicts/KEY} and {@code POST /v1/conflicts/KEY/resolve}: the commands MERIDIAN.CONFLICTS,
 * MERIDIAN.CONFLICT and MERIDIAN.RESOLVE as a client of this node would give them.
 */
final class ConflictPaths {
    private static final String LIST = "/v1/conflicts";
    private static final String RESOLVE = "/resolve";

    private final NodeView view;

    ConflictPaths(NodeView view) {
        this.view = view;
    }

    static boolean posts(String path) {
        return path.startsWith(LIST + "/") && path.endsWith(RESOLVE);
    }

    /** Null when the path is none of these. */
    @Nullable
    CompletionStage<Answer> answer(Request request) {
        String path = request.path();
        if (!path.equals(LIST) && !path.startsWith(LIST + "/")) {
            return null;
        }
        try {
            return path.equals(LIST)
                    ? ask(listing(request), "meridian.conflicts/1", Map.of())
                    : posts(path) ? resolve(request) : show(path.substring(LIST.length() + 1));
        } catch (IllegalArgumentException e) {
            return CompletableFuture.completedFuture(Answer.problem(HttpTrouble.BAD_QUESTION));
        }
    }

    private static List<byte[]> listing(Request request) {
        List<byte[]> words = words("MERIDIAN.CONFLICTS");
        byte[] dataset = request.value("dataset");
        if (dataset != null) {
            words.add(dataset);
        }
        if (request.asks("dropped")) {
            words.addAll(words("DROPPED"));
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

    private CompletionStage<Answer> show(String encodedKey) {
        byte[] key = Request.decoded(encodedKey);
        List<byte[]> words = words("MERIDIAN.CONFLICT");
        words.add(key);
        return ask(words, "meridian.conflict/1", Map.of("key", RespValue.text(key)));
    }

    private CompletionStage<Answer> resolve(Request request) {
        if (!request.post()) {
            return CompletableFuture.completedFuture(
                    Answer.problem(HttpTrouble.METHOD_REFUSED, null, Map.of("Allow", "POST")));
        }
        String path = request.path();
        byte[] key = Request.decoded(path.substring(LIST.length() + 1, path.length() - RESOLVE.length()));
        byte[] token = request.value("token");
        byte[] sibling = request.value("sibling");
        byte[] value = request.value("value");
        if (token == null || (sibling == null) == (value == null)) {
            throw new IllegalArgumentException("a token, and a sibling or a value");
        }
        List<byte[]> words = words("MERIDIAN.RESOLVE");
        words.add(key);
        words.add(token);
        words.addAll(words(sibling != null ? "SIBLING" : "VALUE"));
        words.add(sibling != null ? sibling : value);
        return ask(words, "meridian.resolution/1", Map.of("key", RespValue.text(key)));
    }

    private static List<byte[]> words(String word) {
        return new ArrayList<>(List.of(word.getBytes(StandardCharsets.US_ASCII)));
    }

    private CompletionStage<Answer> ask(List<byte[]> words, String schema, Map<String, Object> more) {
        if (view.phase() != NodeView.Phase.SERVING) {
            return CompletableFuture.completedFuture(Answer.problem(HttpTrouble.NOT_SERVING));
        }
        return view.command(Args.of(words.toArray(byte[][]::new))).thenApply(reply -> {
            if (reply[0] == '-') {
                return refused(new String(reply, 1, reply.length - 3, StandardCharsets.UTF_8));
            }
            Map<String, @Nullable Object> json = new LinkedHashMap<>();
            json.put("schema", schema);
            json.putAll(more);
            switch (RespValue.read(reply)) {
                case Map<?, ?> map -> map.forEach((name, value) -> json.put(String.valueOf(name), value));
                case List<?> conflicts -> json.put("conflicts", conflicts);
                case null, default -> json.put("resolved", true);
            }
            return Answer.json(json);
        });
    }

    /** Of the error only its code: its text may repeat what was asked. */
    private static Answer refused(String error) {
        String code = error.substring(0, Math.max(0, error.indexOf(' ')));
        return switch (code) {
            case "CONFLICT" -> Answer.problem(HttpTrouble.CONFLICT_CHANGED);
            case "NOCONFLICT" -> Answer.problem(HttpTrouble.NO_CONFLICT);
            case "ERR" -> Answer.problem(HttpTrouble.BAD_QUESTION);
            default -> Answer.problem(HttpTrouble.REFUSED, "the node answers " + code + " as to any client", Map.of());
        };
    }
}
