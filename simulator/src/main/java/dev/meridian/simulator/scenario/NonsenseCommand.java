package dev.meridian.simulator.scenario;

import dev.meridian.simulator.Action;
import java.util.List;
import java.util.Set;

/**
 * A frame arrives that is none, or only the first bytes of the one that came last; the connection ends over it.
 *
 * <p>Example: {@code nonsense eu to=us hex=0aff}, {@code nonsense eu to=us keep=12}
 */
final class NonsenseCommand implements ScenarioCommand {
    @Override
    public String name() {
        return "nonsense";
    }

    @Override
    public Set<String> keys() {
        return Set.of("to", "hex", "keep");
    }

    @Override
    public String run(Line line, List<String> input, Play play) {
        Action.Links links = Links.of(line, play);
        if (links.other() == null) {
            throw new ScenarioException("'nonsense' takes where it arrives: to=us");
        }
        play.stage()
                .act(new Action.Nonsense(
                        links.region(),
                        links.other(),
                        line.value("hex", ""),
                        Integer.parseInt(line.value("keep", "0"))));
        return play.lateReplies();
    }
}
