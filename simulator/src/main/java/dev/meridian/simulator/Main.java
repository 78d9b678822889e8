package dev.meridian.simulator;

import dev.meridian.simulator.mutant.Mutants;
import dev.meridian.simulator.scenario.Export;
import dev.meridian.simulator.scenario.Scenarios;
import java.io.Console;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** {@code meridian sim}: lives seeds, or plays scenario files, and tells what they came to. */
public final class Main {
    private static final int TRACE_TAIL = 40;
    private static final int USAGE = 64;
    private static final long ALL_REACHED_MINUTES = 10;
    private static final double PLAIN_LINE_SECONDS = 10;

    private final Options options;
    private final PrintStream out;
    private final PrintStream err;
    private final boolean watched;
    private double nextLineSeconds;

    private Main(Options options, PrintStream out, PrintStream err) {
        this.options = options;
        this.out = out;
        this.err = err;
        Console console = System.console();
        this.watched = console != null && console.isTerminal();
    }

    /** Returns 0 when everything held, 1 when something did not, 64 for bad usage. */
    public static int run(String[] args, PrintStream out, PrintStream err) {
        Options options;
        try {
            options = Options.parse(args);
        } catch (Options.UsageException e) {
            err.println(e.getMessage());
            err.println(Options.USAGE);
            return USAGE;
        }
        if (options.mutants()) {
            List<String> names = options.files().stream().map(Path::toString).toList();
            return Mutants.run(options.seeds(), options.jobs(), names, out, err);
        }
        return options.files().isEmpty()
                ? new Main(options, out, err).seeds()
                : Scenarios.run(options.files(), options.rewrite(), out, err);
    }

    private int seeds() {
        Seeds seeds = new Seeds(options, this::progress);
        try {
            seeds.live();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 1;
        } finally {
            if (watched) {
                err.print("\r\033[K");
            }
        }
        Run.Outcome broken = seeds.broken();
        if (broken != null) {
            tell(broken);
            return 1;
        }
        if (options.tracing()) {
            one();
        }
        out.printf(Locale.ROOT, "%s: every promise held%n", line(seeds));
        out.printf(Locale.ROOT, "slowest seed %d: %.1f s%n", seeds.slowestSeed(), seeds.slowestSeconds());
        print(seeds.counts());
        List<String> missing = Sometimes.missing(seeds.counts());
        if (!missing.isEmpty() && !options.tracing()) {
            out.println("never reached: " + String.join(", ", missing));
        }
        return missing.isEmpty() || options.minutes() < ALL_REACHED_MINUTES ? 0 : 1;
    }

    private void progress(Seeds seeds) {
        if (watched) {
            err.printf("\r\033[K%s", line(seeds));
            err.flush();
        } else if (seeds.seconds() >= PLAIN_LINE_SECONDS + nextLineSeconds) {
            nextLineSeconds = seeds.seconds();
            err.println(line(seeds));
        }
    }

    private static String line(Seeds seeds) {
        double[] density = seeds.density();
        return String.format(
                Locale.ROOT,
                "%d seeds, %.1f a second; %.1f simulated hours, %.1f a minute; in a simulated minute %.0f operations, %.1f faults",
                seeds.count(),
                seeds.count() / seeds.seconds(),
                seeds.simulatedHours(),
                seeds.simulatedHours() * 60 / seeds.seconds(),
                density[0],
                density[1]);
    }

    private void print(Map<String, Long> counts) {
        counts.forEach((kind, count) -> out.printf(Locale.ROOT, "  %-26s %d%n", kind, count));
    }

    private void one() {
        Run.Outcome outcome = Run.of(options.from(), true);
        outcome.trace().forEach(out::println);
        out.println("world: " + outcome.swarm());
        Path file = options.export();
        if (file != null) {
            write(
                    file,
                    "all that seed " + outcome.seed() + " does",
                    "Y2",
                    new Shrinking.Case(outcome.deployment(), outcome.steps(), outcome.livedMs()));
        }
    }

    private void tell(Run.Outcome broken) {
        RuntimeException why = broken.violation();
        // A seed is the same each time, so what led to it can be had afterwards.
        List<String> trace =
                options.tracing() ? broken.trace() : Run.of(broken.seed(), true).trace();
        int from = options.tracing() ? 0 : Math.max(0, trace.size() - TRACE_TAIL);
        trace.subList(from, trace.size()).forEach(out::println);
        err.println("seed " + broken.seed() + " broke a promise: " + (why == null ? "" : why.getMessage()));
        err.println("  world: " + broken.swarm());
        if (why != null && !(why instanceof World.Violation)) {
            why.printStackTrace(err);
        }
        err.println("  again: ./meridian sim --seed " + broken.seed());
        if (options.shrinkSeconds() > 0) {
            shrink(broken);
        }
    }

    private void shrink(Run.Outcome broken) {
        long untilNs = System.nanoTime() + options.shrinkSeconds() * 1_000_000_000L;
        Shrinking.Case shrunk = Shrinking.of(broken, () -> System.nanoTime() > untilNs);
        if (shrunk == null) {
            err.println("  its steps alone do not break it again: only the seed does");
            return;
        }
        Path named = options.export();
        RuntimeException violation = broken.violation();
        String what = violation == null ? "" : String.valueOf(violation.getMessage());
        String guards = violation instanceof World.Violation v ? v.invariant() : "X2";
        write(
                named == null ? Path.of("seed-" + broken.seed() + ".txt") : named,
                "seed " + broken.seed() + ": " + what,
                guards,
                shrunk);
    }

    private void write(Path file, String why, String guards, Shrinking.Case steps) {
        try {
            Files.writeString(file, Export.text(why, guards, steps.deployment(), steps.steps(), steps.durationMs()));
            err.println("  " + steps.steps().size() + " steps in " + file);
            err.println("  replay: ./meridian sim --replay " + file);
        } catch (IOException e) {
            err.println("  " + file + " cannot be written: " + e.getMessage());
        }
    }

    public static void main(String[] args) {
        System.exit(run(args, System.out, System.err));
    }
}
