package dev.meridian.config;

/** What a read promises; strong and quorum also say when a write is acknowledged. */
public enum ConsistencyLevel implements Word {
    /** Acknowledged by all live members; local linearizable reads. */
    STRONG("strong"),
    /** Acknowledged by a majority; linearizable reads from any region. */
    QUORUM("quorum"),
    /** Reads are at most a stated time behind. */
    BOUNDED("bounded"),
    /** A session reads its own writes. */
    SESSION("session"),
    /** Causes are read before effects. */
    CAUSAL("causal"),
    /** A session never reads backwards. */
    MONOTONIC_READ("monotonic_read"),
    /** Reads whatever is there. */
    EVENTUAL("eventual");

    private final String word;

    ConsistencyLevel(String word) {
        this.word = word;
    }

    @Override
    public String word() {
        return word;
    }

    /** Whether this level is a rule of acknowledgement, which needs a primary. */
    public boolean needsPrimary() {
        return this == STRONG || this == QUORUM;
    }
}
