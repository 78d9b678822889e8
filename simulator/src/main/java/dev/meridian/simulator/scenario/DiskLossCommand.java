package dev.meridian.simulator.scenario;

import dev.meridian.simulator.Action;
import java.util.List;

/**
 * A region's process ends and its disk is lost.
 *
 * <p>Example: {@code disk-loss eu}
 */
final class DiskLossCommand implements ScenarioCommand {
    @Override
    public String name() {
        return "disk-loss";
    }

    @Override
    public String run(Line line, List<String> input, Play play) {
        play.stage().act(new Action.LoseDisk(play.regionName(line)));
        return play.lateReplies();
    }
}
