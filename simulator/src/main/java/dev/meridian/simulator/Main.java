package dev.meridian.simulator;

import dev.meridian.simulator.scenario.Scenarios;
import java.io.Console;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code meridian sim}: lives seeds, or plays scenario files, and tells what they came to. */
public final class Main {
    private static final int TRACE_TAIL = 40;
    private static final int USAGE = 64;

    private Main() {}

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
        return options.files().isEmpty()
                ? seeds(options, out, err)
                : Scenarios.run(options.files(), options.rewrite(), out, err);
    }

    private static int seeds(Options options, PrintStream out, PrintStream err) {
        Console console = System.console();
        boolean watched = console != null && console.isTerminal();
        Seeds seeds = new Seeds(options, soFar -> {
            if (watched) {
                err.printf(Locale.ROOT, "\r\033[K%s", line(soFar));
                err.flush();
            }
        });
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
            tell(broken, broken.violation(), options, out, err);
            return 1;
        }
        if (options.tracing()) {
            Run.of(options.from(), true).trace().forEach(out::println);
        }
        out.printf(Locale.ROOT, "%s: every promise held%n", line(seeds));
        print(seeds.counts(), out);
        return 0;
    }

    private static String line(Seeds seeds) {
        return String.format(
                Locale.ROOT,
                "%d seeds, %.1f a second; %.1f simulated hours, %d operations; slowest seed %d: %.1f s",
                seeds.count(),
                seeds.count() / seeds.seconds(),
                seeds.simulatedHours(),
                seeds.operations(),
                seeds.slowestSeed(),
                seeds.slowestSeconds());
    }

    private static void print(Map<String, Long> counts, PrintStream out) {
        counts.forEach((kind, count) -> out.printf(Locale.ROOT, "  %-26s %d%n", kind, count));
    }

    private static void tell(
            Run.Outcome broken, @Nullable RuntimeException why, Options options, PrintStream out, PrintStream err) {
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
        err.println("  replay: ./meridian sim --seed " + broken.seed());
    }

    public static void main(String[] args) {
        System.exit(run(args, System.out, System.err));
    }
}
