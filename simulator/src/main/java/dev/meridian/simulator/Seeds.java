package dev.meridian.simulator;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Lives many seeds, some at the same time, until one breaks a promise, and adds up what they came to. */
final class Seeds {
    private final Options options;
    private final Consumer<Seeds> progress;
    private final long startedNs = System.nanoTime();
    private final Map<String, Long> counts = new TreeMap<>();
    private long next;
    private long lived;
    private long simulatedMs;
    private long operations;
    private long slowestSeed;
    private long slowestNs;
    private Run.@Nullable Outcome broken;

    /** @param progress told after each seed, one call at a time */
    Seeds(Options options, Consumer<Seeds> progress) {
        this.options = options;
        this.progress = progress;
        this.next = options.from();
    }

    /** Lives them all; an interrupted caller gets what was lived until then. */
    void live() throws InterruptedException {
        Thread[] threads = new Thread[options.jobs()];
        for (int i = 0; i < threads.length; i++) {
            threads[i] = Thread.ofPlatform().name("sim-" + i).start(this::work);
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private void work() {
        while (true) {
            long seed = take();
            if (seed < 0) {
                return;
            }
            long beganNs = System.nanoTime();
            Run.Outcome outcome = Run.of(seed, options.tracing());
            if (options.twice() && outcome.violation() == null) {
                outcome = outcome.comparedWith(Run.of(seed, false));
            }
            lived(outcome, System.nanoTime() - beganNs);
        }
    }

    private synchronized long take() {
        boolean over = options.minutes() > 0
                ? seconds() >= options.minutes() * 60.0
                : next >= options.from() + options.seeds();
        return over || broken != null ? -1 : next++;
    }

    private synchronized void lived(Run.Outcome outcome, long tookNs) {
        lived++;
        simulatedMs += outcome.simulatedMs();
        operations += outcome.operations();
        outcome.faults().forEach((kind, count) -> counts.merge(kind, count, Long::sum));
        if (tookNs > slowestNs) {
            slowestNs = tookNs;
            slowestSeed = outcome.seed();
        }
        // Of several, the first: which one is found does not depend on how many ran at once.
        if (outcome.violation() != null && (broken == null || outcome.seed() < broken.seed())) {
            broken = outcome;
        }
        progress.accept(this);
    }

    double seconds() {
        return (System.nanoTime() - startedNs) / 1e9;
    }

    long count() {
        return lived;
    }

    double simulatedHours() {
        return simulatedMs / 3_600_000.0;
    }

    long operations() {
        return operations;
    }

    long slowestSeed() {
        return slowestSeed;
    }

    double slowestSeconds() {
        return slowestNs / 1e9;
    }

    long faults() {
        return Sometimes.faults(counts);
    }

    /** Operations, then faults, in a simulated minute on average. */
    double[] density() {
        double minutes = Math.max(1, simulatedMs) / 60_000.0;
        return new double[] {operations / minutes, faults() / minutes};
    }

    /** Faults, alarms, refusals and ways, by name. */
    Map<String, Long> counts() {
        return counts;
    }

    /** The run that broke a promise, or null. */
    Run.@Nullable Outcome broken() {
        return broken;
    }
}
