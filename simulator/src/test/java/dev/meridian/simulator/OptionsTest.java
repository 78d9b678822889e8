package dev.meridian.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

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
    void seedsThatHoldAreToldWithTheFaultsThatTheyMet() {
        assertThat(sim("--seeds", "2", "--jobs", "2", "--twice")).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).startsWith("2 seeds, ").contains("every promise held", "kill");
        assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    private int sim(String... args) {
        return Main.run(
                args,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }
}
