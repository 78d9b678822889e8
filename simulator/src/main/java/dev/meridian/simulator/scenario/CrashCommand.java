package dev.meridian.simulator.scenario;

import dev.meridian.simulator.Action;
import java.util.List;

/**
 * A region's process ends at once; what it wrote to its disk stays.
 *
 * <p>Example: {@code crash eu}
 */
final class CrashCommand implements ScenarioCommand {
    @Override
    public String name() {
        return "crash";
    }

    @Override
    public String run(Line line, List<String> input, Play play) {
        play.stage().act(new Action.Kill(play.regionName(line)));
        return play.lateReplies();
    }
}
