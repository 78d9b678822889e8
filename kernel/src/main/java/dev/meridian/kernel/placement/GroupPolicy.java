package dev.meridian.kernel.placement;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A replication group: all datasets with the same placement, topology, replication and consistency.
 *
 * @param id stable text, the same in every region
 * @param members the regions that keep its rows, in the order of the file
 * @param writers the members that take writes; the others forward to them
 * @param primary the one region that orders writes; null when several may write
 * @param lagThresholdMs the RPO budget: how old a write may be that a member has not confirmed; 0 is no budget
 * @param writeTimeoutMs how long a client waits for the acknowledgement that the rule asks for before it is told that none came
 * @param minLive how many live members a rule over all of them needs, at least
 * @param witnesses regions that vote, seal and grant leases, and keep no rows
 * @param witnessesKeepLog whether residency lets them keep the log, so that they can give back what they have acknowledged
 * @param pilotLight whether members other than the primary keep data current and serve nothing until one is promoted
 * @param tree whom regions ask for everything, where data flow down a tree; a region that is not named asks each member for its own
 */
public record GroupPolicy(
        String id,
        List<String> members,
        List<String> writers,
        @Nullable String primary,
        long lagThresholdMs,
        LagAction lagAction,
        AckRule ackRule,
        long writeTimeoutMs,
        int minLive,
        List<String> witnesses,
        boolean witnessesKeepLog,
        FailoverPolicy failover,
        boolean pilotLight,
        List<Upstream> tree) {

    /** Every member writes, or the primary alone; acknowledged at once, moved by hand. */
    public GroupPolicy(
            String id, List<String> members, @Nullable String primary, long lagThresholdMs, LagAction lagAction) {
        this(
                id,
                members,
                primary == null ? members : List.of(primary),
                primary,
                lagThresholdMs,
                lagAction,
                AckRule.ASYNC,
                5_000,
                2,
                List.of(),
                false,
                FailoverPolicy.MANUAL,
                false,
                List.of());
    }

    /** Whether the region keeps the group's log: it has the rows too, or is a witness that residency lets keep the log alone. */
    public boolean keeps(String region) {
        return members.contains(region) || witnessesKeepLog && witnesses.contains(region);
    }

    /** What happens to writes while the budget is exceeded. */
    public enum LagAction {
        WARN,
        /** Writers wait a little, so that the links catch up. */
        SLOW,
        /** Writes are refused with -RPOEXCEEDED. */
        REFUSE
    }

    /** Whom the region asks for everything, best first; empty where it asks each member for its own. */
    public List<String> upstream(String region) {
        for (Upstream upstream : tree) {
            if (upstream.region().equals(region)) {
                return upstream.sources();
            }
        }
        return List.of();
    }

    /** The number that stands for this group in logs and on links. */
    public int wireId() {
        return wireId(id);
    }

    /** The number that stands for the group of this id. */
    public static int wireId(String id) {
        int h = 0x811C9DC5;
        for (byte b : id.getBytes(StandardCharsets.UTF_8)) {
            h = (h ^ b) * 0x01000193;
        }
        return h;
    }
}
