package dev.meridian.cli.drill;

import dev.meridian.simulator.history.Operation;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What was promised to a lane, and how it was served.
 *
 * @param stop the longest, or null if it went on
 * @param held whether it was served as promised
 * @param measured in words
 */
public record Verdict(
        Expectation expectation, Served served, Served.@Nullable Stop stop, boolean held, String measured) {
    /** After the end of a fault everything is served again within this time. */
    static final long RECOVERY_NS = 30_000_000_000L;

    /**
     * Judges a lane.
     *
     * @param slackNs by how much longer answers may take, by the fault's nature or the machine's
     */
    static Verdict of(Expectation expectation, Served served, Clock clock, long slackNs) {
        long tolerance = served.toleranceNs(clock.startNs(), clock.breakNs()) + slackNs;
        if (expectation.kind() == Expectation.Kind.STANDS_BY) {
            long first = served.firstAfter(Long.MIN_VALUE);
            return new Verdict(expectation, served, null, first > clock.breakNs(), standing(first, clock));
        }
        Served.Stop stop = served.stop(clock.breakNs(), clock.endNs(), tolerance);
        if (stop == null) {
            return new Verdict(expectation, served, null, true, "went on");
        }
        long back = served.firstAfter(clock.healNs());
        boolean again =
                back != Operation.NEVER && back - clock.healNs() <= RECOVERY_NS && stop.toNs() != Operation.NEVER;
        boolean held = switch (expectation.kind()) {
            case GOES_ON, STANDS_BY -> false;
            case MAY_END -> true;
            case BACK_WITHIN ->
                again && stop.toNs() - clock.breakNs() <= expectation.within().toNanos() + slackNs;
            case MAY_STOP -> again;
        };
        return new Verdict(expectation, served, stop, held, words(stop, clock, back));
    }

    /** Whether it waits for another primary of this dataset. */
    boolean needsFailoverOf(String dataset) {
        return expectation.waitsForFailover() && expectation.lane().dataset().equals(dataset);
    }

    private static String standing(long first, Clock clock) {
        return first == Operation.NEVER ? "stood by" : String.format(Locale.ROOT, "serves since %s", clock.text(first));
    }

    private static String words(Served.Stop stop, Clock clock, long back) {
        if (stop.toNs() == Operation.NEVER) {
            return String.format(Locale.ROOT, "stopped at %s, for good", clock.text(stop.fromNs()));
        }
        String length = String.format(Locale.ROOT, "stopped for %.2f s", stop.lengthNs() / 1e9);
        return stop.toNs() > clock.healNs() && back != Operation.NEVER
                ? length
                        + String.format(
                                Locale.ROOT, ", back %.2f s after the heal", (stop.toNs() - clock.healNs()) / 1e9)
                : length;
    }
}
