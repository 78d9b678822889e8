package dev.meridian.config;

/** When a write is safe on this node's disk. */
public enum Durability implements Word {
    /** Synced once a second; a killed process loses nothing, a lost machine at most a second. */
    EVERY_SECOND("every_second"),
    /** Synced before it is acknowledged. */
    ALWAYS("always");

    private final String word;

    Durability(String word) {
        this.word = word;
    }

    @Override
    public String word() {
        return word;
    }
}
