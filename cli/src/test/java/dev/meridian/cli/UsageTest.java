package dev.meridian.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a wrong command line gets: the nearest name, exit status 64, and no effect. */
class UsageTest {
    @TempDir
    private Path directory;

    static Stream<List<String>> mistakes() {
        return Stream.of(
                List.of("wan", "ct", "a", "b"),
                List.of("stauts"),
                List.of("status", "--wach"),
                List.of("up", "--prots", "strict"),
                List.of("wan", "cut", "onlyone"),
                List.of("wan", "set", "a", "b"),
                List.of("wan", "set", "a", "b", "--delay", "1ms", "--rtt", "2ms"),
                List.of("server", "x.yaml"),
                List.of("status", "--output", "xml"),
                List.of("status", "--node", "not a url"),
                List.of("config"),
                List.of("explain", "MRD-9999"),
                List.of());
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void aMistakeEndsWithStatus64AndChangesNothing(List<String> arguments) throws Exception {
        CommandLineRun run = CommandLineRun.in(directory, arguments.toArray(String[]::new));
        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).doesNotContain("Exception");
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void theNearestCommandAndOptionAreNamed() {
        assertThat(CommandLineRun.in(directory, "stauts").err())
                .startsWith("error[MRD-3010]: ")
                .contains("did you mean")
                .contains("status");
        assertThat(CommandLineRun.in(directory, "status", "--wach").err()).contains("--watch");
    }

    @Test
    void anErrorHasItsCodeItsMendAndWhereToReadMore() {
        assertThat(CommandLineRun.in(directory, "status").err()).isEqualTo("""
                        error[MRD-3020]: no deployment runs from this directory
                           = help: start one with `meridian up FILE`, in another terminal
                           = help: deployments are found under ./.meridian: run the command where `up` was run
                           = more: meridian explain MRD-3020
                        """);
    }

    @Test
    void errorsAreValidJsonOnStandardOutputAndTextOnStandardError() {
        CommandLineRun run = CommandLineRun.in(directory, "status", "--output", "json");
        assertThat(run.exitCode()).isEqualTo(ExitCode.NO_ANSWER);
        assertThat(run.json().path("schema").asString()).isEqualTo("meridian.error/1");
        assertThat(run.json().path("code").asString()).isEqualTo("MRD-3020");
        assertThat(run.json().path("exit_code").asInt()).isEqualTo(4);
        assertThat(run.err()).startsWith("error[MRD-3020]");

        CommandLineRun mistake = CommandLineRun.in(directory, "wan", "ct", "-o", "json");
        assertThat(mistake.json().path("code").asString()).isEqualTo("MRD-3010");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../x", "a/b", "a\nb", "a\u001b[31mb", "-x", "", ".hidden", "ä"})
    void aNameThatCouldLeaveItsDirectoryOrTheTerminalIsRefused(String name) {
        CommandLineRun run = CommandLineRun.in(directory, "status", "--name=" + name);
        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains("MRD-3011").doesNotContain("\u001b");
    }

    @Test
    void nothingFromOutsideReachesTheTerminalUnescaped() {
        CommandLineRun run = CommandLineRun.in(directory, "stat\u001b[2Jus\u202e");
        assertThat(run.err()).doesNotContain("\u001b").doesNotContain("\u202e").contains("\\x1b[2J");
    }

    @Test
    void coloursAppearOnlyWhenForcedOrForAPerson() {
        assertThat(CommandLineRun.in(directory, "status").err()).doesNotContain("\u001b");
        assertThat(CommandLineRun.withInput(directory, "", Map.of("CLICOLOR_FORCE", "1"), "status")
                        .err())
                .contains("\u001b[1;31merror[MRD-3020]");
    }

    @Test
    void versionAndHelpAreData() {
        assertThat(CommandLineRun.in(directory, "--version").out()).startsWith("Meridian ");
        CommandLineRun help = CommandLineRun.in(directory, "--help");
        assertThat(help.exitCode()).isZero();
        assertThat(help.out()).contains("status", "wan", "validate").doesNotContain("warm-up", "--supervised");
        assertThat(CommandLineRun.in(directory, "wan", "cut", "--help").out()).contains("--one-way");
    }

    @Test
    void aStackTraceIsShownOnlyWithDebug() {
        assertThat(CommandLineRun.in(directory, "status", "--debug").err()).contains("at dev.meridian.cli");
        assertThat(CommandLineRun.in(directory, "status").err()).doesNotContain("at dev.meridian");
    }

    @Test
    void simHandsItsArgumentsToTheSimulatorAsTheyAre() {
        assertThat(CommandLineRun.in(directory, "sim", "--seeds", "2", "--from", "7")
                        .exitCode())
                .isZero();
        assertThat(CommandLineRun.in(directory, "sim", "--no-such-thing").exitCode())
                .isEqualTo(ExitCode.USAGE);
    }

    @Test
    void downWhereNothingRunsIsDone() {
        CommandLineRun run = CommandLineRun.in(directory, "down", "-o", "json");
        assertThat(run.exitCode()).isZero();
        assertThat(run.json().path("changed").asBoolean()).isFalse();
    }

    @Test
    void lsOfAnEmptyDirectoryIsAnEmptyList() {
        assertThat(CommandLineRun.in(directory, "ls", "-o", "json").json().path("deployments"))
                .isEmpty();
        assertThat(CommandLineRun.in(directory, "ls").out()).isEmpty();
        assertThat(CommandLineRun.in(directory, "ls", "-q").err()).isEmpty();
    }

    @Test
    void theCompletionScriptNamesTheCommands() {
        assertThat(CommandLineRun.in(directory, "completion").out()).contains("complete -F", "status");
    }

    @Test
    void aNodeThatDoesNotAnswerIsItsOwnExitStatus() {
        CommandLineRun run = CommandLineRun.in(directory, "status", "--node", "http://127.0.0.1:1");
        assertThat(run.exitCode()).isEqualTo(ExitCode.NO_ANSWER);
        assertThat(run.err()).contains("MRD-3050");
    }
}
