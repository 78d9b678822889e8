package dev.meridian.simulator.scenario;

import dev.meridian.simulator.Nearest;
import dev.meridian.simulator.Stage;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * Lets time pass: so long, or until a condition holds, for {@code max} at most. Shows the replies that came. Conditions:
 * {@code equal} (regions that keep the same data hold the same), {@code answered} (no client waits), {@code linked}
 * (every region hears every other).
 *
 * <p>Example: {@code run 3s}, or {@code run until=equal max=5s}
 */
final class RunCommand implements ScenarioCommand {
    private static final List<String> CONDITIONS = List.of("answered", "equal", "linked");

    @Override
    public String name() {
        return "run";
    }

    @Override
    public Set<String> keys() {
        return Set.of("until", "max");
    }

    @Override
    public String run(Line line, List<String> input, Play play) {
        Stage stage = play.stage();
        String until = line.value("until");
        if (until == null) {
            stage.runNs(Line.ns(line.word("a time, or until=CONDITION max=TIME")));
            return play.lateReplies();
        }
        String max = line.value("max");
        if (max == null) {
            throw new ScenarioException("'run until=" + until + "' needs a bound: max=5s");
        }
        if (!stage.runUntil(condition(until, stage), Line.ms(max))) {
            String difference = until.equals("equal") ? stage.difference() : null;
            throw new ScenarioException(
                    "waited " + max + " in vain for '" + until + "'" + (difference == null ? "" : ": " + difference));
        }
        return play.lateReplies();
    }

    private static BooleanSupplier condition(String name, Stage stage) {
        return switch (name) {
            case "equal" -> () -> stage.difference() == null;
            case "answered" -> stage::answered;
            case "linked" -> () -> linked(stage);
            default ->
                throw new ScenarioException(
                        "unknown condition '" + name + "': did you mean '" + Nearest.of(name, CONDITIONS) + "'?");
        };
    }

    private static boolean linked(Stage stage) {
        int n = stage.regions().size();
        for (int a = 0; a < n; a++) {
            for (int b = 0; b < n; b++) {
                if (a != b && !stage.hears(a, b)) {
                    return false;
                }
            }
        }
        return true;
    }
}
