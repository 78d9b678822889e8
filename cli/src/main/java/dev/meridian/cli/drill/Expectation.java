package dev.meridian.cli.drill;

import java.time.Duration;
import java.util.Locale;

/**
 * What the file promises the clients of a lane while a fault lasts.
 *
 * @param within for {@link Kind#BACK_WITHIN}: how long it may stop
 * @param why in words, from the file
 */
public record Expectation(Lane lane, Kind kind, Duration within, String why) {
    static final String FAILOVER = "failover: automatic";

    enum Kind {
        /** It is served all the time. */
        GOES_ON,
        /** It may stop, and is served again within a time even if the fault lasts. */
        BACK_WITHIN,
        /** It may stop until the fault is over. */
        MAY_STOP,
        /** It is refused, unless its region is promoted. */
        STANDS_BY,
        /** It may stop for good: another region serves in its place. */
        MAY_END
    }

    static Expectation goesOn(Lane lane, String why) {
        return new Expectation(lane, Kind.GOES_ON, Duration.ZERO, why);
    }

    static Expectation mayStop(Lane lane, String why) {
        return new Expectation(lane, Kind.MAY_STOP, Duration.ZERO, why);
    }

    /** Whether it is back once another primary is chosen. */
    boolean waitsForFailover() {
        return kind == Kind.BACK_WITHIN && why.equals(FAILOVER);
    }

    String words() {
        return switch (kind) {
            case GOES_ON -> "goes on";
            case BACK_WITHIN -> String.format(Locale.ROOT, "back within %.1f s", within.toMillis() / 1e3);
            case MAY_STOP -> "may stop";
            case STANDS_BY -> "stands by";
            case MAY_END -> "may end";
        };
    }
}
