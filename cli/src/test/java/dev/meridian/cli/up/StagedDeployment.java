package dev.meridian.cli.up;

import com.sun.net.httpserver.HttpServer;
import dev.meridian.cli.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A deployment as other commands see it, without processes: a state file, a control endpoint that remembers what it was
 * asked, and an HTTP port a region that answers a given status.
 */
public final class StagedDeployment implements AutoCloseable {
    /** Requests that change something, as the control endpoint got them. */
    public final List<JsonNode> requests = new CopyOnWriteArrayList<>();

    public final UpState state;
    private final ControlServer control;
    private final List<HttpServer> nodes = new ArrayList<>();

    /** Statuses by region; null for a region that is down. */
    public StagedDeployment(Path workingDirectory, int api, Map<String, @Nullable String> statuses) throws IOException {
        int controlPort = PortPlan.choose("random", List.of("x")).control();
        control = new ControlServer(controlPort, "secret-token");
        var regions = new ArrayList<UpState.RegionPorts>();
        for (Map.Entry<String, @Nullable String> status : statuses.entrySet()) {
            regions.add(new UpState.RegionPorts(
                    status.getKey(), 1, status.getValue() == null ? 1 : serve(status.getValue()), 1, 1));
        }
        Path directory =
                Files.createDirectories(workingDirectory.resolve(".meridian").resolve("shop"));
        state = new UpState(
                api,
                "shop",
                ProcessHandle.current().pid(),
                Instant.now(),
                "http://127.0.0.1:" + controlPort,
                "secret-token",
                directory,
                regions);
        state.save();
        control.on("GET /v1/wan", body -> wan())
                .on("POST /v1/wan", body -> {
                    requests.add(body);
                    return wan();
                })
                .on("POST /v1/kill", body -> {
                    requests.add(body);
                    Map<String, @Nullable Object> answer = Json.ofSchema("meridian.region/1");
                    answer.put("changed", true);
                    answer.put("process", "killed");
                    return answer;
                })
                .start();
    }

    @Override
    public void close() {
        control.close();
        nodes.forEach(node -> node.stop(0));
    }

    private int serve(String status) throws IOException {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/status", exchange -> {
            byte[] bytes = status.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
        nodes.add(server);
        return server.getAddress().getPort();
    }

    private static Map<String, @Nullable Object> wan() {
        Map<String, @Nullable Object> wan = Json.ofSchema("meridian.wan/1");
        wan.put("name", "shop");
        wan.put("source", "a test");
        var direction = new LinkedHashMap<String, @Nullable Object>();
        direction.put("from", "us-east-1");
        direction.put("to", "eu-west-1");
        direction.put("cut", true);
        direction.put("delay_ms", 38.0);
        direction.put("jitter_ms", 0.0);
        direction.put("loss_percent", 0.5);
        direction.put("rate_bytes_per_s", 10_000_000);
        direction.put("rtt_ms", 76.0);
        direction.put("rtt_estimated", true);
        direction.put("measured_rtt_ms", null);
        direction.put("connections", 1);
        direction.put("carried_bytes", 10);
        direction.put("held_bytes", 4_100);
        wan.put("directions", List.of(direction));
        return wan;
    }
}
