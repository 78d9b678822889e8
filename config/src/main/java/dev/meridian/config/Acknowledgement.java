package dev.meridian.config;

/** When a write is acknowledged: durable in the region that took it, and in which others. */
public enum Acknowledgement {
    /** In no other. */
    ASYNC,
    /** In one other. */
    SEMI_SYNC,
    /** In a majority of the members. */
    QUORUM,
    /** In all live members. */
    SYNC,
    /** In all live members, where its keys wait for the commit. */
    STRONG;

    static Acknowledgement of(ConsistencyLevel level, ReplicationMode mode) {
        return switch (level) {
            case STRONG -> STRONG;
            case QUORUM -> QUORUM;
            default ->
                switch (mode) {
                    case ASYNC -> ASYNC;
                    case SEMI_SYNC -> SEMI_SYNC;
                    case SYNC -> SYNC;
                };
        };
    }

    /** Whether it counts all live members, of which a few must be left. */
    boolean countsLive() {
        return this == SYNC || this == STRONG;
    }
}
