package dev.meridian.simulator.scenario;

import dev.meridian.simulator.Action;
import dev.meridian.simulator.Reply;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Runs one Redis command in several regions, all that run unless named, and shows who answers what.
 *
 * <p>Example:
 *
 * <pre>
 * read GET carts:42 at=(eu,us)
 * ----
 * eu us: "apple"
 * </pre>
 */
final class ReadCommand implements ScenarioCommand {
    private static final Set<String> WITHOUT_ORDER = Set.of("SMEMBERS", "KEYS", "HKEYS", "HVALS");

    @Override
    public String name() {
        return "read";
    }

    @Override
    public Set<String> keys() {
        return Set.of("at");
    }

    @Override
    public String run(Line line, List<String> input, Play play) {
        if (line.words.isEmpty()) {
            throw new ScenarioException("'read' takes a Redis command, such as: read GET carts:42");
        }
        List<String> regions = line.list("at");
        Map<String, List<String>> answers = new LinkedHashMap<>();
        for (String region : regions.isEmpty() ? play.stage().regions() : regions) {
            int r = play.region(region);
            if (!play.stage().running(r)) {
                continue;
            }
            List<String> replies =
                    play.stage().command(new Action.Send(region, "reader", List.of(play.filled(line.words))));
            String reply = replies.isEmpty() ? "" : replies.getFirst();
            String answer = replies.isEmpty()
                    ? "(waits)"
                    : WITHOUT_ORDER.contains(line.words.getFirst()) ? Reply.sorted(reply) : Reply.text(reply);
            answers.computeIfAbsent(answer, a -> new ArrayList<>()).add(region);
        }
        List<String> output = new ArrayList<>();
        answers.forEach((answer, who) -> output.add(String.join(" ", who) + ": " + answer));
        return String.join("\n", output);
    }
}
