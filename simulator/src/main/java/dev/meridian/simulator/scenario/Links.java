package dev.meridian.simulator.scenario;

import java.util.List;

/** The links that a command names: between one region and another, or all others. */
final class Links {
    /** What is done to one direction. */
    interface Direction {
        void apply(int from, int to);
    }

    private Links() {}

    /** For the words {@code eu}, {@code eu us} or, one way only, {@code eu to=us}. */
    static void each(Line line, Play play, Direction direction) {
        List<String> words = line.words;
        if (words.isEmpty() || words.size() > 2) {
            throw new ScenarioException("'" + line.name + "' takes a region, or two, found " + words);
        }
        int a = play.region(words.getFirst());
        String to = line.value("to");
        if (to != null) {
            direction.apply(a, play.region(to));
            return;
        }
        for (int b = 0; b < play.stage().regions().size(); b++) {
            if (b != a && (words.size() == 1 || b == play.region(words.get(1)))) {
                direction.apply(a, b);
                direction.apply(b, a);
            }
        }
    }
}
