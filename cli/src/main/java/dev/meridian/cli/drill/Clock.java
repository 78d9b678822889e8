package dev.meridian.cli.drill;

import java.util.Locale;

/**
 * The moments of a drill, as {@link System#nanoTime} has them.
 *
 * @param breakNs before the fault was made
 * @param brokenNs when it was
 */
public record Clock(long startNs, long breakNs, long brokenNs, long healNs, long endNs) {
    /** Minutes, seconds and milliseconds since the beginning. */
    String text(long ns) {
        return text(startNs, ns);
    }

    static String text(long startNs, long ns) {
        long ms = Math.max(0, ns - startNs) / 1_000_000;
        return String.format(Locale.ROOT, "%02d:%02d.%03d", ms / 60_000, ms / 1_000 % 60, ms % 1_000);
    }
}
