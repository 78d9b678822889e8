package dev.meridian.simulator;

import java.io.PrintStream;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** {@code meridian sim}: lives seeds one after the other and tells what they came to. */
public final class Main {
    private Main() {}

    /** Returns 0 when every seed held, 1 when one did not, 64 for bad usage. */
    public static int run(String[] args, PrintStream out, PrintStream err) {
        long seeds = 100;
        long from = 1;
        boolean trace = false;
        boolean reconcile = false;
        for (int i = 0; i < args.length; i++) {
            try {
                switch (args[i]) {
                    case "--seeds" -> seeds = Long.parseLong(args[++i]);
                    case "--from" -> from = Long.parseLong(args[++i]);
                    case "--seed" -> {
                        from = Long.parseLong(args[++i]);
                        seeds = 1;
                        trace = true;
                    }
                    case "--twice" -> reconcile = true;
                    default -> {
                        err.println(
                                "unknown option " + args[i] + "; known: --seeds N, --from SEED, --seed SEED, --twice");
                        return 64;
                    }
                }
            } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
                err.println(
                        args[Math.min(i, args.length - 1)] + " is not a number; usage: sim [--seeds N] [--from SEED]");
                return 64;
            }
        }
        long began = System.nanoTime();
        long simulatedMs = 0;
        long operations = 0;
        Map<String, Long> faults = new TreeMap<>();
        for (long seed = from; seed < from + seeds; seed++) {
            Run.Outcome outcome = Run.of(seed, trace);
            simulatedMs += outcome.simulatedMs();
            operations += outcome.operations();
            outcome.faults().forEach((kind, count) -> faults.merge(kind, count, Long::sum));
            if (trace) {
                outcome.trace().forEach(out::println);
            }
            if (outcome.violation() != null) {
                err.println("seed " + seed + " broke a promise: "
                        + outcome.violation().getMessage());
                err.println("  world: " + outcome.swarm());
                if (!(outcome.violation() instanceof World.Violation)) {
                    outcome.violation().printStackTrace(err);
                }
                err.println("  replay: ./meridian sim --seed " + seed);
                return 1;
            }
            if (reconcile && Run.of(seed, false).hash() != outcome.hash()) {
                err.println("seed " + seed + " took another course when it was run again (Y2)");
                return 1;
            }
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        out.printf(
                Locale.ROOT,
                "%d seeds held: %.1f simulated hours, %d operations, in %.1f s%n",
                seeds,
                simulatedMs / 3_600_000.0,
                operations,
                seconds);
        faults.forEach((kind, count) -> out.printf(Locale.ROOT, "  %-22s %d%n", kind, count));
        return 0;
    }

    public static void main(String[] args) {
        System.exit(run(args, System.out, System.err));
    }
}
