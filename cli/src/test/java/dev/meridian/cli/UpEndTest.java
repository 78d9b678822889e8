package dev.meridian.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How {@code up} and its regions end, and what is left: real processes, really killed. */
class UpEndTest {
    @TempDir
    private Path directory;

    @Test
    void aKilledRegionComesBackWithWhatItAcknowledgedAndDownLeavesNothingRunning_D1_G6() throws Exception {
        try (var up = new UpProcess(directory)) {
            Path home = up.state().directory();
            assertThat(up.run("cli", "eu-west-1", "SET", "kept", "yes").out()).isEqualTo("OK\n");
            assertThat(up.run("kill", "eu-west-1").out()).isEqualTo("eu-west-1 killed\n");
            assertThat(up.run("kill", "eu-west-1").out()).isEqualTo("eu-west-1 was down already\n");
            assertThat(up.ping("eu-west-1")).isEqualTo("down");
            assertThat(up.nodes()).hasSize(1);
            assertThat(up.run("start", "eu-west-1").out()).isEqualTo("eu-west-1 started and ready\n");
            assertThat(up.run("start", "eu-west-1").out()).isEqualTo("eu-west-1 runs already\n");
            assertThat(up.run("cli", "eu-west-1", "GET", "kept").out()).isEqualTo("yes\n");

            List<ProcessHandle> nodes = up.nodes();
            assertThat(up.run("down").exitCode()).isZero();
            assertThat(up.process().waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(up.process().exitValue()).isZero();
            assertThat(nodes).hasSize(2).noneMatch(ProcessHandle::isAlive);
            assertThat(home.resolve("up.json")).doesNotExist();
            assertThat(home.resolve("data")).isDirectory();

            String ran = Files.readString(home.resolve("running.yaml"));
            Files.writeString(
                    directory.resolve("shop.yaml"), UpProcess.FILE + "  replication: {conflict_resolution: crdt}\n");
            CommandLineRun changed = up.run("up", "shop.yaml", "--ports", "random");
            assertThat(changed.exitCode()).isEqualTo(ExitCode.CONFIGURATION);
            assertThat(changed.err())
                    .contains("error[MRD-2324]", "shop.yaml:8:38", "made with last_write_wins", "^^^^");
            assertThat(home.resolve("running.yaml")).hasContent(ran);
        }
    }

    @Test
    void aRegionThatDiesIsReportedWithItsLogAndStaysDownAndSigtermEndsTheRest() throws Exception {
        try (var up = new UpProcess(directory)) {
            await().atMost(UpProcess.PATIENCE).until(() -> up.nodes().size() == 2);
            up.nodes().getFirst().destroyForcibly();
            await().atMost(UpProcess.PATIENCE)
                    .untilAsserted(() -> assertThat(up.errors())
                            .contains("ended by signal 9; its last log lines:")
                            .contains("It stays down until `meridian start "));
            List<ProcessHandle> rest = up.nodes();
            up.process().destroy();
            assertThat(up.process().waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(rest).hasSize(1).noneMatch(ProcessHandle::isAlive);
        }
    }

    @Test
    void aSignalToAllProcessesAtOnceEndsThemCleanlyAndTheDataAreThereTheNextTime_G6() throws Exception {
        try (var up = new UpProcess(directory)) {
            await().atMost(UpProcess.PATIENCE).until(() -> up.ping("eu-west-1").equals("PONG"));
            assertThat(up.run("cli", "eu-west-1", "SET", "kept", "yes").out()).isEqualTo("OK\n");
            List<ProcessHandle> nodes = up.nodes();
            Path home = up.state().directory();
            var kill = new ArrayList<>(
                    List.of("kill", "-s", "TERM", String.valueOf(up.process().pid())));
            nodes.forEach(node -> kill.add(String.valueOf(node.pid())));
            assertThat(new ProcessBuilder(kill).start().waitFor()).isZero();
            assertThat(up.process().waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(up.process().exitValue()).isGreaterThan(128);
            await().atMost(UpProcess.PATIENCE).until(() -> nodes.stream().noneMatch(ProcessHandle::isAlive));
            assertThat(home.resolve("up.json")).doesNotExist();
            assertThat(up.errors()).doesNotContain("Exception");
        }
        try (var again = new UpProcess(directory)) {
            await().atMost(UpProcess.PATIENCE)
                    .until(() ->
                            again.run("cli", "eu-west-1", "GET", "kept").out().equals("yes\n"));
        }
    }

    @Test
    void killingTheParentLeavesNoOrphans() throws Exception {
        try (var up = new UpProcess(directory, "-q")) {
            List<ProcessHandle> nodes = up.nodes();
            assertThat(up.process().getInputStream().available())
                    .as("bytes said with -q")
                    .isZero();
            up.process().destroyForcibly().waitFor();
            await().atMost(UpProcess.PATIENCE).until(() -> nodes.stream().noneMatch(ProcessHandle::isAlive));
            assertThat(up.run("ls").out()).contains("stopped");
            assertThat(up.run("status").exitCode()).isEqualTo(ExitCode.NO_ANSWER);
        }
    }

    @Test
    void ephemeralDataAreForgottenAndTheBannerSaysSo_G6() throws Exception {
        try (var up = new UpProcess(directory, "--ephemeral")) {
            Path home = up.state().directory();
            assertThat(up.firstLine()).contains("(forgotten at the end)");
            assertThat(up.run("down").exitCode()).isZero();
            assertThat(home.resolve("ephemeral")).doesNotExist();
            assertThat(home.resolve("data")).doesNotExist();
        }
    }

    @Test
    void aBrokenFileStartsNothing() throws IOException {
        Files.writeString(directory.resolve("shop.yaml"), UpProcess.FILE.replace("services", "servces"));
        CommandLineRun run = CommandLineRun.in(directory, "up", "shop.yaml");
        assertThat(run.exitCode()).isEqualTo(ExitCode.CONFIGURATION);
        assertThat(run.err())
                .contains("error[MRD-2101]", "shop.yaml:5:", "services")
                .contains("shop.yaml:7:");
        assertThat(directory.resolve(".meridian")).doesNotExist();
    }

    @Test
    void portsThatAreTakenStartNothingWhereTheyAreStrict_G4() throws IOException {
        Files.writeString(directory.resolve("shop.yaml"), UpProcess.FILE);
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CommandLineRun run =
                    CommandLineRun.in(directory, "up", "shop.yaml", "--ports", String.valueOf(taken.getLocalPort()));
            assertThat(run.exitCode()).isNotZero();
            assertThat(directory.resolve(".meridian")).doesNotExist();
        }
    }
}
