package dev.meridian.config;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A level and, for {@code bounded} only, how far behind a read may be.
 *
 * @param bound null exactly when the level is not bounded, once a configuration is loaded; a file
 *     may write {@code bounded} alone, which takes the lag threshold
 */
public record Consistency(ConsistencyLevel level, @Nullable Duration bound) {
    public Consistency {
        if (bound != null && level != ConsistencyLevel.BOUNDED) {
            throw new IllegalArgumentException(level.word() + " takes no bound, found " + bound);
        }
    }

    public static Consistency of(ConsistencyLevel level) {
        return new Consistency(level, null);
    }

    /** As the file writes it: {@code session}, {@code bounded(2s)}. */
    public String text() {
        return bound == null ? level.word() : level.word() + "(" + Amounts.duration(bound) + ")";
    }
}
