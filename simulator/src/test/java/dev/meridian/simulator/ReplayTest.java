package dev.meridian.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.simulator.scenario.Export;
import dev.meridian.simulator.scenario.Scenario;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplayTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 9, 21})
    void theStepsOfASeedTakeTheSameCourseAgainAndSoDoesTheirScenario_Y2(long seed) {
        Run.Outcome lived = Run.of(seed, false);
        Run.Outcome again = Run.of(lived.deployment(), lived.steps(), lived.livedMs(), false);
        assertThat(again.hash()).isEqualTo(lived.hash());
        assertThat(again.steps()).isEqualTo(lived.steps());
        String text = Export.text("a seed", "Y2", lived.deployment(), lived.steps(), lived.livedMs());
        assertThat(Scenario.parse("seed.txt", text).play().hash()).isEqualTo(lived.hash());
    }

    @Test
    void ofAllThatASeedDidTheOneStepThatBreaksAPromiseIsLeft() {
        Run.Outcome lived = Run.of(6, false);
        List<Step> steps = new ArrayList<>(lived.steps());
        Action waitsForEver = new Action.Send("us", "waiter", List.of(List.of("BLPOP", "default:x", "0")));
        steps.add(new Step(steps.getLast().atNs(), waitsForEver));
        Run.Outcome broken = Run.of(lived.deployment(), steps, lived.livedMs(), false);
        assertThat(Shrinking.kind(broken.violation())).isEqualTo("Y1");
        Shrinking.Case shrunk = Objects.requireNonNull(Shrinking.of(broken, () -> false));
        assertThat(shrunk.steps()).hasSize(1);
        assertThat(shrunk.steps().getFirst().action()).isInstanceOf(Action.Send.class);
        assertThat(shrunk.deployment().regions()).hasSize(2);
        String text = Export.text("waits", "Y1", shrunk.deployment(), shrunk.steps(), shrunk.durationMs());
        assertThat(text.lines().filter(line -> !line.isBlank())).hasSizeLessThan(10);
    }
}
