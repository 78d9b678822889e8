package dev.meridian.config;

/** How concurrent INCR and its kin merge. */
public enum Counters implements Word {
    /** What each region added is summed. */
    CRDT("crdt"),
    /** Concurrent values stand side by side until resolved, as custom and manual have it. */
    SIBLINGS("siblings");

    private final String word;

    Counters(String word) {
        this.word = word;
    }

    @Override
    public String word() {
        return word;
    }
}
