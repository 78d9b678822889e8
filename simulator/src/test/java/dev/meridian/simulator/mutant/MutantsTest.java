package dev.meridian.simulator.mutant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That mutants can be planted, some of them being killed at each build. All are hunted by {@code ./meridian sim --mutants}. */
class MutantsTest {
    private static final Path HOME = Objects.requireNonNull(Mutants.home());
    private static final String CLOCK = "kernel/src/main/java/dev/meridian/kernel/data/Hlc.java";
    private static final String ORIGINAL = "        last = first + count - 1;";

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void everyMutantFitsTheSourcesAndCompiles() throws MutantException, IOException {
        List<Mutant> mutants = Mutant.all(HOME);
        assertThat(mutants).hasSizeGreaterThanOrEqualTo(30);
        for (Mutant mutant : mutants) {
            assertThat(Planting.of(mutant, HOME)).as(mutant.name()).isNotNull();
        }
    }

    @Test
    void everyMutantIsNamedBesideThePromiseThatItBreaks() throws MutantException, IOException {
        String table = Files.readString(HOME.resolve("docs/invariants.md"));
        for (Mutant mutant : Mutant.all(HOME)) {
            String row = table.lines()
                    .filter(line -> line.startsWith("| " + mutant.guards().getFirst() + " |"))
                    .collect(Collectors.joining());
            assertThat(row).as(mutant.name()).contains("`" + mutant.name() + "`");
        }
    }

    @Test
    void someMutantsAreKilledWithinFewSeeds_Y3() {
        assertThat(hunt(
                        HOME,
                        8,
                        "counter-adds-running-sums-up",
                        "gap-in-an-origin-taken",
                        "refused-block-executed",
                        "session-read-does-not-wait",
                        "block-in-several-mutations"))
                .as(err::toString)
                .isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("5 mutants, every one killed");
    }

    @Test
    void aMutantThatSurvivesFailsTheRun(@TempDir Path home) throws IOException {
        plant(home, ORIGINAL, "        last = count + first - 1;");
        assertThat(hunt(home, 1)).isEqualTo(1);
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("SURVIVES", "1 survive");
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("harmless survives 1 seeds: It changes nothing.");
    }

    @Test
    void aMutantThatFitsTheSourceNoMoreFailsTheRunAndIsNamed(@TempDir Path home) throws IOException {
        plant(home, "        last = first + count;", "        last = first;");
        assertThat(hunt(home, 1)).isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains("mutant harmless: its original stands nowhere in " + CLOCK);
    }

    @Test
    void aMutantThatDoesNotCompileFailsTheRunAndSaysWhere(@TempDir Path home) throws IOException {
        plant(home, ORIGINAL, "        last = later;");
        assertThat(hunt(home, 1)).isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("mutant harmless does not compile: line ", "later");
    }

    @Test
    void aNameThatNoMutantHasIsUsage() {
        assertThat(hunt(HOME, 1, "no-such")).isEqualTo(64);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("no mutant is named no-such; there are ");
    }

    @Test
    void aFileThatIsNoMutantSaysWhatItLacks() {
        assertThatThrownBy(() -> Mutant.parse("x", "# why\nguards: V1\n"))
                .isInstanceOf(MutantException.class)
                .hasMessageContaining("mutant x: it says why");
        assertThatThrownBy(() -> Mutant.parse("x", "# why\nguards: V1\nsource: a\noriginal:\nb\n"))
                .hasMessageContaining("a line `mutated:` with text");
        assertThatThrownBy(() -> Mutant.parse("x", "why\n")).hasMessageContaining("`why` is no");
    }

    private static void plant(Path home, String original, String mutated) throws IOException {
        Path source = home.resolve(CLOCK);
        Files.createDirectories(source.getParent());
        Files.copy(HOME.resolve(CLOCK), source);
        Files.createDirectories(home.resolve(Mutant.FOLDER));
        Files.writeString(
                home.resolve(Mutant.FOLDER).resolve("harmless.txt"),
                Stream.of(
                                "# It changes nothing.",
                                "guards: V1",
                                "",
                                "source: " + CLOCK,
                                "original:",
                                original,
                                "mutated:",
                                mutated)
                        .collect(Collectors.joining("\n", "", "\n")));
    }

    private int hunt(Path home, long seeds, String... names) {
        return Mutants.run(
                home,
                seeds,
                2,
                List.of(names),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }
}
