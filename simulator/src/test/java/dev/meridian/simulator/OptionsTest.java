package dev.meridian.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OptionsTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void anUnknownOptionNamesTheNearestAndTheUsage() {
        assertThat(sim("--sead", "3")).isEqualTo(64);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains("unknown option --sead: did you mean --seed?")
                .contains("usage: sim");
    }

    @Test
    void aNumberThatIsNoneIsNamed() {
        assertThat(sim("--seeds", "many")).isEqualTo(64);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("--seeds takes a number of at least 1, not 'many'");
        assertThat(sim("--jobs", "0")).isEqualTo(64);
        assertThat(sim("--from")).isEqualTo(64);
    }

    @Test
    void aFileThatIsMissingOrOfNoUseIsNamed() {
        assertThat(sim("--replay")).isEqualTo(64);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("--replay takes a file");
        assertThat(sim("--export", "x.txt", "y.txt")).isEqualTo(64);
        assertThat(sim("--shrink-second", "3")).isEqualTo(64);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("did you mean --shrink-seconds?");
    }

    @Test
    void whatASeedDidIsWrittenAsAScenarioThatHolds(@TempDir Path directory) {
        String file = directory.resolve("all.txt").toString();
        assertThat(sim("--seed", "6", "--export", file)).isZero();
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("replay: ./meridian sim --replay " + file);
        assertThat(sim("--replay", file)).isZero();
    }

    @Test
    void seedsThatHoldAreToldWithTheFaultsThatTheyMet() {
        assertThat(sim("--seeds", "2", "--jobs", "2", "--twice")).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .startsWith("2 seeds, ")
                .contains("every promise held", "never reached: ");
    }

    private int sim(String... args) {
        return Main.run(
                args,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }
}
