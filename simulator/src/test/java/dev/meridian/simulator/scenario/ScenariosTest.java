package dev.meridian.simulator.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ScenariosTest {
    private static final Path ALL = Path.of("..", "scenarios");

    static List<Path> all() throws IOException {
        try (Stream<Path> files = Files.walk(ALL)) {
            return files.filter(file -> file.toString().endsWith(".txt"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void theScenarioHoldsAndTakesTheSameCourseTwice_Y2(Path file) throws IOException {
        Scenarios.playTwice(file);
    }

    @ParameterizedTest
    @MethodSource("all")
    void theScenarioSaysWhyItIsThereAndWhatItGuardsAndEndsWithAllChecks(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        assertThat(lines.get(0)).startsWith("# Why: ");
        assertThat(lines.get(1)).matches("# Guards: [A-Z][0-9]+(, [A-Z][0-9]+)*");
        int last = lines.lastIndexOf("check all");
        assertThat(lines.subList(last, lines.size()))
                .hasSize(3)
                .element(2)
                .asString()
                .startsWith("ok: ");
        assertThat(String.join("\n", lines)).as("a command without its output").doesNotContain("----\n\n\n");
    }

    @Test
    void anUnknownCommandNamesItsPlaceAndTheNearest() {
        assertThatThrownBy(() -> Scenario.parse("x.txt", "# Why\n\nclustre regions=(a,b)\n"))
                .hasMessage("x.txt:3: unknown command 'clustre': did you mean 'cluster'?");
    }

    @Test
    void anUnknownKeyNamesItsPlaceAndTheNearest() {
        assertThatThrownBy(() -> Scenario.parse("x.txt", "cluster region=(a,b)\n"))
                .hasMessage("x.txt:1: 'cluster' knows no key 'region': did you mean 'regions'?");
    }

    @Test
    void anUnknownRegionNamesItsPlaceAndTheNearest() {
        assertThatThrownBy(() -> Scenario.parse("x.txt", "cluster regions=(eu,us)\n\ncut ue\n")
                        .play())
                .hasMessage("x.txt:3: unknown region 'ue': did you mean 'us'?");
    }

    @Test
    void anotherOutputThanExpectedIsToldWithBoth() {
        String text = "cluster regions=(eu,us)\n\ncommand eu\nSET a 1\nGET a\n----\nOK\n\"2\"\n";
        assertThatThrownBy(() -> Scenario.parse("x.txt", text).play())
                .hasMessage("x.txt:3: 'command eu' said\nOK\n\"1\"\ninstead of\nOK\n\"2\"");
    }

    @Test
    void aConditionThatIsNotReachedSaysWhatWasWaitedFor() {
        String text = """
                cluster regions=(eu,us)

                cut eu us
                command eu
                SET a 1

                run until=equal max=2s
                """;
        assertThatThrownBy(() -> Scenario.parse("x.txt", text).play())
                .hasMessageStartingWith("x.txt:7: waited 2s in vain for 'equal': regions eu and us differ");
    }

    @Test
    void recordingPutsInWhatWasSaidAndLeavesTheRest(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("x.txt");
        Files.writeString(
                file,
                "# Why: x\ncluster regions=(eu,us)\n\n# set\ncommand eu\nSET a 1\n----\nwrong\n\nrun 1s\ncheck all\n");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
        boolean refused = "true".equals(System.getenv("CI"));
        assertThat(Scenarios.run(List.of(file), true, print, print)).isEqualTo(refused ? 1 : 0);
        if (!refused) {
            assertThat(file)
                    .hasContent(
                            "# Why: x\ncluster regions=(eu,us)\n\n# set\ncommand eu\nSET a 1\n----\nOK\n\nrun 1s\ncheck all");
        }
    }
}
