package dev.meridian.simulator.scenario;

import dev.meridian.simulator.Action;
import java.util.List;

/**
 * The connection of two regions ends; what is under way is lost. It is made again after a while.
 *
 * <p>Example: {@code break eu us}
 */
final class BreakCommand implements ScenarioCommand {
    @Override
    public String name() {
        return "break";
    }

    @Override
    public String run(Line line, List<String> input, Play play) {
        Action.Links links = Links.of(line, play);
        if (links.other() == null) {
            throw new ScenarioException("'break' takes two regions, found " + line.words);
        }
        play.stage().act(new Action.Break(links.region(), links.other()));
        return play.lateReplies();
    }
}
