package dev.meridian.simulator.scenario;

import dev.meridian.simulator.Action;
import java.util.List;
import java.util.Set;

/**
 * A client closes its connection to a region.
 *
 * <p>Example: {@code disconnect eu client=anna}
 */
final class DisconnectCommand implements ScenarioCommand {
    @Override
    public String name() {
        return "disconnect";
    }

    @Override
    public Set<String> keys() {
        return Set.of("client");
    }

    @Override
    public String run(Line line, List<String> input, Play play) {
        play.stage().act(new Action.Leave(play.regionName(line), line.value("client", "client")));
        return play.lateReplies();
    }
}
