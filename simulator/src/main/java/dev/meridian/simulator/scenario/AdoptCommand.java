package dev.meridian.simulator.scenario;

import dev.meridian.simulator.Action;
import java.util.List;
import java.util.Set;

/**
 * A client adopts, in this region, the session token that it was given last, and reads at level session.
 *
 * <p>Example: {@code adopt us client=anna}
 */
final class AdoptCommand implements ScenarioCommand {
    @Override
    public String name() {
        return "adopt";
    }

    @Override
    public Set<String> keys() {
        return Set.of("client");
    }

    @Override
    public String run(Line line, List<String> input, Play play) {
        play.stage().act(new Action.Adopt(play.regionName(line), line.value("client", "client")));
        return play.lateReplies();
    }
}
