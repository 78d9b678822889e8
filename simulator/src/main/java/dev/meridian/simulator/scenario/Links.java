package dev.meridian.simulator.scenario;

import dev.meridian.simulator.Action;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The links that a command names: between one region and another, or all others. */
final class Links {
    private Links() {}

    /** For the words {@code eu}, {@code eu us} or, one way only, {@code eu to=us}. */
    static Action.Links of(Line line, Play play) {
        List<String> words = line.words;
        String to = line.value("to");
        if (words.isEmpty() || words.size() > (to == null ? 2 : 1)) {
            throw new ScenarioException("'" + line.name + "' takes a region, or two, found " + words);
        }
        @Nullable String other = to != null ? to : words.size() == 2 ? words.get(1) : null;
        play.region(words.getFirst());
        if (other != null) {
            play.region(other);
        }
        return new Action.Links(words.getFirst(), other, to != null);
    }
}
