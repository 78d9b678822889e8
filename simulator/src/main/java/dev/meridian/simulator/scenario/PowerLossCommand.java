package dev.meridian.simulator.scenario;

import java.util.List;

/**
 * A region loses its power, and what it had not synced.
 *
 * <p>Example: {@code power-loss eu}
 */
final class PowerLossCommand implements ScenarioCommand {
    @Override
    public String name() {
        return "power-loss";
    }

    @Override
    public String run(Line line, List<String> input, Play play) {
        play.stage().losePower(play.region(line.word("a region")));
        return play.lateReplies();
    }
}
