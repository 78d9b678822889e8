package dev.meridian.simulator.scenario;

import java.util.List;
import java.util.Set;

/**
 * Ends a cut: of a region, of two, or of one direction.
 *
 * <p>Example: {@code heal eu}, {@code heal eu us}, {@code heal eu to=us}
 */
final class HealCommand implements ScenarioCommand {
    @Override
    public String name() {
        return "heal";
    }

    @Override
    public Set<String> keys() {
        return Set.of("to");
    }

    @Override
    public String run(Line line, List<String> input, Play play) {
        Links.each(line, play, play.stage()::heal);
        return "";
    }
}
