package dev.meridian.simulator.scenario;

import dev.meridian.simulator.Action;
import java.util.List;

/**
 * A region's process is started again with another configuration file than the others have, or with the same.
 *
 * <p>Example: {@code file eu other}, {@code file eu same}
 */
final class FileCommand implements ScenarioCommand {
    @Override
    public String name() {
        return "file";
    }

    @Override
    public String run(Line line, List<String> input, Play play) {
        if (line.words.size() != 2 || !List.of("other", "same").contains(line.words.getLast())) {
            throw new ScenarioException("'file' takes a region and 'other' or 'same', found " + line.words);
        }
        int region = play.region(line.words.getFirst());
        play.stage()
                .act(new Action.File(
                        play.stage().regions().get(region), line.words.getLast().equals("other")));
        return play.lateReplies();
    }
}
