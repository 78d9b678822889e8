package dev.meridian.simulator.scenario;

import dev.meridian.simulator.Action;
import java.util.List;
import java.util.Set;

/**
 * Gives links a delay until they are healed, each way; of a thousand frames {@code loss} are sent again.
 *
 * <p>Example: {@code slow eu us delay=900ms jitter=50ms loss=100}
 */
final class SlowCommand implements ScenarioCommand {
    @Override
    public String name() {
        return "slow";
    }

    @Override
    public Set<String> keys() {
        return Set.of("to", "delay", "jitter", "loss");
    }

    @Override
    public String run(Line line, List<String> input, Play play) {
        play.stage()
                .act(new Action.Slow(
                        Links.of(line, play),
                        Line.ms(line.value("delay", "")),
                        Line.ms(line.value("jitter", "0ms")),
                        Integer.parseInt(line.value("loss", "0"))));
        return "";
    }
}
