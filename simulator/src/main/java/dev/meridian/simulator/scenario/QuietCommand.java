package dev.meridian.simulator.scenario;

import java.util.List;

/**
 * Output is not compared until it is on again: for what is only set-up.
 *
 * <p>Example: {@code quiet on}
 */
final class QuietCommand implements ScenarioCommand {
    @Override
    public String name() {
        return "quiet";
    }

    @Override
    public String run(Line line, List<String> input, Play play) {
        String word = line.word("'on' or 'off'");
        if (!word.equals("on") && !word.equals("off")) {
            throw new ScenarioException("'quiet' takes 'on' or 'off', found '" + word + "'");
        }
        play.quiet = word.equals("on");
        return "";
    }
}
