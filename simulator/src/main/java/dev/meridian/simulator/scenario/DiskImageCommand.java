package dev.meridian.simulator.scenario;

import dev.meridian.simulator.Action;
import java.util.List;

/**
 * An image of a region's disk is kept, for {@code disk-restore}.
 *
 * <p>Example: {@code disk-image eu}
 */
final class DiskImageCommand implements ScenarioCommand {
    @Override
    public String name() {
        return "disk-image";
    }

    @Override
    public String run(Line line, List<String> input, Play play) {
        play.stage().act(new Action.KeepImage(play.regionName(line)));
        return "";
    }
}
