package dev.meridian.server.conflict;

/** A rule that does not compile, or that has no answer for these siblings. */
public final class CelRuleException extends RuntimeException {
    private final int at;

    CelRuleException(String message, int at) {
        super(message, null, false, false);
        this.at = at;
    }

    /** Where in the expression, from 0. */
    public int at() {
        return at;
    }
}
