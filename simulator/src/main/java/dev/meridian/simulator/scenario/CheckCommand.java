package dev.meridian.simulator.scenario;

import dev.meridian.simulator.Stage;
import java.util.List;

/**
 * Checks what must hold whatever happened: regions that keep the same data hold the same bytes, no restricted byte is on a disk
 * where it may not be, no client waits. (That no dot is issued twice and no restricted byte is sent is checked all along.)
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
        String difference = stage.difference();
        if (difference != null) {
            throw new ScenarioException("V1: " + difference);
        }
        stage.checkDisks();
        if (!stage.answered()) {
            throw new ScenarioException("a client still waits for its answer");
        }
        return "ok: " + stage.regions().size() + " regions, " + stage.groupCount()
                + (stage.groupCount() == 1 ? " group equal" : " groups equal");
    }
}
