package dev.meridian.simulator.scenario;

import dev.meridian.simulator.Action;
import java.util.List;
import java.util.Set;

/**
 * A client of a region leaves each reply unread for so long, from its next connection on.
 *
 * <p>Example: {@code dawdle eu client=anna by=2s}
 */
final class DawdleCommand implements ScenarioCommand {
    @Override
    public String name() {
        return "dawdle";
    }

    @Override
    public Set<String> keys() {
        return Set.of("client", "by");
    }

    @Override
    public String run(Line line, List<String> input, Play play) {
        play.stage()
                .act(new Action.Dawdle(
                        play.regionName(line), line.value("client", "client"), Line.ms(line.value("by", "0ms"))));
        return play.lateReplies();
    }
}
