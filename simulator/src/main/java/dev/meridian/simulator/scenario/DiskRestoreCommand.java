package dev.meridian.simulator.scenario;

import dev.meridian.simulator.Action;
import java.util.List;

/**
 * A region's process ends, and the image that was kept is put in the place of its disk.
 *
 * <p>Example: {@code disk-restore eu}
 */
final class DiskRestoreCommand implements ScenarioCommand {
    @Override
    public String name() {
        return "disk-restore";
    }

    @Override
    public String run(Line line, List<String> input, Play play) {
        play.stage().act(new Action.RestoreImage(play.regionName(line)));
        return play.lateReplies();
    }
}
