package dev.meridian.simulator.scenario;

import dev.meridian.simulator.Stage;
import java.util.ArrayList;
import java.util.List;

/**
 * Shows each region, whom it hears, how many keys it keeps, and the alarms raised so far by code.
 *
 * <p>Example: {@code status}
 */
final class StatusCommand implements ScenarioCommand {
    @Override
    public String name() {
        return "status";
    }

    @Override
    public String run(Line line, List<String> input, Play play) {
        Stage stage = play.stage();
        List<String> output = new ArrayList<>();
        for (int r = 0; r < stage.regions().size(); r++) {
            if (!stage.running(r)) {
                output.add(stage.regions().get(r) + ": does not run");
                continue;
            }
            List<String> heard = new ArrayList<>();
            for (int other = 0; other < stage.regions().size(); other++) {
                if (other != r && stage.hears(r, other)) {
                    heard.add(stage.regions().get(other));
                }
            }
            output.add(stage.regions().get(r) + ": hears " + (heard.isEmpty() ? "nobody" : String.join(" ", heard))
                    + "; " + stage.keyCount(r) + " keys");
        }
        stage.counts().keySet().stream()
                .filter(kind -> kind.startsWith("alarm "))
                .sorted()
                .forEach(output::add);
        return String.join("\n", output);
    }
}
