package dev.meridian.kernel.placement;

/**
 * When a write of a group is acknowledged, and what that means for a successor of its primary (docs/internals/primary.md). Whatever a
 * rule beyond {@link #ASYNC} counts is synced first, whatever the durability of the node says.
 */
public enum AckRule {
    /** Durable in the region that took it. Lost if that region never comes back. */
    ASYNC(false),
    /** And in one other region. Lost if both are gone for good. */
    SEMI_SYNC(false),
    /** In a majority of the members, witnesses that keep the log included. */
    QUORUM(true),
    /** In all live members. */
    SYNC(false),
    /** In all live members, where its keys wait for the commit: reads are local and linearizable. */
    STRONG(true);

    private final boolean isAppliedOnCommit;

    AckRule(boolean isAppliedOnCommit) {
        this.isAppliedOnCommit = isAppliedOnCommit;
    }

    /**
     * Whether a member other than the primary applies a write only once it is committed, so that reads can be linearizable. Then nothing
     * that was cut out was ever acknowledged or seen; otherwise it may have been, and is a late write.
     */
    public boolean isAppliedOnCommit() {
        return isAppliedOnCommit;
    }
}
