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
 * @param writeTimeout how long a client waits for the acknowledgement of other regions before it is told that none came
 * @param minLive how many live regions a rule over all of them needs, at least
 * @param resolver the function of {@code custom}; null otherwise
 * @param dataType the class of data, as residency rules name it
 * @param restricted bound by a residency: outside the placement nothing of it is kept
 * @param ttl lifetime of keys written without one
 * @param idempotencyWindow for how long the id of a write is known
 * @param recordDropped whether a value that lost to a concurrent write is recorded
 * @param partitioning null where the dataset is one whole
 */
public record Dataset(
        String name,
        Topology topology,
        List<String> placement,
        @Nullable String primary,
        List<String> writers,
        Consistency consistency,
        ReplicationMode replication,
        Duration writeTimeout,
        int minLive,
        Witnesses witnesses,
        Succession succession,
        ConflictResolution conflictResolution,
        @Nullable String resolver,
        ConditionalWrites conditionalWrites,
        @Nullable String dataType,
        boolean restricted,
        RemoteAccess remoteAccess,
        @Nullable Duration ttl,
        Duration idempotencyWindow,
        Duration lagThreshold,
        LagAction lagAction,
        boolean recordDropped,
        @Nullable Partitioning partitioning) {

    /** The dataset of every key whose prefix names no other. */
    public static final String DEFAULT = "default";

    /** The name as keys bear it: a partition is called by its dataset's and its own. */
    public String keyspace() {
        int slash = name.indexOf('/');
        return slash < 0 ? name : name.substring(0, slash);
    }

    /** Whether one region orders its writes. */
    public boolean hasPrimary() {
        return topology.hasPrimary() || consistency.level().needsPrimary();
    }

    public boolean isPlacedIn(String region) {
        return placement.contains(region);
    }

    /** The rule of acknowledgement: the level where it is one, the replication mode otherwise. */
    public Acknowledgement acknowledgement() {
        return Acknowledgement.of(consistency.level(), replication);
    }

    /** This with partitions. */
    Dataset spreadOver(@Nullable Partitioning partitions) {
        return new Dataset(
                name,
                topology,
                placement,
                primary,
                writers,
                consistency,
                replication,
                writeTimeout,
                minLive,
                witnesses,
                succession,
                conflictResolution,
                resolver,
                conditionalWrites,
                dataType,
                restricted,
                remoteAccess,
                ttl,
                idempotencyWindow,
                lagThreshold,
                lagAction,
                recordDropped,
                partitions);
    }

    /** The whole, or each of its partitions. */
    public List<Dataset> parts() {
        return partitioning == null
                ? List.of(this)
                : partitioning.partitions().stream().map(Partition::dataset).toList();
    }
}
