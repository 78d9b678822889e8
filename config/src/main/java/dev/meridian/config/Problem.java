package dev.meridian.config;

import org.jspecify.annotations.Nullable;

/**
 * Something wrong with a file: where, what, and the mend. Holds no secrets: values of password-like
 * keys are starred in the source line.
 *
 * @param code stable, such as {@code MRD-2101}; {@link Explanations} says more
 * @param line from 1; 0 when the problem is of the file as a whole
 * @param column from 1, in code points
 * @param length of what the caret underlines, at least 1
 * @param note beside the caret: what is allowed; null when nothing is to add
 * @param help the mend
 */
public record Problem(
        String code,
        Severity severity,
        String message,
        String file,
        int line,
        int column,
        int length,
        String sourceLine,
        @Nullable String note,
        @Nullable String help) {

    public boolean isError() {
        return severity == Severity.ERROR;
    }
}
