package dev.meridian.simulator.scenario;

import dev.meridian.simulator.Stage;
import java.util.List;

/**
 * Checks what must hold whatever happened, as at the end of a seed: regions that keep the same data hold the same bytes, what clients
 * were told is there, no restricted byte is on a disk where it may not be, no client waits. (Sessions, causality, atomicity,
 * residency on links and that no dot is issued twice are checked all along.)
 *
 * <p>Example: {@code check all}
 */
final class CheckCommand implements ScenarioCommand {
    @Override
    public String name() {
        return "check";
    }

    @Override
    public String run(Line line, List<String> input, Play play) {
        if (!line.word("'all'").equals("all")) {
            throw new ScenarioException("'check' takes 'all', found " + line.words);
        }
        Stage stage = play.stage();
        stage.check();
        int groups = stage.deployment().groupCount();
        return "ok: " + stage.regions().size() + " regions, " + groups
                + (groups == 1 ? " group equal" : " groups equal");
    }
}
