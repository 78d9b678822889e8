package dev.meridian.simulator.scenario;

import java.util.List;

/**
 * Ends every fault: whatever runs, links and clocks are well again. Then regions have to become equal, a write in every region and
 * dataset has to be acknowledged, and nothing may wait for ever, as at the end of a seed.
 *
 * <p>Example: {@code settle}
 */
final class SettleCommand implements ScenarioCommand {
    @Override
    public String name() {
        return "settle";
    }

    @Override
    public String run(Line line, List<String> input, Play play) {
        play.stage().settle();
        return play.lateReplies();
    }
}
