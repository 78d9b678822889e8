package dev.meridian.cli;

/** What the exit status of a command means; stable. */
public final class ExitCode {
    public static final int DONE = 0;
    /** Tried and failed. */
    public static final int FAILED = 1;
    /** An objective does not hold: regions differ, a promise was broken. */
    public static final int OBJECTIVE = 3;
    /** Nobody answered, so nothing was changed. */
    public static final int NO_ANSWER = 4;
    /** Refused for safety; the message says which flag allows it. */
    public static final int REFUSED = 5;
    /** The command line itself is wrong. */
    public static final int USAGE = 64;
    /** The configuration is wrong. */
    public static final int CONFIGURATION = 65;

    public static final int INTERRUPTED = 130;

    private ExitCode() {}
}
