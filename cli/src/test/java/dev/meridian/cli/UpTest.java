package dev.meridian.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.meridian.cli.up.Deployments;
import dev.meridian.cli.up.UpState;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code up} as a real process with real children, seen from other commands. */
class UpTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String FILE = """
            multi_region:
              name: shop
              regions:
                - name: us-east-1
                  services: [api, database]
                - name: eu-west-1
                  services: [api, database]
            """;

    @TempDir
    private Path directory;

    private final List<Process> started = new ArrayList<>();

    @BeforeEach
    void write() throws IOException {
        Files.writeString(directory.resolve("shop.yaml"), FILE);
    }

    @AfterEach
    void end() throws InterruptedException {
        for (Process process : started) {
            Stream.concat(process.descendants(), Stream.of(process.toHandle()))
                    .toList()
                    .forEach(ProcessHandle::destroyForcibly);
            process.waitFor();
        }
    }

    @Test
    void regionsRunAsProcessesCanBeKilledAndStartedAndLeaveNothingBehind() throws Exception {
        Process up = up("up", "shop.yaml", "--ports", "random", "-o", "json");
        UpState state = running();
        List<ProcessHandle> nodes = up.children().toList();
        assertThat(nodes).hasSize(2);

        JsonNode banner = Json.read(firstLine(up));
        assertThat(banner.path("schema").asString()).isEqualTo("meridian.up/1");
        assertThat(banner.path("regions")).hasSize(2);
        assertThat(banner.path("ready_s").isNumber()).isTrue();

        assertThat(ping("eu-west-1")).isEqualTo("PONG");
        assertThat(run("kill", "eu-west-1").out()).isEqualTo("eu-west-1 killed\n");
        assertThat(run("kill", "eu-west-1").out()).isEqualTo("eu-west-1 was down already\n");
        assertThat(ping("eu-west-1")).isEqualTo("down");
        assertThat(up.children()).hasSize(1);
        assertThat(run("start", "eu-west-1").out()).isEqualTo("eu-west-1 started and ready\n");
        assertThat(run("start", "eu-west-1").out()).isEqualTo("eu-west-1 runs already\n");
        assertThat(ping("eu-west-1")).isEqualTo("PONG");

        List<ProcessHandle> before = up.children().toList();
        assertThat(run("down").exitCode()).isZero();
        assertThat(up.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(up.exitValue()).isZero();
        assertThat(before).noneMatch(ProcessHandle::isAlive);
        assertThat(state.directory().resolve("up.json")).doesNotExist();
        assertThat(state.directory().resolve("data")).isDirectory();
    }

    @Test
    void everyPairHasTheConfiguredRoundTripAsTheNodesMeasureIt_G3() throws Exception {
        up("up", "shop.yaml", "--ports", "random", "-q");
        running();
        assertThat(run("wan", "set", "us-east-1", "eu-west-1", "--rtt", "60ms").exitCode())
                .isZero();
        await().atMost(PATIENCE).untilAsserted(() -> {
            JsonNode directions = run("wan", "-o", "json").json().path("directions");
            assertThat(directions).hasSize(2);
            for (JsonNode direction : directions) {
                assertThat(direction.path("rtt_ms").asDouble()).isEqualTo(60);
                assertThat(direction.path("measured_rtt_ms").asDouble()).isBetween(59.0, 63.0);
            }
        });
    }

    @Test
    void aCutShowsUntilItIsHealed() throws Exception {
        up("up", "shop.yaml", "--ports", "random", "-q");
        running();
        assertThat(run("wan", "cut", "us-east-1", "eu-west-1", "--one-way", "-o", "json")
                        .json()
                        .path("directions")
                        .valueStream()
                        .map(direction -> direction.path("from").asString() + direction.path("cut")))
                .containsExactly("eu-west-1false", "us-east-1true");
        assertThat(run("wan", "heal").out()).doesNotContain("cut");
    }

    @Test
    void aRegionThatDiesIsReportedWithItsLogAndStaysDown() throws Exception {
        Path errors = directory.resolve("errors");
        Process up = up(errors, "up", "shop.yaml", "--ports", "random");
        running();
        await().atMost(PATIENCE).until(() -> up.children().count() == 2);
        up.children().findFirst().orElseThrow().destroyForcibly();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(Files.readString(errors))
                        .contains("ended by signal 9; its last log lines:")
                        .contains("It stays down until `meridian start "));
        assertThat(up.children()).hasSize(1);
    }

    @Test
    void sigtermLeavesNothingRunning() throws Exception {
        Process up = up("up", "shop.yaml", "--ports", "random", "-q");
        running();
        List<ProcessHandle> nodes = up.children().toList();
        up.destroy();
        assertThat(up.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(nodes).hasSize(2).noneMatch(ProcessHandle::isAlive);
    }

    @Test
    void killingTheParentLeavesNoOrphans() throws Exception {
        Process up = up("up", "shop.yaml", "--ports", "random", "-q");
        running();
        List<ProcessHandle> nodes = up.children().toList();
        up.destroyForcibly().waitFor();
        await().atMost(PATIENCE).until(() -> nodes.stream().noneMatch(ProcessHandle::isAlive));
        assertThat(run("ls").out()).contains("stopped");
        assertThat(run("status").exitCode()).isEqualTo(ExitCode.NO_ANSWER);
    }

    @Test
    void ephemeralDataAreForgottenAndTheBannerSaysSo_G6() throws Exception {
        Process up = up("up", "shop.yaml", "--ports", "random", "--ephemeral");
        UpState state = running();
        assertThat(firstLine(up)).contains("(forgotten at the end)");
        assertThat(run("down").exitCode()).isZero();
        assertThat(state.directory().resolve("ephemeral")).doesNotExist();
        assertThat(state.directory().resolve("data")).doesNotExist();
    }

    @Test
    void aSecondUpOfTheSameNameIsRefusedAndTheFirstGoesOn() throws Exception {
        up("up", "shop.yaml", "--ports", "random", "-q");
        running();
        CommandLineRun second = run("up", "shop.yaml", "--ports", "random");
        assertThat(second.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(second.err()).contains("error[MRD-3022]");
        assertThat(ping("us-east-1")).isEqualTo("PONG");
    }

    @Test
    void aBrokenFileStartsNothing() throws IOException {
        Files.writeString(directory.resolve("shop.yaml"), FILE.replace("services", "servces"));
        CommandLineRun run = run("up", "shop.yaml");
        assertThat(run.exitCode()).isEqualTo(ExitCode.CONFIGURATION);
        assertThat(run.err())
                .contains("error[MRD-2101]", "shop.yaml:5:", "services")
                .contains("shop.yaml:7:");
        assertThat(directory.resolve(".meridian")).doesNotExist();
    }

    @Test
    void strictPortsThatAreTakenStartNothing_G4() throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CommandLineRun run = run("up", "shop.yaml", "--ports", String.valueOf(taken.getLocalPort()));
            assertThat(run.exitCode()).isNotZero();
            assertThat(directory.resolve(".meridian")).doesNotExist();
        }
    }

    private CommandLineRun run(String... arguments) {
        return CommandLineRun.in(directory, arguments);
    }

    private String ping(String region) {
        CommandLineRun run = run("cli", region, "PING");
        return run.exitCode() == ExitCode.NO_ANSWER ? "down" : run.out().strip();
    }

    private Process up(String... arguments) throws IOException {
        return up(directory.resolve("errors"), arguments);
    }

    private Process up(Path errors, String... arguments) throws IOException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.meridian.cli.Meridian"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectError(errors.toFile())
                .start();
        started.add(process);
        return process;
    }

    private UpState running() {
        var deployments = new Deployments(directory);
        await().atMost(PATIENCE)
                .until(() -> deployments.all().stream()
                        .anyMatch(found -> found.running().isPresent()));
        return deployments.running(null);
    }

    private static String firstLine(Process process) throws IOException {
        return process.inputReader().readLine();
    }
}
