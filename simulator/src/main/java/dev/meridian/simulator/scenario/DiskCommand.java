package dev.meridian.simulator.scenario;

import dev.meridian.simulator.Action;
import dev.meridian.simulator.DiskFault;
import dev.meridian.simulator.Nearest;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * A region's disk breaks in one of the ways of {@link DiskFault}, or is {@code sound} again. {@code amount} says how many bytes are
 * left, how many ms an operation takes longer or how many operations a process still does; {@code seed} decides the rest.
 *
 * <p>Example: {@code disk eu fsync-error}, {@code disk eu full amount=4096}, {@code disk eu slow amount=3000}, {@code disk eu log-rot seed=7}
 */
final class DiskCommand implements ScenarioCommand {
    @Override
    public String name() {
        return "disk";
    }

    @Override
    public Set<String> keys() {
        return Set.of("amount", "seed");
    }

    @Override
    public String run(Line line, List<String> input, Play play) {
        if (line.words.size() != 2) {
            throw new ScenarioException("'disk' takes a region and what happens to its disk, found " + line.words);
        }
        play.region(line.words.getFirst());
        String word = line.words.getLast();
        List<String> known =
                Arrays.stream(DiskFault.values()).map(fault -> fault.word).toList();
        if (!known.contains(word)) {
            throw new ScenarioException(
                    "a disk does not break by '" + word + "': did you mean '" + Nearest.of(word, known) + "'?");
        }
        play.stage()
                .act(new Action.Disk(
                        line.words.getFirst(),
                        DiskFault.values()[known.indexOf(word)],
                        Long.parseLong(line.value("amount", "0")),
                        Long.parseLong(line.value("seed", "0"))));
        return play.lateReplies();
    }
}
