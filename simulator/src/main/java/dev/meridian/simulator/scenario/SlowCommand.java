package dev.meridian.simulator.scenario;

import java.util.List;
import java.util.Set;

/**
 * Gives links a delay from now on, each way.
 *
 * <p>Example: {@code slow eu us delay=900ms}
 */
final class SlowCommand implements ScenarioCommand {
    @Override
    public String name() {
        return "slow";
    }

    @Override
    public Set<String> keys() {
        return Set.of("to", "delay");
    }

    @Override
    public String run(Line line, List<String> input, Play play) {
        long delayMs = Line.ms(line.value("delay", ""));
        Links.each(line, play, (from, to) -> play.stage().delay(from, to, delayMs));
        return "";
    }
}
