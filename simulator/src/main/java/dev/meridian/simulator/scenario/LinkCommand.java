package dev.meridian.simulator.scenario;

import dev.meridian.simulator.Action;
import dev.meridian.simulator.LinkFault;
import dev.meridian.simulator.Nearest;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Links break in one of the ways of {@link LinkFault}; 'heal' mends them. {@code amount} says how many bytes pass in a second, or how
 * many frames before the last one comes again.
 *
 * <p>Example: {@code link eu us how=half-open}, {@code link eu to=us how=replay amount=3}, {@code link eu us how=cap amount=20000}
 */
final class LinkCommand implements ScenarioCommand {
    @Override
    public String name() {
        return "link";
    }

    @Override
    public Set<String> keys() {
        return Set.of("to", "how", "amount");
    }

    @Override
    public String run(Line line, List<String> input, Play play) {
        String word = line.value("how", "");
        List<String> known =
                Arrays.stream(LinkFault.values()).map(fault -> fault.word).toList();
        if (!known.contains(word)) {
            throw new ScenarioException(
                    "a link does not break by '" + word + "': did you mean '" + Nearest.of(word, known) + "'?");
        }
        play.stage()
                .act(new Action.BreakLink(
                        Links.of(line, play),
                        LinkFault.values()[known.indexOf(word)],
                        Long.parseLong(line.value("amount", "0"))));
        return play.lateReplies();
    }
}
