package dev.meridian.simulator.scenario;

import dev.meridian.simulator.Action;
import java.util.List;
import java.util.Set;

/**
 * Cuts a region off from all others, two regions from each other, or one direction.
 *
 * <p>Example: {@code cut eu}, {@code cut eu us}, {@code cut eu to=us}
 */
final class CutCommand implements ScenarioCommand {
    @Override
    public String name() {
        return "cut";
    }

    @Override
    public Set<String> keys() {
        return Set.of("to");
    }

    @Override
    public String run(Line line, List<String> input, Play play) {
        play.stage().act(new Action.Cut(Links.of(line, play)));
        return "";
    }
}
