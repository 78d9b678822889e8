package dev.meridian.kernel.primary;

import org.jspecify.annotations.Nullable;

/**
 * A primary's planned handing over to another region: it takes no more writes, waits until the other has all of them for good, and proposes
 * it. Plain data with one owner, {@link Primaries}.
 */
final class Switchover {
    final String target;
    final String operation;
    final String by;
    final String reason;
    final long deadlineNs;
    final Succession.Ended ended;

    /** Nobody asked for it: the master switch can stop it. */
    final boolean isAutomatic;

    boolean isProposed;

    /** What was proposed; the same each time, so that it takes effect once. */
    @Nullable
    ControlEntry entry;

    Switchover(
            String target,
            String operation,
            String by,
            String reason,
            long deadlineNs,
            Succession.Ended ended,
            boolean isAutomatic) {
        this.isAutomatic = isAutomatic;
        this.target = target;
        this.operation = operation;
        this.by = by;
        this.reason = reason;
        this.deadlineNs = deadlineNs;
        this.ended = ended;
    }
}
