package dev.meridian.simulator.scenario;

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
        play.stage().loseDisk(play.region(line.word("a region")));
        return play.lateReplies();
    }
}
