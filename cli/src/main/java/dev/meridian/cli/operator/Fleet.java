package dev.meridian.cli.operator;

import dev.meridian.cli.Json;
import dev.meridian.cli.Names;
import dev.meridian.cli.Trouble;
import dev.meridian.cli.status.NodeStatuses;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The nodes as they answered, and requests to them.
 *
 * @param urls base URL of each node that answered, by its region
 * @param byRegion what it said
 */
public record Fleet(
        Map<String, String> urls,
        Map<String, JsonNode> byRegion,
        @Nullable String password) {
    private static final int CONNECT_MS = 2_000;
    /** More than a node takes to say that an operation has not ended. */
    private static final int READ_MS = 30_000;

    public static Fleet of(Map<String, String> urls, NodeStatuses statuses, @Nullable String password) {
        var byRegion = new LinkedHashMap<String, JsonNode>();
        var known = new LinkedHashMap<String, String>();
        statuses.byRegion().forEach((asked, answer) -> {
            JsonNode status = answer.status();
            if (status != null) {
                byRegion.put(status.path("region").asString(), status);
                known.put(status.path("region").asString(), urls.getOrDefault(asked, ""));
            }
        });
        return new Fleet(known, byRegion, password);
    }

    /** Every region of which somebody spoke. */
    public TreeSet<String> regions() {
        var regions = new TreeSet<>(byRegion.keySet());
        byRegion.values().forEach(status -> {
            status.path("peers").forEach(peer -> regions.add(peer.path("region").asString()));
            status.path("groups")
                    .forEach(group -> group.path("members").forEach(member -> regions.add(member.asString())));
        });
        return regions;
    }

    public boolean answers(String region) {
        return byRegion.containsKey(region);
    }

    /** Every group with a primary, as the node sees it that has heard of its highest epoch. */
    public List<JsonNode> groups() {
        var newest = new LinkedHashMap<String, JsonNode>();
        for (JsonNode status : byRegion.values()) {
            for (JsonNode group : status.path("groups")) {
                newest.merge(
                        group.path("id").asString(),
                        group,
                        (a, b) -> b.path("epoch").asLong(0) > a.path("epoch").asLong(0) ? b : a);
            }
        }
        return newest.values().stream()
                .filter(group -> group.path("primary").isString())
                .toList();
    }

    /** The group by its id or by one of its datasets. */
    public JsonNode group(String name) {
        var names = new TreeSet<String>();
        for (JsonNode group : groups()) {
            var own = new ArrayList<String>(List.of(group.path("id").asString()));
            group.path("datasets").forEach(dataset -> own.add(dataset.asString()));
            if (own.contains(name)) {
                return group;
            }
            names.addAll(own.subList(1, own.size()));
        }
        throw Trouble.UNKNOWN_GROUP.because(
                "no group with a primary is or holds `" + name + "`",
                Names.nearest(names, name)
                                .map(near -> "did you mean " + near + "? ")
                                .orElse("")
                        + "datasets with a primary: " + (names.isEmpty() ? "none" : String.join(", ", names)));
    }

    /** What a node says of a peer in a group; missing where it says nothing. */
    Optional<JsonNode> lag(String from, String to, String group) {
        JsonNode status = byRegion.get(from);
        if (status == null) {
            return Optional.empty();
        }
        for (JsonNode peer : status.path("peers")) {
            if (peer.path("region").asString().equals(to)) {
                for (JsonNode each : peer.path("groups")) {
                    if (each.path("id").asString().equals(group)) {
                        return Optional.of(each);
                    }
                }
            }
        }
        return Optional.empty();
    }

    /** Whether some node has heard that the region is drained or isolated. */
    boolean isOff(String region) {
        for (JsonNode status : byRegion.values()) {
            for (String kind : List.of("drained", "isolated")) {
                for (JsonNode off : status.path("control").path(kind)) {
                    if (off.asString().equals(region)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    /** Asks the region's node for a change; fails as the node refuses it. */
    public JsonNode post(String region, String path, Map<String, String> query) {
        var parts = new ArrayList<String>();
        query.forEach((word, value) -> parts.add(word + "=" + encoded(value)));
        return call("POST", region, path + "?" + String.join("&", parts));
    }

    public JsonNode get(String region, String path) {
        return call("GET", region, path);
    }

    public static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private JsonNode call(String method, String region, String path) {
        String url = urls.get(region);
        if (url == null) {
            throw Trouble.NO_NODE_ANSWERED.because(
                    "the node of " + region + " does not answer",
                    "nothing was changed; `meridian status` shows who does");
        }
        try {
            var connection = (HttpURLConnection) URI.create(url + path).toURL().openConnection();
            connection.setRequestMethod(method);
            connection.setConnectTimeout(CONNECT_MS);
            connection.setReadTimeout(READ_MS);
            if (password != null) {
                connection.setRequestProperty("Authorization", "Bearer " + password);
            }
            int status = connection.getResponseCode();
            InputStream stream = status < 400 ? connection.getInputStream() : connection.getErrorStream();
            String text = stream == null ? "" : new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            if (status < 400) {
                return Json.read(text);
            }
            JsonNode problem = Json.read(text);
            boolean isOpen = status == 503 || status == 504;
            throw (isOpen ? Trouble.OPERATION_OPEN : Trouble.OPERATION_REFUSED)
                    .because(
                            region + ": " + problem.path("detail").asString("answered " + status),
                            "`meridian explain " + problem.path("code").asString("MRD-4222") + "` says more");
        } catch (IOException | IllegalArgumentException e) {
            throw Trouble.OPERATION_OPEN.because(
                    "the node of " + region + " did not answer to the end: " + e.getMessage(),
                    "it may have taken effect: run it again with the same --operation, which finds out");
        }
    }
}
