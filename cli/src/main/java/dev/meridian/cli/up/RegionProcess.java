package dev.meridian.cli.up;

import dev.meridian.cli.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One region's process: started, killed, started again. Its standard input is held open, and the node ends when it
 * closes: so it never outlives this process, however that ends. Thread-safe.
 */
final class RegionProcess {
    private static final long STOP_TIMEOUT_S = 10;

    private final String region;
    private final List<String> command;
    private final Map<String, String> environment;
    private final Path log;
    private final Consumer<String> onDeath;
    private @Nullable Process process;
    private CompletableFuture<JsonNode> ready = new CompletableFuture<>();
    private boolean expectsEnd;
    private long logStart;

    /** Words for what the process does now. */
    enum State {
        starting,
        running,
        killed,
        died
    }

    /**
     * @param command starts the node
     * @param environment what it has beside this process's
     * @param log gets its standard error, appended
     * @param onDeath told how the process ended when nobody asked it to
     */
    RegionProcess(
            String region, List<String> command, Map<String, String> environment, Path log, Consumer<String> onDeath) {
        this.region = region;
        this.command = List.copyOf(command);
        this.environment = Map.copyOf(environment);
        this.log = log;
        this.onDeath = onDeath;
    }

    String region() {
        return region;
    }

    Path log() {
        return log;
    }

    synchronized State state() {
        if (process == null || !process.isAlive()) {
            return expectsEnd ? State.killed : State.died;
        }
        return ready.isDone() && !ready.isCompletedExceptionally() ? State.running : State.starting;
    }

    synchronized long pid() {
        return process == null ? 0 : process.pid();
    }

    /** Starts the process unless it runs; returns whether it had to. */
    synchronized boolean start() throws IOException {
        if (process != null && process.isAlive()) {
            return false;
        }
        expectsEnd = false;
        logStart = Files.exists(log) ? Files.size(log) : 0;
        var readiness = new CompletableFuture<JsonNode>();
        ready = readiness;
        var builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        var started = builder.start();
        process = started;
        // Not a virtual thread: reading a pipe holds its carrier, and there are as many carriers as processors.
        Thread.ofPlatform().daemon().name("events of " + region).start(() -> listen(started, readiness));
        started.onExit().thenAccept(ended -> end(ended, readiness));
        return true;
    }

    /**
     * Waits until the node says that it is ready.
     *
     * @return whether it is; false if it ended or the time is over
     */
    boolean awaitReady(long timeoutMs) throws InterruptedException {
        CompletableFuture<JsonNode> readiness;
        synchronized (this) {
            readiness = ready;
        }
        try {
            readiness.get(timeoutMs, TimeUnit.MILLISECONDS);
            return true;
        } catch (java.util.concurrent.ExecutionException | TimeoutException e) {
            return false;
        }
    }

    /** Ends the process at once, as a lost machine would (SIGKILL); returns whether it ran. */
    boolean kill() throws InterruptedException {
        Process running = expectEnd();
        if (running == null || !running.isAlive()) {
            return false;
        }
        running.destroyForcibly().waitFor();
        return true;
    }

    /** Asks the node to end by closing its input; {@link #awaitEnd} waits for it. */
    void stop() {
        Process running = expectEnd();
        if (running != null) {
            try {
                running.getOutputStream().close();
            } catch (IOException e) {
                running.destroy();
            }
        }
    }

    /** Waits for the end after {@link #stop}, and forces it when that takes too long. */
    void awaitEnd() throws InterruptedException {
        Process running;
        synchronized (this) {
            running = process;
        }
        if (running != null && !running.waitFor(STOP_TIMEOUT_S, TimeUnit.SECONDS)) {
            running.destroyForcibly().waitFor();
        }
    }

    /** The last lines that the process wrote to its log since it was started. */
    synchronized List<String> lastLogLines(int count) {
        var last = new ArrayDeque<String>();
        try (InputStream in = Files.newInputStream(log)) {
            in.skipNBytes(logStart);
            new BufferedReader(new InputStreamReader(in, StandardCharsets.ISO_8859_1))
                    .lines()
                    .filter(line -> !line.isBlank())
                    .forEach(line -> {
                        last.add(line);
                        if (last.size() > count) {
                            last.remove();
                        }
                    });
        } catch (IOException e) {
            last.add("(no log: " + e.getMessage() + ")");
        }
        return List.copyOf(last);
    }

    private synchronized @Nullable Process expectEnd() {
        expectsEnd = true;
        return process;
    }

    private void listen(Process started, CompletableFuture<JsonNode> readiness) {
        try (BufferedReader events = started.inputReader(StandardCharsets.UTF_8)) {
            for (String line = events.readLine(); line != null; line = events.readLine()) {
                if (line.startsWith("{")) {
                    JsonNode event = Json.read(line);
                    if (event.path("event").asString().equals("ready")) {
                        readiness.complete(event);
                    }
                }
            }
        } catch (IOException | IllegalArgumentException e) {
            // The pipe broke or the line is no event: what counts is whether the process ends, and that is watched.
            readiness.completeExceptionally(e);
        }
    }

    private void end(Process ended, CompletableFuture<JsonNode> readiness) {
        readiness.completeExceptionally(new IllegalStateException("ended with status " + ended.exitValue()));
        boolean unasked;
        synchronized (this) {
            unasked = !expectsEnd && process == ended;
        }
        if (unasked) {
            int status = ended.exitValue();
            onDeath.accept(status > 128 ? "ended by signal " + (status - 128) : "ended with status " + status);
        }
    }
}
