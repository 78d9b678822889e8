package dev.meridian.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import redis.clients.jedis.Jedis;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Whole nodes in this process, on loopback, with data in a directory of the test. */
public final class StagedNodes implements AutoCloseable {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final JsonMapper JSON = new JsonMapper();

    private final Path directory;
    private final Path file;
    private final String password;
    private final Map<String, InetSocketAddress> links = new LinkedHashMap<>();
    private final Map<String, Map<String, InetSocketAddress>> detours = new HashMap<>();
    private final Map<String, Node> nodes = new LinkedHashMap<>();
    private final Map<String, InetSocketAddress> controls = new LinkedHashMap<>();

    /** @param password null: none */
    public StagedNodes(Path directory, String yaml, String password, List<String> regions) throws IOException {
        this.directory = directory;
        this.password = password;
        this.file = Files.writeString(directory.resolve("meridian.yaml"), yaml);
        for (String region : regions) {
            links.put(region, freeAddress());
        }
    }

    /** From now on nodes take part in a control group. */
    public StagedNodes withControl() throws IOException {
        for (String region : links.keySet()) {
            controls.put(region, freeAddress());
        }
        return this;
    }

    private NodeOptions.ControlDoor control(String region) {
        Map<String, InetSocketAddress> others = new LinkedHashMap<>(controls);
        InetSocketAddress own = others.remove(region);
        return own == null ? null : new NodeOptions.ControlDoor(own, others);
    }

    static InetSocketAddress freeAddress() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return (InetSocketAddress) socket.getLocalSocketAddress();
        }
    }

    /** From its next start on, {@code from} reaches {@code to} at this address. */
    void detour(String from, String to, InetSocketAddress address) {
        detours.computeIfAbsent(from, ignored -> new HashMap<>()).put(to, address);
    }

    InetSocketAddress link(String region) {
        return links.get(region);
    }

    Path data(String region) {
        return directory.resolve("data").resolve(region);
    }

    public Node start(String region) throws IOException {
        Node node = Node.start(options(region));
        nodes.put(region, node);
        node.awaitReady();
        return node;
    }

    NodeOptions options(String region) {
        Map<String, InetSocketAddress> peers = new LinkedHashMap<>(links);
        peers.putAll(detours.getOrDefault(region, Map.of()));
        peers.remove(region);
        return new NodeOptions(
                file,
                region,
                data(region),
                false,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                links.get(region),
                peers,
                control(region),
                false,
                password);
    }

    public StagedNodes startAll() throws IOException {
        for (String region : links.keySet()) {
            nodes.put(region, Node.start(options(region)));
        }
        nodes.values().forEach(Node::awaitReady);
        return this;
    }

    void stop(String region) {
        nodes.remove(region).close();
    }

    public Node node(String region) {
        return nodes.get(region);
    }

    public Jedis redis(String region) {
        return new Jedis("127.0.0.1", nodes.get(region).doors().resp().getPort());
    }

    public HttpResponse<String> http(String region, String path, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(
                "http://127.0.0.1:" + nodes.get(region).doors().http().getPort() + path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    public JsonNode status(String region) throws IOException, InterruptedException {
        return JSON.readTree(http(region, "/v1/status").body());
    }

    /** What one node says of another. */
    public JsonNode peer(String of, String in) throws IOException, InterruptedException {
        for (JsonNode peer : status(in).path("peers")) {
            if (peer.path("region").asString().equals(of)) {
                return peer;
            }
        }
        throw new AssertionError("no peer " + of + " in " + in);
    }

    @Override
    public void close() {
        nodes.values().forEach(Node::close);
    }
}
