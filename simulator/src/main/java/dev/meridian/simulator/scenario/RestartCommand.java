package dev.meridian.simulator.scenario;

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
        play.stage().restart(play.region(line.word("a region")));
        return play.lateReplies();
    }
}
