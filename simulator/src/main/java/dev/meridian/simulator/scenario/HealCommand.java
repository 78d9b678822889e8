package dev.meridian.simulator.scenario;

import dev.meridian.simulator.Action;
import java.util.List;
import java.util.Set;

/**
 * Ends a cut or slowness: of a region, of two, or of one direction.
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
        play.stage().act(new Action.Heal(Links.of(line, play)));
        return "";
    }
}
