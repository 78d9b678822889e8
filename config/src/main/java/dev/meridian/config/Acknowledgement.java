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
    STRONG
}
