package dev.meridian.simulator.scenario;

import dev.meridian.simulator.Action;
import java.util.List;

/**
 * Starts a region that does not run.
 *
 * <p>Example: {@code restart eu}
 */
final class RestartCommand implements ScenarioCommand {
    @Override
    public String name() {
        return "restart";
    }

    @Override
    public String run(Line line, List<String> input, Play play) {
        play.stage().act(new Action.Restart(play.regionName(line)));
        return play.lateReplies();
    }
}
