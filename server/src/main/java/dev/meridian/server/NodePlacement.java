package dev.meridian.server;

import dev.meridian.config.Configuration;
import dev.meridian.config.Failover;
import dev.meridian.config.Partition;
import dev.meridian.config.ReplicationGroup;
import dev.meridian.config.Succession;
import dev.meridian.config.Topology;
import dev.meridian.kernel.data.Resolution;
import dev.meridian.kernel.placement.AckRule;
import dev.meridian.kernel.placement.Dataset;
import dev.meridian.kernel.placement.FailoverPolicy;
import dev.meridian.kernel.placement.GroupPolicy;
import dev.meridian.kernel.placement.Handover;
import dev.meridian.kernel.placement.Partitioning;
import dev.meridian.kernel.placement.Placement;
import dev.meridian.kernel.placement.Upstream;
import dev.meridian.kernel.primary.ControlRules;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What the configuration says of regions, datasets and groups, in the kernel's terms. */
final class NodePlacement {
    private final Configuration configuration;
    private final List<GroupPolicy> groups = new ArrayList<>();
    private final List<Dataset> datasets = new ArrayList<>();

    private NodePlacement(Configuration configuration) {
        this.configuration = configuration;
    }

    /** What no decision of the control group may break. */
    static ControlRules controlRules(Configuration configuration) {
        return new ControlRules(
                configuration.safety().regionsOn(),
                configuration.safety().neverBothOff().stream()
                        .map(pair -> new ControlRules.Pair(pair.getFirst(), pair.getLast()))
                        .toList());
    }

    static Placement of(Configuration configuration, String self) {
        return new NodePlacement(configuration).placement(self);
    }

    private Placement placement(String self) {
        for (ReplicationGroup group : configuration.groups()) {
            groups.add(policy(group));
            for (dev.meridian.config.Dataset dataset : group.datasets()) {
                datasets.add(dataset(dataset, datasets.size(), groups.size() - 1));
            }
        }
        List<Partitioning> partitionings = configuration.datasets().stream()
                .filter(dataset -> dataset.partitioning() != null)
                .map(this::partitioning)
                .toList();
        List<String> regions = configuration.regions().stream()
                .map(dev.meridian.config.Region::name)
                .toList();
        return new Placement(self, regions, groups, datasets, partitionings);
    }

    private GroupPolicy policy(ReplicationGroup group) {
        dev.meridian.config.Dataset policy = group.policy();
        return new GroupPolicy(
                group.id(),
                group.members(),
                group.writers(),
                policy.primary(),
                group.lagThreshold().toMillis(),
                switch (group.lagAction()) {
                    case WARN -> GroupPolicy.LagAction.WARN;
                    case SLOW -> GroupPolicy.LagAction.SLOW;
                    case REFUSE -> GroupPolicy.LagAction.REFUSE;
                },
                switch (policy.acknowledgement()) {
                    case ASYNC -> AckRule.ASYNC;
                    case SEMI_SYNC -> AckRule.SEMI_SYNC;
                    case QUORUM -> AckRule.QUORUM;
                    case SYNC -> AckRule.SYNC;
                    case STRONG -> AckRule.STRONG;
                },
                policy.writeTimeout().toMillis(),
                policy.minLive(),
                policy.witnesses().regions(),
                policy.witnesses().keepLog(),
                failover(policy),
                policy.topology() == Topology.PILOT_LIGHT,
                group.tree().stream()
                        .map(each -> new Upstream(each.region(), each.sources()))
                        .toList());
    }

    private FailoverPolicy failover(dev.meridian.config.Dataset policy) {
        Succession succession = policy.succession();
        // With the file's master switch off nobody but a person moves a primary.
        boolean moves = configuration.safety().automaticFailover();
        return new FailoverPolicy(
                succession.failover() == Failover.AUTOMATIC && moves,
                switch (succession.lateWrites()) {
                    case MERGE -> FailoverPolicy.LateWrites.MERGE;
                    case REVIEW -> FailoverPolicy.LateWrites.REVIEW;
                },
                succession.lease().toMillis(),
                succession.detection().toMillis(),
                // The region that the file makes primary is the best to follow whoever took its place.
                Stream.concat(Stream.ofNullable(policy.primary()), succession.successors().stream())
                        .toList(),
                (moves ? succession.schedule() : List.<dev.meridian.config.Handover>of())
                        .stream()
                                .map(handover -> new Handover(handover.at(), handover.zone(), handover.region()))
                                .toList(),
                moves && succession.followsWriters());
    }

    /** Keys of no partition belong to a dataset that nobody keeps, where they are not at home in a partition by the file's word. */
    private Partitioning partitioning(dev.meridian.config.Dataset dataset) {
        dev.meridian.config.Partitioning configured = Objects.requireNonNull(dataset.partitioning());
        SortedMap<String, Dataset> homes = new TreeMap<>();
        for (Partition partition : configured.partitions()) {
            Dataset home = named(partition.dataset().name());
            partition.values().forEach(value -> homes.put(value, home));
        }
        String unmapped = configured.unmapped();
        return new Partitioning(
                dataset.name(),
                switch (configured.by()) {
                    case PREFIX -> Partitioning.By.PREFIX;
                    case HASH_TAG -> Partitioning.By.HASH_TAG;
                    case FIELD -> Partitioning.By.FIELD;
                },
                configured.field(),
                homes,
                unmapped == null ? nowhere(dataset) : named(dataset.name() + "/" + unmapped));
    }

    private Dataset named(String name) {
        return datasets.stream()
                .filter(dataset -> dataset.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private Dataset nowhere(dev.meridian.config.Dataset dataset) {
        groups.add(new GroupPolicy("unmapped/" + dataset.name(), List.of(), null, 0, GroupPolicy.LagAction.WARN));
        return new Dataset(
                dataset.name(),
                -1,
                groups.size() - 1,
                Resolution.LAST_WRITE_WINS,
                false,
                Dataset.RemoteAccess.NONE,
                true,
                Dataset.ReadLevel.EVENTUAL,
                0,
                List.of());
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
                    case QUORUM -> Dataset.ReadLevel.QUORUM;
                    case STRONG -> Dataset.ReadLevel.STRONG;
                },
                bound == null ? 0 : bound.toMillis(),
                dataset.placement(),
                dataset.idempotencyWindow().toMillis());
    }
}
