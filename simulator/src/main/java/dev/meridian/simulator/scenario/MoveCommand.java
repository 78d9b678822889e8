package dev.meridian.simulator.scenario;

import dev.meridian.simulator.Action;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An operator moves the primary of a dataset's group. A switchover is asked of the region {@code at}, which should be the primary; a
 * failover of the region that is to be it. How it ends is told with the late replies.
 *
 * <p>Example: {@code switchover orders at=eu to=us operation=a}, {@code failover orders to=us loss=accepted operation=b}
 */
final class MoveCommand implements ScenarioCommand {
    private final boolean isPlanned;

    MoveCommand(boolean isPlanned) {
        this.isPlanned = isPlanned;
    }

    @Override
    public String name() {
        return isPlanned ? "switchover" : "failover";
    }

    @Override
    public Set<String> keys() {
        return isPlanned ? Set.of("to", "at", "operation") : Set.of("to", "loss", "operation");
    }

    @Override
    public String run(Line line, List<String> input, Play play) {
        String dataset = line.word("a dataset");
        String to = region(play, line.value("to"), "to");
        String at = isPlanned ? region(play, line.value("at"), "at") : to;
        play.stage().tellOperators();
        play.stage()
                .act(new Action.Move(
                        at,
                        dataset,
                        to,
                        isPlanned,
                        "accepted".equals(line.value("loss")),
                        line.value("operation", name())));
        return play.lateReplies();
    }

    private static String region(Play play, @Nullable String name, String key) {
        if (name == null) {
            throw new ScenarioException("an operator's move wants " + key + "=REGION");
        }
        return play.stage().regions().get(play.region(name));
    }
}
