package dev.meridian.server;

import dev.meridian.config.Acknowledgement;
import dev.meridian.config.Configuration;
import dev.meridian.config.ConflictResolution;
import dev.meridian.config.ReplicationGroup;
import dev.meridian.config.Topology;
import dev.meridian.kernel.data.Resolution;
import dev.meridian.kernel.placement.Dataset;
import dev.meridian.kernel.placement.GroupPolicy;
import dev.meridian.kernel.placement.Placement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** What the configuration says of regions, datasets and groups, in the kernel's terms. */
final class NodePlacement {
    /** In these a primary moves or an edge forgets, which nothing here does yet: run as another topology they would mislead. */
    private static final Set<Topology> NOT_SERVED =
            EnumSet.of(Topology.FOLLOW_THE_SUN, Topology.PILOT_LIGHT, Topology.HIERARCHICAL_EDGE);

    private NodePlacement() {}

    /** Refuses what this version does not carry out: a weaker promise in its place would be kept by nobody's wish. */
    static Placement of(Configuration configuration, String self) {
        for (dev.meridian.config.Dataset dataset : configuration.datasets()) {
            if (dataset.acknowledgement() != Acknowledgement.ASYNC) {
                throw new IllegalArgumentException("dataset '" + dataset.name() + "' asks for acknowledgement "
                        + dataset.acknowledgement().name().toLowerCase(java.util.Locale.ROOT)
                        + ", this version acknowledges async only: use a weaker"
                        + " `consistency` or `replication: async` for it, or leave the dataset out");
            }
            if (dataset.placement().size() > 1 && NOT_SERVED.contains(dataset.topology())) {
                throw new IllegalArgumentException("dataset '" + dataset.name() + "' asks for topology "
                        + dataset.topology().word() + " over "
                        + dataset.placement().size()
                        + " regions, which this version does not carry out: use active-active or read-replicas for it,"
                        + " or leave the dataset out");
            }
            if (dataset.conflictResolution() == ConflictResolution.CUSTOM
                    || dataset.conflictResolution() == ConflictResolution.MANUAL) {
                throw new IllegalArgumentException("dataset '" + dataset.name() + "' asks for conflict_resolution "
                        + dataset.conflictResolution().word()
                        + ", this version resolves by last_write_wins and crdt only");
            }
        }
        List<ReplicationGroup> configured = configuration.groups();
        List<GroupPolicy> groups = new ArrayList<>();
        List<Dataset> datasets = new ArrayList<>();
        for (ReplicationGroup group : configured) {
            groups.add(new GroupPolicy(
                    group.id(),
                    group.placement(),
                    group.writers(),
                    group.primary(),
                    group.lagThreshold().toMillis(),
                    switch (group.lagAction()) {
                        case WARN -> GroupPolicy.LagAction.WARN;
                        case SLOW -> GroupPolicy.LagAction.SLOW;
                        case REFUSE -> GroupPolicy.LagAction.REFUSE;
                    }));
            for (dev.meridian.config.Dataset dataset : group.datasets()) {
                datasets.add(dataset(dataset, datasets.size(), groups.size() - 1));
            }
        }
        List<String> regions = configuration.regions().stream()
                .map(dev.meridian.config.Region::name)
                .toList();
        return new Placement(self, regions, groups, datasets);
    }

    private static Dataset dataset(dev.meridian.config.Dataset dataset, int index, int group) {
        Duration bound = dataset.consistency().bound();
        return new Dataset(
                dataset.name(),
                index,
                group,
                dataset.conflictResolution() == ConflictResolution.LAST_WRITE_WINS
                        ? Resolution.LAST_WRITE_WINS
                        : Resolution.CRDT,
                switch (dataset.conditionalWrites()) {
                    case LOCAL -> true;
                    case REFUSE -> false;
                },
                switch (dataset.remoteAccess()) {
                    case NONE -> Dataset.RemoteAccess.NONE;
                    case READ_ONLY -> Dataset.RemoteAccess.READ_ONLY;
                    case READ_WRITE -> Dataset.RemoteAccess.READ_WRITE;
                },
                dataset.restricted(),
                switch (dataset.consistency().level()) {
                    case EVENTUAL -> Dataset.ReadLevel.EVENTUAL;
                    case MONOTONIC_READ -> Dataset.ReadLevel.MONOTONIC_READ;
                    case SESSION -> Dataset.ReadLevel.SESSION;
                    case CAUSAL -> Dataset.ReadLevel.CAUSAL;
                    case BOUNDED -> Dataset.ReadLevel.BOUNDED;
                    case STRONG, QUORUM -> Dataset.ReadLevel.CAUSAL;
                },
                bound == null ? 0 : bound.toMillis(),
                dataset.placement());
    }
}
