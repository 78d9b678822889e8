package dev.meridian.simulator.scenario;

import dev.meridian.simulator.Action;
import java.util.List;
import java.util.Set;

/**
 * A region's process stands still, until 'resume'; its links stay up. With {@code at=replies} it does at the end of its next turn,
 * before anything of that turn leaves; with {@code at=machine} its monotonic clock stands still too.
 *
 * <p>Example: {@code pause eu}, {@code pause eu at=replies}
 */
final class PauseCommand implements ScenarioCommand {
    @Override
    public String name() {
        return "pause";
    }

    @Override
    public Set<String> keys() {
        return Set.of("at");
    }

    @Override
    public String run(Line line, List<String> input, Play play) {
        String region = play.regionName(line);
        play.stage()
                .act(
                        switch (line.value("at", "once")) {
                            case "once" -> new Action.Pause(region);
                            case "replies" -> new Action.PauseBeforeReplies(region);
                            case "machine" -> new Action.Suspend(region);
                            default -> throw new ScenarioException("'pause' knows at=replies and at=machine");
                        });
        return play.lateReplies();
    }
}
