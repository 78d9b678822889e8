package dev.meridian.simulator.scenario;

import dev.meridian.simulator.Action;
import java.util.List;

/**
 * A region's wall clock stands still, until 'skew' sets it.
 *
 * <p>Example: {@code stick-clock eu}
 */
final class StickClockCommand implements ScenarioCommand {
    @Override
    public String name() {
        return "stick-clock";
    }

    @Override
    public String run(Line line, List<String> input, Play play) {
        play.stage().act(new Action.StickClock(play.regionName(line)));
        return play.lateReplies();
    }
}
