package dev.meridian.cli.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.cli.CommandLineRun;
import dev.meridian.cli.ExitCode;
import dev.meridian.simulator.history.Answer;
import dev.meridian.simulator.history.Call;
import dev.meridian.simulator.history.History;
import dev.meridian.simulator.history.HistoryFile;
import dev.meridian.simulator.history.Operation;
import dev.meridian.simulator.history.Rules;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class ChaosTest {
    @TempDir
    private Path directory;

    @Test
    void realRegionsThatAreKilledStoppedAndCutOffKeepEveryPromise_D1_V1_C1_C2_S1_L1_L3() {
        CommandLineRun run = CommandLineRun.in(
                directory, "chaos", "--minutes", "0.35", "--seed", "4", "--no-disks", "--output", "json");

        JsonNode report = run.json();
        assertThat(run.exitCode()).as(run.out()).isEqualTo(ExitCode.DONE);
        assertThat(report.path("schema").asString()).isEqualTo("meridian.chaos/1");
        assertThat(report.path("operations_total").asLong()).isGreaterThan(1_000);
        assertThat(report.path("acknowledged_writes").asLong()).isGreaterThan(500);
        for (String dataset : List.of("stock", "ledger")) {
            assertThat(report.path("judged_as_one_copy").path(dataset).asLong())
                    .as(dataset)
                    .isGreaterThan(100);
        }
        for (String fault : List.of("kill", "pause", "cut")) {
            assertThat(report.path("faults").path(fault).asInt()).as(fault).isPositive();
        }
        assertThat(directory.resolve(".meridian/chaos/history-4.jsonl")).doesNotExist();
    }

    @Test
    void aKeptHistoryIsCheckedAgain_D1() throws Exception {
        var history = new History();
        history.add(operation(false, List.of("SADD", "mesh:s", "a"), new Answer.Number(1)));
        history.add(operation(true, List.of("SMEMBERS", "mesh:s"), new Answer.Items(List.of())));
        var rules = new Rules(List.of(new Rules.Dataset("mesh", "mesh", Rules.Resolution.CRDT, null)), List.of());
        new HistoryFile(rules, history).save(directory.resolve("lost.jsonl"));

        CommandLineRun run = CommandLineRun.in(directory, "chaos", "--check", "lost.jsonl");

        assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(run.out())
                .contains("lost: 1", "✗ D1 lost: a of mesh:s was acknowledged and is gone", "SADD mesh:s a");
        assertThat(Files.exists(directory.resolve(".meridian"))).isFalse();
    }

    private static Operation operation(boolean settled, List<String> words, Answer answer) {
        return new Operation(
                1,
                "eu-west-1",
                Operation.Level.SESSION,
                0,
                settled ? 30 : 10,
                settled ? 40 : 20,
                List.of(new Call(words, answer)),
                Operation.Outcome.OK,
                settled);
    }
}
