package dev.meridian.simulator.scenario;

import dev.meridian.simulator.Action;
import java.util.List;

/**
 * Ends a pause.
 *
 * <p>Example: {@code resume eu}
 */
final class ResumeCommand implements ScenarioCommand {
    @Override
    public String name() {
        return "resume";
    }

    @Override
    public String run(Line line, List<String> input, Play play) {
        play.stage().act(new Action.Resume(play.regionName(line)));
        return play.lateReplies();
    }
}
