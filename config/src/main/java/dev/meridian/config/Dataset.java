package dev.meridian.config;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A named keyspace with one policy, every default filled in.
 *
 * @param placement the regions that keep it, in the file's order; never empty
 * @param primary the region that orders its writes; null exactly when {@link #hasPrimary} is false
 * @param writers the regions that take writes themselves, a part of the placement, never empty; the
 *     others forward
 * @param consistency its bound is set when the level is bounded
 * @param replication what holds below quorum and strong; see {@link #acknowledgement}
 * @param resolver the function of {@code custom}; null otherwise
 * @param dataType the class of data, as residency rules name it
 * @param restricted bound by a residency: outside the placement nothing of it is kept
 * @param ttl lifetime of keys written without one
 * @param recordDropped whether a value that lost to a concurrent write is recorded
 * @param schedule of follow-the-sun, by time of day; empty otherwise
 */
public record Dataset(
        String name,
        Topology topology,
        List<String> placement,
        @Nullable String primary,
        List<String> writers,
        Consistency consistency,
        ReplicationMode replication,
        ConflictResolution conflictResolution,
        @Nullable String resolver,
        ConditionalWrites conditionalWrites,
        @Nullable String dataType,
        boolean restricted,
        RemoteAccess remoteAccess,
        @Nullable Duration ttl,
        Duration lagThreshold,
        LagAction lagAction,
        Failover failover,
        LateWrites lateWrites,
        boolean recordDropped,
        List<Handover> schedule) {

    /** The dataset of every key whose prefix names no other. */
    public static final String DEFAULT = "default";

    /** Whether one region orders its writes. */
    public boolean hasPrimary() {
        return topology.hasPrimary() || consistency.level().needsPrimary();
    }

    public boolean isPlacedIn(String region) {
        return placement.contains(region);
    }

    /** The rule of acknowledgement: the level where it is one, the replication mode otherwise. */
    public Acknowledgement acknowledgement() {
        return switch (consistency.level()) {
            case STRONG -> Acknowledgement.STRONG;
            case QUORUM -> Acknowledgement.QUORUM;
            default ->
                switch (replication) {
                    case ASYNC -> Acknowledgement.ASYNC;
                    case SEMI_SYNC -> Acknowledgement.SEMI_SYNC;
                    case SYNC -> Acknowledgement.SYNC;
                };
        };
    }
}
