package dev.meridian.cli.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes of a shell stand for nodes: what they do is all that is seen of a node from outside. */
class RegionProcessTest {
    private static final String READY = "echo '{\"event\":\"ready\"}'; ";
    /** Like a node: ends when its input does. */
    private static final String UNTIL_INPUT_ENDS = "cat > /dev/null";

    @TempDir
    private Path directory;

    private final LinkedBlockingQueue<String> deaths = new LinkedBlockingQueue<>();
    private RegionProcess process;

    @AfterEach
    void end() throws InterruptedException {
        process.kill();
    }

    @Test
    void isReadyWhenItsEventSaysSoAndEndsWhenItsInputIsClosed() throws Exception {
        process = start("echo hello; " + READY + UNTIL_INPUT_ENDS);
        assertThat(process.awaitReady(10_000)).isTrue();
        assertThat(process.state()).isEqualTo(RegionProcess.State.running);
        process.stop();
        process.awaitEnd();
        assertThat(process.state()).isEqualTo(RegionProcess.State.killed);
        assertThat(deaths).isEmpty();
    }

    @Test
    void isNotReadyWhenItEndsBefore() throws Exception {
        process = start("echo cannot open the log >&2; exit 3");
        assertThat(process.awaitReady(10_000)).isFalse();
        assertThat(deaths.poll(10, TimeUnit.SECONDS)).isEqualTo("ended with status 3");
        assertThat(process.lastLogLines(5)).containsExactly("cannot open the log");
        assertThat(process.state()).isEqualTo(RegionProcess.State.died);
    }

    @Test
    void aSignalFromElsewhereIsReportedAndTheProcessStaysDownUntilStarted() throws Exception {
        process = start(READY + UNTIL_INPUT_ENDS);
        assertThat(process.awaitReady(10_000)).isTrue();
        ProcessHandle.of(process.pid()).orElseThrow().destroyForcibly();
        assertThat(deaths.poll(10, TimeUnit.SECONDS)).isEqualTo("ended by signal 9");
        assertThat(process.state()).isEqualTo(RegionProcess.State.died);
        assertThat(process.start()).isTrue();
        assertThat(process.awaitReady(10_000)).isTrue();
    }

    @Test
    void killingTwiceAndStartingTwiceDoItOnce() throws Exception {
        process = start(READY + UNTIL_INPUT_ENDS);
        assertThat(process.awaitReady(10_000)).isTrue();
        assertThat(process.start()).isFalse();
        assertThat(process.kill()).isTrue();
        assertThat(process.kill()).isFalse();
        assertThat(process.state()).isEqualTo(RegionProcess.State.killed);
        assertThat(deaths).isEmpty();
    }

    @Test
    void onlyTheLastLinesOfALogAreTold() throws Exception {
        process = start("for i in 1 2 3 4 5 6 7; do echo line $i >&2; done; " + READY + UNTIL_INPUT_ENDS);
        assertThat(process.awaitReady(10_000)).isTrue();
        await().until(() -> process.lastLogLines(2).equals(List.of("line 6", "line 7")));
    }

    private RegionProcess start(String script) throws IOException {
        var started = new RegionProcess(
                "eu", List.of("sh", "-c", script), java.util.Map.of(), directory.resolve("eu.log"), deaths::add);
        started.start();
        return started;
    }
}
