package dev.meridian.cli.status;

import dev.meridian.cli.Json;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The answers of nodes to {@code GET /v1/status}, asked at the same time.
 *
 * @param byRegion in the order asked
 */
public record NodeStatuses(Map<String, Answer> byRegion) {
    private static final int TIMEOUT_MS = 2_000;
    private static final String PASSWORD_WANTED = "wants a password";
    private static final String SCHEMA = "meridian.status/";

    /** What one node said, or why it did not. */
    public record Answer(
            @Nullable JsonNode status, @Nullable String silence) {}

    /**
     * Asks all nodes.
     *
     * @param urls base URL of the HTTP port of each region's node
     * @param password what they may want; null: none
     */
    public static NodeStatuses ask(Map<String, String> urls, @Nullable String password) {
        var answers = new ConcurrentHashMap<String, Answer>();
        var askers = new ArrayList<Thread>();
        urls.forEach((region, url) ->
                askers.add(Thread.ofVirtual().start(() -> answers.put(region, ask(url, password)))));
        var ordered = new LinkedHashMap<String, Answer>();
        try {
            for (Thread asker : askers) {
                asker.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        urls.keySet()
                .forEach(region -> ordered.put(region, answers.getOrDefault(region, new Answer(null, "interrupted"))));
        return new NodeStatuses(ordered);
    }

    private static Answer ask(String url, @Nullable String password) {
        try {
            var connection =
                    (HttpURLConnection) URI.create(url + "/v1/status").toURL().openConnection();
            connection.setConnectTimeout(TIMEOUT_MS);
            connection.setReadTimeout(TIMEOUT_MS);
            if (password != null) {
                connection.setRequestProperty("Authorization", "Bearer " + password);
            }
            if (connection.getResponseCode() == 401) {
                return new Answer(null, PASSWORD_WANTED);
            }
            if (connection.getResponseCode() != 200) {
                return new Answer(null, "answered " + connection.getResponseCode());
            }
            JsonNode status = Json.read(new String(connection.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
            String schema = status.path("schema").asString();
            return schema.equals(SCHEMA + "1")
                    ? new Answer(status, null)
                    : new Answer(null, "speaks " + schema + ", this program " + SCHEMA + "1");
        } catch (IOException | IllegalArgumentException e) {
            return new Answer(null, "no answer");
        }
    }

    public Optional<JsonNode> of(String region) {
        Answer answer = byRegion.get(region);
        return answer == null ? Optional.empty() : Optional.ofNullable(answer.status());
    }

    /** Whether a node did not answer for want of the right password. */
    public boolean passwordWanted() {
        return byRegion.values().stream().anyMatch(answer -> PASSWORD_WANTED.equals(answer.silence()));
    }

    public boolean anyAnswered() {
        return byRegion.values().stream().anyMatch(answer -> answer.status() != null);
    }

    public List<JsonNode> answered() {
        return byRegion.keySet().stream().flatMap(region -> of(region).stream()).toList();
    }

    /** What one node says of another. */
    public Optional<JsonNode> peer(String from, String to) {
        return of(from).flatMap(status -> {
            for (JsonNode peer : status.path("peers")) {
                if (peer.path("region").asString().equals(to)) {
                    return Optional.of(peer);
                }
            }
            return Optional.empty();
        });
    }
}
