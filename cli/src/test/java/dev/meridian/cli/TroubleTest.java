package dev.meridian.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.config.Explanations;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TroubleTest {
    /** Codes that the start script prints, before there is a program. */
    private static final TreeSet<String> OF_THE_SCRIPT = new TreeSet<>(java.util.List.of("MRD-3000", "MRD-3001"));

    @TempDir
    private Path directory;

    @Test
    void everyCodeIsExplainedAndTheOtherWayRound_G9() {
        TreeSet<String> thrown =
                Arrays.stream(Trouble.values()).map(Trouble::code).collect(Collectors.toCollection(TreeSet::new));
        assertThat(thrown).hasSize(Trouble.values().length);
        thrown.addAll(OF_THE_SCRIPT);
        assertThat(Explanations.codes().stream().filter(code -> code.startsWith("MRD-3")))
                .containsExactlyElementsOf(thrown);
    }

    @Test
    void explainSaysMoreAboutACodeAndListsAllWithoutOne() {
        CommandLineRun one = CommandLineRun.in(directory, "explain", "3020");
        assertThat(one.exitCode()).isZero();
        assertThat(one.out())
                .startsWith("MRD-3020  No deployment runs here\n\n")
                .contains("Mend:");
        assertThat(CommandLineRun.in(directory, "explain").out()).contains("MRD-2101", "MRD-3050");
        assertThat(CommandLineRun.in(directory, "explain", "MRD-3020", "-o", "json")
                        .json()
                        .path("code")
                        .asString())
                .isEqualTo("MRD-3020");
    }
}
