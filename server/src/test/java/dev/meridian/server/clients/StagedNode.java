package dev.meridian.server.clients;

import dev.meridian.server.Node;
import dev.meridian.server.NodeOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One node on loopback for clients to connect to; it can end and start again where it was. */
final class StagedNode implements AutoCloseable {
    /** Of the nodes that want one. */
    static final String PASSWORD = "open-sesame";

    private static final String REGION = "eu-west-1";

    private final Path directory;
    private final Path file;
    private final @Nullable String password;
    private final Map<String, InetSocketAddress> peers = new HashMap<>();
    private Node node;
    private int port;

    private StagedNode(Path directory, @Nullable String password, List<String> regions) throws IOException {
        this.directory = Files.createDirectories(directory);
        this.password = password;
        file = Files.writeString(directory.resolve("meridian.yaml"), yaml(regions));
        for (String region : regions) {
            if (!region.equals(REGION)) {
                // Nothing listens there: that region cannot be reached.
                peers.put(region, new InetSocketAddress(InetAddress.getLoopbackAddress(), 1));
            }
        }
        start();
    }

    /** The only region of its deployment. */
    static StagedNode open(Path directory) throws IOException {
        return new StagedNode(directory, null, List.of(REGION));
    }

    /** As {@link #open}, for clients that know {@link #PASSWORD}. */
    static StagedNode guarded(Path directory) throws IOException {
        return new StagedNode(directory, PASSWORD, List.of(REGION));
    }

    /** One of two regions that write the same datasets; the other cannot be reached. */
    static StagedNode ofTwoRegions(Path directory) throws IOException {
        return new StagedNode(directory, null, List.of(REGION, "us-east-1"));
    }

    private static String yaml(List<String> regions) {
        StringBuilder yaml = new StringBuilder("multi_region:\n  name: clients\n  regions:\n");
        for (String region : regions) {
            yaml.append("    - { name: ").append(region).append(", services: [api, database] }\n");
        }
        return yaml.append("""
                  datasets:
                    - { name: carts, topology: active-active, conflict_resolution: crdt }
                    - { name: locks, topology: active-active, conditional_writes: local }
                  replication: { strategy: async, consistency: eventual }
                """).toString();
    }

    private void start() throws IOException {
        node = Node.start(new NodeOptions(
                file,
                REGION,
                directory.resolve("data"),
                false,
                loopback(port),
                loopback(0),
                loopback(0),
                peers,
                null,
                false,
                password));
        node.awaitReady();
        port = node.doors().resp().getPort();
    }

    private static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    /** Ends the node and starts it again on its data and its port. */
    void restart() throws IOException {
        node.close();
        start();
    }

    int port() {
        return port;
    }

    /** As clients in other languages are told: empty for none. */
    String password() {
        return password == null ? "" : password;
    }

    @Override
    public void close() {
        node.close();
    }
}
