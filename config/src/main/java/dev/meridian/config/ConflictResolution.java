package dev.meridian.config;

/** What becomes of concurrent writes to one key. */
public enum ConflictResolution implements Word {
    /** The write with the highest hybrid time stays. */
    LAST_WRITE_WINS("last_write_wins"),
    /** Values merge by type: counters add up, sets unite. */
    CRDT("crdt"),
    /** A pure function decides over the siblings. */
    CUSTOM("custom"),
    /** Siblings wait for a person; the winner of the moment is served. */
    MANUAL("manual");

    private final String word;

    ConflictResolution(String word) {
        this.word = word;
    }

    @Override
    public String word() {
        return word;
    }
}
