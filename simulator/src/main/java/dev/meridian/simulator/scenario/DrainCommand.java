package dev.meridian.simulator.scenario;

import dev.meridian.simulator.Action;
import java.util.List;
import java.util.Set;

/**
 * A region is taken out of service, so that it does not become primary, or brought back. Primaries stay where they are. How it ends is
 * told with the late replies.
 *
 * <p>Example: {@code drain us}, {@code undrain us}
 */
final class DrainCommand implements ScenarioCommand {
    private final boolean isOff;

    DrainCommand(boolean isOff) {
        this.isOff = isOff;
    }

    @Override
    public String name() {
        return isOff ? "drain" : "undrain";
    }

    @Override
    public Set<String> keys() {
        return Set.of("operation");
    }

    @Override
    public String run(Line line, List<String> input, Play play) {
        play.stage().tellOperators();
        play.stage().act(new Action.Drain(play.regionName(line), isOff, line.value("operation", name())));
        return play.lateReplies();
    }
}
