package dev.meridian.simulator.scenario;

import java.util.List;
import java.util.Set;

/** One command of the scenario language. Each is a class of its own, with an example. */
interface ScenarioCommand {
    String name();

    /** The keys of its {@code key=value} pairs. */
    default Set<String> keys() {
        return Set.of();
    }

    /** Whether lines behind it, until {@code ----} or an empty line, are its input. */
    default boolean takesInput(Line line) {
        return false;
    }

    /** Carries it out. Answers its output, without a line end behind it. */
    String run(Line line, List<String> input, Play play);
}
