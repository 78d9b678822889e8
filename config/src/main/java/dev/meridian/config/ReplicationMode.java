package dev.meridian.config;

/** When a write is acknowledged, below quorum and strong. */
public enum ReplicationMode implements Word {
    /** When durable in the region that took it. */
    ASYNC("async"),
    /** When one other region has it on disk as well. */
    SEMI_SYNC("semi-sync"),
    /** When all live regions of the group have it on disk. */
    SYNC("sync");

    private final String word;

    ReplicationMode(String word) {
        this.word = word;
    }

    @Override
    public String word() {
        return word;
    }
}
