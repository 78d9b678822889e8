package dev.meridian.simulator.scenario;

import dev.meridian.simulator.Action;
import java.util.List;

/**
 * Starts a region that does not run. Says why, where it ends at once.
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
        String region = play.regionName(line);
        play.stage().act(new Action.Restart(region));
        String refusal = play.stage().refusal(region);
        return refusal != null ? refusal : play.lateReplies();
    }
}
