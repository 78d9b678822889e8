package dev.meridian.simulator.scenario;

import dev.meridian.simulator.Action;
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
        play.stage().act(new Action.Pause(play.regionName(line)));
        return play.lateReplies();
    }
}
