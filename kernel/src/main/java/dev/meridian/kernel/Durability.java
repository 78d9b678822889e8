package dev.meridian.kernel;

import dev.meridian.kernel.data.VersionVector;
import dev.meridian.kernel.placement.AckRule;
import dev.meridian.kernel.replication.Group;

/**
 * Follows what each group has for good: the log is durable up to a position, and what had been applied when it ended there is then
 * durable too. Positions are looked at one at a time, so what is told may lag by two syncs; it is never ahead. Not thread-safe.
 */
final class Durability {
    private static final long NONE = -1;

    private final Group[] groups;
    private final VersionVector[] appliedThere;
    private long durableLsn;
    private long watchedLsn = NONE;

    Durability(Group[] groups) {
        this.groups = groups;
        this.appliedThere = new VersionVector[groups.length];
        for (int g = 0; g < groups.length; g++) {
            appliedThere[g] = new VersionVector();
        }
    }

    /** Up to where the log survives a loss of power. */
    long durableLsn() {
        return durableLsn;
    }

    void reached(long lsn) {
        durableLsn = Math.max(durableLsn, lsn);
    }

    /** @param logEnd the end of what was handed to the host */
    void turnEnds(long logEnd) {
        if (durableLsn >= logEnd) {
            for (Group group : groups) {
                take(group, group.applied());
            }
            watchedLsn = NONE;
            return;
        }
        if (watchedLsn != NONE && durableLsn >= watchedLsn) {
            for (Group group : groups) {
                take(group, appliedThere[group.index()]);
            }
            watchedLsn = NONE;
        }
        if (watchedLsn == NONE) {
            watchedLsn = logEnd;
            for (Group group : groups) {
                // Rows from another region are in no log here: until they are at rest nothing can be said of them.
                if (group.isInLog()) {
                    appliedThere[group.index()].assign(group.applied());
                }
            }
        }
    }

    private static void take(Group group, VersionVector applied) {
        for (int o = 0; group.leavesOut() && o < applied.width(); o++) {
            // Late writes may have been taken out since.
            applied.set(o, Math.min(applied.get(o), group.applied().get(o)));
        }
        if (group.isInLog() && !group.durable().covers(applied)) {
            boolean isAwaited = group.policy().ackRule() != AckRule.ASYNC;
            for (int o = 0; isAwaited && o < applied.width(); o++) {
                if (o != group.self() && applied.get(o) > group.durable().get(o)) {
                    group.confirms(true);
                }
            }
            group.durable().assign(applied);
        }
    }
}
