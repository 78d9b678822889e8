package dev.meridian.kernel.command;

/** What a command does once its arguments are known to be of the right number and its keys to be served here. */
@FunctionalInterface
public interface Command {
    /**
     * Runs to its end without waiting: one reply (or a call to {@link Execution#block}), and any changes through
     * {@link Execution#mutation}. A command checks everything before it changes anything, since a change
     * cannot be taken back.
     */
    void run(Execution x);
}
