package dev.meridian.simulator.scenario;

import dev.meridian.simulator.Nearest;
import dev.meridian.simulator.Stage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What lasts from one command of a scenario to the next. */
final class Play {
    private @Nullable Stage stage;

    /** Output is not compared while this is set. */
    boolean quiet;

    /** Replies that were kept under a name, for {@code $name} in later commands. */
    final Map<String, String> saved = new LinkedHashMap<>();

    void begin(Stage stage) {
        this.stage = stage;
    }

    Stage stage() {
        Stage s = stage;
        if (s == null) {
            throw new ScenarioException("there is nothing to play with yet: begin with 'cluster'");
        }
        return s;
    }

    int region(String name) {
        List<String> regions = stage().regions();
        int index = regions.indexOf(name);
        if (index < 0) {
            throw new ScenarioException(
                    "unknown region '" + name + "': did you mean '" + Nearest.of(name, regions) + "'?");
        }
        return index;
    }

    /** The region that is the line's only word. */
    String regionName(Line line) {
        return stage().regions().get(region(line.word("a region")));
    }

    /** The words with saved replies put in for {@code $name}. */
    List<String> filled(List<String> words) {
        return words.stream()
                .map(word -> word.startsWith("$") ? saved.getOrDefault(word.substring(1), word) : word)
                .toList();
    }

    /** What is to be said of replies that came late, each in a line. */
    String lateReplies() {
        return String.join("\n", stage().lateReplies());
    }
}
