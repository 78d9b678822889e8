package dev.meridian.simulator.scenario;

import java.util.List;

/**
 * A region's process stands still; its links stay up.
 *
 * <p>Example: {@code pause eu}
 */
final class PauseCommand implements ScenarioCommand {
    @Override
    public String name() {
        return "pause";
    }

    @Override
    public String run(Line line, List<String> input, Play play) {
        play.stage().pause(play.region(line.word("a region")));
        return play.lateReplies();
    }
}
