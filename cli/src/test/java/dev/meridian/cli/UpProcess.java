package dev.meridian.cli;

import static org.awaitility.Awaitility.await;

import dev.meridian.cli.up.Deployments;
import dev.meridian.cli.up.UpState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisClientConfig;

/** A real {@code meridian up} in a process of its own, and commands given beside it. */
final class UpProcess implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(60);
    static final String FILE = """
            multi_region:
              name: shop
              regions:
                - name: us-east-1
                  services: [api, database]
                - name: eu-west-1
                  services: [api, database]
            """;

    private static final JedisClientConfig CLIENT = DefaultJedisClientConfig.builder()
            .autoNegotiateProtocol(false)
            .timeoutMillis(20_000)
            .build();
    private final Path directory;
    private final Process process;

    /** Starts {@link #FILE} with ports of its own and waits until others can find it. */
    UpProcess(Path directory, String... more) throws IOException {
        this(directory, FILE, List.of(more));
    }

    UpProcess(Path directory, String file, List<String> more) throws IOException {
        this.directory = directory;
        Files.writeString(directory.resolve("shop.yaml"), file);
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.meridian.cli.Meridian",
                "up",
                "shop.yaml",
                "--ports",
                "random"));
        command.addAll(more);
        process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectError(directory.resolve("errors").toFile())
                .start();
        await().atMost(PATIENCE)
                .until(() -> !process.isAlive()
                        || new Deployments(directory)
                                .all().stream()
                                        .anyMatch(found -> found.running().isPresent()));
    }

    Process process() {
        return process;
    }

    List<ProcessHandle> nodes() {
        return process.children().toList();
    }

    UpState state() {
        return new Deployments(directory).running(null);
    }

    String errors() throws IOException {
        return Files.readString(directory.resolve("errors"));
    }

    String firstLine() throws IOException {
        return process.inputReader().readLine();
    }

    CommandLineRun run(String... arguments) {
        return CommandLineRun.in(directory, arguments);
    }

    /** A client of a region. */
    Jedis client(String region) {
        return state().regions().stream()
                .filter(each -> each.name().equals(region))
                .map(each -> new Jedis(new HostAndPort("127.0.0.1", each.resp()), CLIENT))
                .findFirst()
                .orElseThrow();
    }

    /** {@code PONG} of a region that serves, else {@code down}. */
    String ping(String region) {
        CommandLineRun run = run("cli", region, "PING");
        return run.exitCode() == ExitCode.NO_ANSWER ? "down" : run.out().strip();
    }

    @Override
    public void close() {
        List<ProcessHandle> all = Stream.concat(process.descendants(), Stream.of(process.toHandle()))
                .toList();
        all.forEach(ProcessHandle::destroyForcibly);
        all.forEach(each -> each.onExit().join());
    }
}
