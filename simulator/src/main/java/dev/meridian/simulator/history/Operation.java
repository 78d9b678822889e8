package dev.meridian.simulator.history;

import java.util.List;

/**
 * What one client asked for at once, and what it was told.
 *
 * @param session the chain of causality that it belongs to: one connection, or several joined by a token that was adopted. Its operations
 *     follow one another in the order of {@code calledNs}
 * @param region where the client was connected
 * @param level the read level asked for
 * @param boundNs how old a read of level BOUNDED may be
 * @param returnedNs when the answer came, or {@link #NEVER}
 * @param calls one command, or all the commands of a MULTI block
 * @param settled whether it is a read after all faults were healed and all regions were found equal: the end by which the rest is judged
 */
public record Operation(
        int session,
        String region,
        Level level,
        long boundNs,
        long calledNs,
        long returnedNs,
        List<Call> calls,
        Outcome outcome,
        boolean settled) {
    public static final long NEVER = Long.MAX_VALUE;

    /** What a read was to guarantee. */
    public enum Level {
        STRONG,
        QUORUM,
        BOUNDED,
        SESSION,
        CAUSAL,
        MONOTONIC_READ,
        EVENTUAL;

        /** Whether the operations of a session depend on one another at this level. */
        boolean ordersSession() {
            return this == STRONG || this == QUORUM || this == SESSION || this == CAUSAL;
        }
    }

    /** Whether it was done. */
    public enum Outcome {
        OK,
        /** Certainly not done. */
        REFUSED,
        /** Perhaps done, perhaps still to be done. */
        UNKNOWN
    }

    @Override
    public String toString() {
        return "session " + session + " in " + region + " at " + level + " from " + calledNs + " to "
                + (returnedNs == NEVER ? "never" : returnedNs) + ": " + calls + " " + outcome;
    }
}
