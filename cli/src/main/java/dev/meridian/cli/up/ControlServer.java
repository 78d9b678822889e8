package dev.meridian.cli.up;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.meridian.cli.Failure;
import dev.meridian.cli.Json;
import dev.meridian.cli.Trouble;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The control endpoint of {@code up}, on loopback: the emulated WAN and the region processes. Every request must carry
 * the token of the state file. Paths and shapes: docs/cli.md.
 */
final class ControlServer implements AutoCloseable {
    private static final int BODY_BYTES_MAX = 64 << 10;
    private final HttpServer server;
    private final byte[] authorization;

    /** Answers one path and method. */
    interface Handler {
        Map<String, @Nullable Object> answer(JsonNode body) throws IOException, InterruptedException;
    }

    private final Map<String, Handler> handlers = new LinkedHashMap<>();

    ControlServer(int port, String token) throws IOException {
        authorization = ("Bearer " + token).getBytes(StandardCharsets.UTF_8);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::handle);
    }

    ControlServer on(String methodAndPath, Handler handler) {
        handlers.put(methodAndPath, handler);
        return this;
    }

    void start() {
        server.start();
    }

    @Override
    public void close() {
        // The answer to the request that ends it is still under way.
        server.stop(1);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String given = exchange.getRequestHeaders().getFirst("Authorization");
            if (given == null || !MessageDigest.isEqual(authorization, given.getBytes(StandardCharsets.UTF_8))) {
                send(exchange, 401, error(Trouble.CONTROL_REFUSED.because("the token is missing or wrong")));
                return;
            }
            Handler handler = handlers.get(
                    exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath());
            if (handler == null) {
                send(exchange, 404, error(Trouble.CONTROL_REFUSED.because("nothing answers there")));
                return;
            }
            byte[] body = exchange.getRequestBody().readNBytes(BODY_BYTES_MAX);
            try {
                JsonNode json = Json.read(body.length == 0 ? "{}" : new String(body, StandardCharsets.UTF_8));
                send(exchange, 200, handler.answer(json));
            } catch (Failure e) {
                send(exchange, 422, error(e));
            } catch (IllegalArgumentException | IOException e) {
                send(exchange, 422, error(Trouble.CONTROL_REFUSED.because(String.valueOf(e.getMessage()))));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static Map<String, @Nullable Object> error(Failure failure) {
        Map<String, @Nullable Object> error = Json.ofSchema("meridian.error/1");
        error.put("code", failure.trouble().code());
        error.put("message", failure.getMessage());
        error.put("help", failure.help());
        return error;
    }

    private static void send(HttpExchange exchange, int status, Map<String, @Nullable Object> body) throws IOException {
        byte[] bytes = Json.line(body).getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }
}
