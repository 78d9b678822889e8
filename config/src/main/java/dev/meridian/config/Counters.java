package dev.meridian.config;

/** How concurrent INCR and its kin merge. */
public enum Counters implements Word {
    /** What each region added is summed. */
    CRDT("crdt"),
    /** The last value written stays; concurrent additions may be lost. */
    LAST_WRITE_WINS("last_write_wins"),
    /** Concurrent values stand side by side until resolved (follows custom and manual). */
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
