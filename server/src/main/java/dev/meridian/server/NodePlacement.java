package dev.meridian.server;

import dev.meridian.config.Configuration;
import dev.meridian.config.NotCarriedOut;
import dev.meridian.config.ReplicationGroup;
import dev.meridian.kernel.data.Resolution;
import dev.meridian.kernel.placement.AckRule;
import dev.meridian.kernel.placement.Dataset;
import dev.meridian.kernel.placement.FailoverPolicy;
import dev.meridian.kernel.placement.GroupPolicy;
import dev.meridian.kernel.placement.Placement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What the configuration says of regions, datasets and groups, in the kernel's terms. */
final class NodePlacement {
    private static final long WRITE_TIMEOUT_MS = 5_000;
    private static final int MIN_LIVE = 2;

    private NodePlacement() {}

    /** Refuses what this version does not carry out. */
    static Placement of(Configuration configuration, String self) {
        for (dev.meridian.config.Dataset dataset : configuration.datasets()) {
            for (NotCarriedOut refused : NotCarriedOut.of(dataset)) {
                throw new IllegalArgumentException(
                        refused.text(dataset) + ": " + refused.mend() + " for it, or leave the dataset out");
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
                    },
                    AckRule.ASYNC,
                    WRITE_TIMEOUT_MS,
                    MIN_LIVE,
                    List.of(),
                    false,
                    FailoverPolicy.MANUAL));
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
                switch (dataset.conflictResolution()) {
                    case LAST_WRITE_WINS -> Resolution.LAST_WRITE_WINS;
                    case CRDT -> Resolution.CRDT;
                    case MANUAL -> Resolution.MANUAL;
                    case CUSTOM -> Resolution.CUSTOM;
                },
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
