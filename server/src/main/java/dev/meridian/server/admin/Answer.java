package dev.meridian.server.admin;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an HTTP request is answered with, whole. The bytes belong to the answer.
 *
 * @param headers beside those that every answer has
 */
public record Answer(HttpResponseStatus status, String contentType, byte[] body, Map<String, String> headers) {
    static final String JSON = "application/json";
    private static final String TEXT = "text/plain; charset=utf-8";

    static Answer json(Object value) {
        return new Answer(HttpResponseStatus.OK, JSON, Json.bytes(value), Map.of());
    }

    static Answer text(HttpResponseStatus status, String text) {
        return new Answer(status, TEXT, text.getBytes(StandardCharsets.UTF_8), Map.of());
    }

    /** Text of another kind, with status 200. */
    static Answer text(String contentType, String text) {
        return new Answer(HttpResponseStatus.OK, contentType, text.getBytes(StandardCharsets.UTF_8), Map.of());
    }

    /** RFC 9457. The detail never repeats what the client sent. */
    static Answer problem(HttpTrouble trouble, @Nullable String detail, Map<String, String> headers) {
        Map<String, Object> problem = new LinkedHashMap<>();
        problem.put("type", "about:blank");
        problem.put("title", trouble.title());
        problem.put("status", trouble.status().code());
        problem.put("code", trouble.code());
        problem.put("detail", detail == null ? trouble.detail() : detail);
        return new Answer(trouble.status(), "application/problem+json", Json.bytes(problem), headers);
    }

    static Answer problem(HttpTrouble trouble) {
        return problem(trouble, null, Map.of());
    }
}
