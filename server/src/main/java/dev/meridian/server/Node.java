package dev.meridian.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** PLACEHOLDER until the node exists: answers status and PING, and measures the round trip of its links. */
public final class Node implements AutoCloseable {
    private final NodeOptions options;
    private final List<AutoCloseable> open = new CopyOnWriteArrayList<>();
    private final Map<String, Double> roundTripMs = new ConcurrentHashMap<>();
    private final Map<String, Long> answeredNs = new ConcurrentHashMap<>();
    private final Instant startedAt = Instant.now();
    private volatile boolean closed;

    private Node(NodeOptions options) {
        this.options = options;
    }

    public static Node start(NodeOptions options) throws IOException {
        Files.createDirectories(options.dataDirectory());
        var node = new Node(options);
        node.serve(options.link(), node::echo);
        node.serve(options.resp(), node::answerPing);
        node.serve(options.http(), node::answerStatus);
        options.peers().forEach((region, address) -> Thread.ofVirtual().start(() -> node.measure(region, address)));
        return node;
    }

    public void awaitReady() {}

    private void serve(InetSocketAddress address, Consumer<Socket> handler) throws IOException {
        var server = new ServerSocket();
        server.setReuseAddress(true);
        server.bind(address);
        open.add(server);
        Thread.ofPlatform().start(() -> {
            while (!closed) {
                try {
                    Socket socket = server.accept();
                    socket.setTcpNoDelay(true);
                    Thread.ofVirtual().start(() -> handler.accept(socket));
                } catch (IOException e) {
                    return;
                }
            }
        });
    }

    private void echo(Socket socket) {
        try (socket) {
            socket.getInputStream().transferTo(socket.getOutputStream());
        } catch (IOException e) {
            return;
        }
    }

    private void answerPing(Socket socket) {
        try (socket) {
            var buffer = new byte[8192];
            while (socket.getInputStream().read(buffer) > 0) {
                socket.getOutputStream().write("+PONG\r\n".getBytes(StandardCharsets.US_ASCII));
            }
        } catch (IOException e) {
            return;
        }
    }

    private void measure(String region, InetSocketAddress address) {
        while (!closed) {
            try (var socket = new Socket()) {
                socket.connect(address);
                socket.setTcpNoDelay(true);
                InputStream in = socket.getInputStream();
                OutputStream out = socket.getOutputStream();
                while (!closed) {
                    long sent = System.nanoTime();
                    out.write(1);
                    if (in.read() < 0) {
                        break;
                    }
                    roundTripMs.put(region, (System.nanoTime() - sent) / 1e6);
                    answeredNs.put(region, System.nanoTime());
                    Thread.sleep(200);
                }
            } catch (IOException | InterruptedException e) {
                roundTripMs.remove(region);
            }
            try {
                Thread.sleep(200);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void answerStatus(Socket socket) {
        try (socket) {
            if (socket.getInputStream().read(new byte[8192]) <= 0) {
                return;
            }
            var peers = new StringBuilder();
            for (String region : options.peers().keySet()) {
                Double rtt = roundTripMs.get(region);
                peers.append(peers.isEmpty() ? "" : ",").append("""
                        {"region":"%s","connected":%s,"rtt_ms":%s,"rtt_age_ms":%s,"clock_offset_ms":0.2,"last_heard_ms":100,\
                        "bytes_in":0,"bytes_out":0,"groups":[{"id":"global","lag_ms":0,"lag_mutations":0,"behind_ms":0,"behind_mutations":0}]}\
                        """.formatted(
                        region,
                        rtt != null,
                        rtt,
                        rtt == null ? null : (System.nanoTime() - answeredNs.getOrDefault(region, 0L)) / 1_000_000));
            }
            String body = """
                    {"schema":"meridian.status/1","region":"%s","node":"%s/0","version":"0","origin":"0","state":"serving",\
                    "started_at":"%s","now":"%s","emulated":true,"clients":0,"ops_per_s":0,"keys":0,\
                    "groups":[{"id":"global","datasets":["default"],"topology":"active-active","primary":null,"members":[],\
                    "vector":{"0":1},"stable":{"0":1},"staleness_ms":0,"conflicts_waiting":0}],"peers":[%s]}\
                    """.formatted(options.region(), options.region(), startedAt, Instant.now(), peers);
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            OutputStream out = socket.getOutputStream();
            out.write(("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: "
                            + bytes.length + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            out.write(bytes);
        } catch (IOException e) {
            return;
        }
    }

    @Override
    public void close() throws Exception {
        closed = true;
        for (AutoCloseable each : open) {
            each.close();
        }
    }
}
