package dev.meridian.simulator.scenario;

import dev.meridian.simulator.Action;
import java.util.List;
import java.util.Set;

/**
 * A region loses its power, and what it had not synced: all of it, or a part that the seed decides.
 *
 * <p>Example: {@code power-loss eu}, {@code power-loss eu seed=77}
 */
final class PowerLossCommand implements ScenarioCommand {
    @Override
    public String name() {
        return "power-loss";
    }

    @Override
    public Set<String> keys() {
        return Set.of("seed");
    }

    @Override
    public String run(Line line, List<String> input, Play play) {
        play.stage().act(new Action.LosePower(play.regionName(line), Long.parseLong(line.value("seed", "0"))));
        return play.lateReplies();
    }
}
