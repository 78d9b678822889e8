package dev.meridian.kernel.primary;

import dev.meridian.kernel.data.VersionVector;
import dev.meridian.kernel.replication.Peer;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

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
    final Succession.Ended ended;
    long askAgainNs;
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
