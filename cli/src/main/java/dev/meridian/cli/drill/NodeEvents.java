package dev.meridian.cli.drill;

import dev.meridian.cli.Json;
import dev.meridian.cli.up.UpState;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.JsonNode;

/** What the nodes say happens ({@code GET /v1/events}), as it comes; a node that does not answer is asked again. */
final class NodeEvents implements AutoCloseable {
    private static final int CONNECT_TIMEOUT_MS = 1_000;
    private static final int READ_TIMEOUT_MS = 20_000;
    private static final int AGAIN_NS = 200_000_000;
    private static final Set<String> USUAL = Set.of("schema", "event", "id", "region", "at");

    /** One event, and when it arrived here. */
    record Event(long atNs, String region, String name, JsonNode body) {}

    private final List<Event> events = new CopyOnWriteArrayList<>();
    private final List<Thread> readers = new ArrayList<>();
    private volatile boolean over;

    NodeEvents(UpState state) {
        for (UpState.RegionPorts region : state.regions()) {
            readers.add(Thread.ofPlatform()
                    .daemon()
                    .name("events of " + region.name())
                    .start(() -> follow(region)));
        }
    }

    /**
     * An event as a line: its name, and what it says beside who and when.
     *
     * @param datasets of each group, whose long name they stand for
     */
    static String words(Event event, Map<String, String> datasets) {
        var words = new StringBuilder(event.name());
        for (String member : new TreeSet<>(event.body().propertyNames())) {
            if (!USUAL.contains(member)) {
                JsonNode value = event.body().path(member);
                String text = value.asString(value.toString());
                words.append(' ').append(datasets.getOrDefault(text, text));
            }
        }
        return words.toString();
    }

    /** All so far, in the order in which they arrived. */
    List<Event> all() {
        return List.copyOf(events);
    }

    @Override
    public void close() {
        over = true;
        readers.forEach(Thread::interrupt);
    }

    private void follow(UpState.RegionPorts region) {
        while (!over) {
            try {
                read(region);
            } catch (IOException | IllegalArgumentException e) {
                // The node is down or stands still: what it has to say comes when it is back.
                LockSupport.parkNanos(AGAIN_NS);
            }
        }
    }

    private void read(UpState.RegionPorts region) throws IOException {
        var connection = (HttpURLConnection)
                URI.create(region.httpUrl() + "/v1/events").toURL().openConnection();
        connection.setConnectTimeout(CONNECT_TIMEOUT_MS);
        connection.setReadTimeout(READ_TIMEOUT_MS);
        try (var lines =
                new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null && !over; line = lines.readLine()) {
                if (line.startsWith("data: ")) {
                    JsonNode body = Json.read(line.substring("data: ".length()));
                    events.add(new Event(
                            System.nanoTime(), region.name(), body.path("event").asString(), body));
                }
            }
        }
    }
}
