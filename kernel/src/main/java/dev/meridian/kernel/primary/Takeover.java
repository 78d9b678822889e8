package dev.meridian.kernel.primary;

import dev.meridian.kernel.data.VersionVector;
import dev.meridian.kernel.replication.Peer;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * This node's attempt to become the primary of a group: members are sealed, what they have is fetched, the configuration is proposed. What
 * of it is under way is lost with the process; whoever tries next begins anew. Plain data with one owner, {@link Primaries}.
 */
final class Takeover {
    final long epoch;
    final boolean isAutomatic;
    final boolean isLossAccepted;
    final String operation;
    final String by;
    final String reason;
    final long deadlineNs;
    private Succession.@Nullable Ended ended;
    long askAgainNs;

    /** What was proposed; null before that. Nothing else is, until it is known what became of it. */
    @Nullable
    ControlEntry entry;

    boolean isProposed;

    /** Since when enough members have sealed; 0 while they have not. */
    long completeNs;

    /** What members had for good when they sealed, by region. */
    final Map<String, VersionVector> sealed = new TreeMap<>();

    Takeover(
            long epoch,
            boolean isAutomatic,
            boolean isLossAccepted,
            String operation,
            String by,
            String reason,
            long deadlineNs,
            Succession.Ended ended) {
        this.epoch = epoch;
        this.isAutomatic = isAutomatic;
        this.isLossAccepted = isLossAccepted;
        this.operation = operation;
        this.by = by;
        this.reason = reason;
        this.deadlineNs = deadlineNs;
        this.ended = ended;
    }

    /** Tells whoever asked how it ended, or that nobody can tell yet; once. */
    void tell(@Nullable String why) {
        Succession.Ended first = ended;
        ended = null;
        if (first != null) {
            first.accept(why);
        }
    }

    boolean hasSealed(Peer p) {
        return sealed.containsKey(p.region());
    }

    /** All that the sealed members had: the history goes on from there. */
    VersionVector union() {
        VersionVector union = new VersionVector();
        sealed.values().forEach(union::raiseAll);
        return union;
    }

    Set<String> regions() {
        return new LinkedHashSet<>(sealed.keySet());
    }
}
