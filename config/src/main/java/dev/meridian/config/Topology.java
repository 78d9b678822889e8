package dev.meridian.config;

/** Who may write a dataset and who follows. */
public enum Topology implements Word {
    /** One region writes and serves; the others stand by. */
    ACTIVE_PASSIVE("active-passive"),
    /** Every region writes; concurrent writes merge. */
    ACTIVE_ACTIVE("active-active"),
    /** One hub writes and feeds the spokes. */
    HUB_SPOKE("hub-spoke"),
    /** Standby regions keep data current and serve nothing until promoted. */
    PILOT_LIGHT("pilot-light"),
    /** One region writes, all read. */
    READ_REPLICAS("read-replicas"),
    /** The writing region moves by timetable. */
    FOLLOW_THE_SUN("follow-the-sun"),
    /** Data stay in the regions named; each partition has a primary. */
    GEO_PARTITIONED("geo-partitioned"),
    /** Core regions write, regional ones relay, edges cache. */
    HIERARCHICAL_EDGE("hierarchical-edge");

    private final String word;

    Topology(String word) {
        this.word = word;
    }

    @Override
    public String word() {
        return word;
    }

    /** Whether one region orders all writes. */
    public boolean hasPrimary() {
        return this != ACTIVE_ACTIVE && this != HIERARCHICAL_EDGE;
    }
}
