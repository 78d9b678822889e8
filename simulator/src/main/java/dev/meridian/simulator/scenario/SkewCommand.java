package dev.meridian.simulator.scenario;

import dev.meridian.simulator.Action;
import java.util.List;
import java.util.Set;

/**
 * A region's wall clock is off by so much from now on.
 *
 * <p>Example: {@code skew eu by=+10s}
 */
final class SkewCommand implements ScenarioCommand {
    @Override
    public String name() {
        return "skew";
    }

    @Override
    public Set<String> keys() {
        return Set.of("by");
    }

    @Override
    public String run(Line line, List<String> input, Play play) {
        play.stage().act(new Action.Skew(play.regionName(line), Line.ms(line.value("by", ""))));
        return "";
    }
}
