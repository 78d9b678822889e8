package dev.meridian.kernel.placement;

import dev.meridian.kernel.data.BytesTable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who keeps what: regions, datasets and their groups, seen from one region. Immutable.
 *
 * <p>A key belongs to the dataset that its prefix up to the first ':' names, else to the dataset "default". Where that dataset is
 * partitioned, it belongs to the partition that {@link Partitioning} finds.
 */
public final class Placement {
    /** The dataset of the keys that no other dataset claims. */
    public static final String DEFAULT = "default";

    /** What a name stands for: a dataset, or one that is spread over partitions. */
    private static final class Named extends BytesTable.Node {
        final Dataset dataset;
        final @Nullable Partitioning partitioning;

        Named(String name, Dataset dataset, @Nullable Partitioning partitioning) {
            super(name.getBytes(StandardCharsets.UTF_8));
            this.dataset = dataset;
            this.partitioning = partitioning;
        }

        Dataset of(byte[] bytes, int offset, int rest, int end) {
            return partitioning == null ? dataset : partitioning.of(bytes, offset, rest, end);
        }
    }

    private final String self;
    private final List<String> regions;
    private final List<GroupPolicy> groups;
    private final int[] wireIds;
    private final List<Dataset> datasets;
    private final BytesTable<Named> byName = new BytesTable<>(16);
    private final Named fallback;
    private final List<byte[]> beginnings = new ArrayList<>();

    /** Without partitions. */
    public Placement(String self, List<String> regions, List<GroupPolicy> groups, List<Dataset> datasets) {
        this(self, regions, groups, datasets, List.of());
    }

    /**
     * Checks that group ids and their numbers are unique and that there is a default dataset.
     *
     * @param datasets partitions among them; keys find these by their partitioning only, never by name
     * @param partitionings of those datasets that are spread over partitions
     */
    public Placement(
            String self,
            List<String> regions,
            List<GroupPolicy> groups,
            List<Dataset> datasets,
            List<Partitioning> partitionings) {
        if (!regions.contains(self)) {
            throw new IllegalArgumentException("region " + self + " is not one of " + regions);
        }
        this.self = self;
        this.regions = List.copyOf(regions);
        this.groups = List.copyOf(groups);
        this.wireIds = groups.stream().mapToInt(GroupPolicy::wireId).toArray();
        this.datasets = List.copyOf(datasets);
        for (int a = 0; a < groups.size(); a++) {
            for (int b = 0; b < a; b++) {
                if (wireIds[a] == wireIds[b]) {
                    throw new IllegalArgumentException("groups " + groups.get(a).id() + " and "
                            + groups.get(b).id() + " share a number: rename one");
                }
            }
        }
        for (Dataset dataset : datasets) {
            if (partitionings.stream().noneMatch(each -> each.partitions().contains(dataset))) {
                byName.add(new Named(dataset.name(), dataset, null));
            }
        }
        partitionings.forEach(each -> byName.add(new Named(each.keyspace(), each.unmapped(), each)));
        Named found = byName.find(DEFAULT.getBytes(StandardCharsets.UTF_8));
        if (found == null) {
            throw new IllegalArgumentException("no dataset " + DEFAULT);
        }
        fallback = found;
        for (Dataset dataset : datasets) {
            String beginning = dataset.name() + ":";
            for (Partitioning each : partitionings) {
                if (each.unmapped() == dataset || each.partitions().contains(dataset)) {
                    beginning = each.beginning(dataset);
                }
            }
            beginnings.add(beginning.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** The region of this node. */
    public String self() {
        return self;
    }

    public List<String> regions() {
        return regions;
    }

    public List<GroupPolicy> groups() {
        return groups;
    }

    public List<Dataset> datasets() {
        return datasets;
    }

    public GroupPolicy group(Dataset dataset) {
        return groups.get(dataset.group());
    }

    public Dataset datasetOf(byte[] bytes, int offset, int length) {
        int end = offset + length;
        for (int i = offset; i < end; i++) {
            if (bytes[i] == ':') {
                Named named = byName.find(bytes, offset, i - offset);
                return named == null ? fallback.of(bytes, offset, offset, end) : named.of(bytes, offset, i + 1, end);
            }
        }
        return fallback.of(bytes, offset, offset, end);
    }

    public Dataset datasetOf(byte[] key) {
        return datasetOf(key, 0, key.length);
    }

    /** How keys of the dataset, or of the partition, begin: one that goes on with a byte 0 is among them, whatever follows. */
    public byte[] beginning(Dataset dataset) {
        return beginnings.get(dataset.index());
    }

    /** The dataset of this name, or all partitions of it; empty when there is none. */
    public List<Dataset> named(String name) {
        Named named = byName.find(name.getBytes(StandardCharsets.UTF_8));
        if (named != null && named.partitioning != null) {
            return datasets.stream()
                    .filter(named.partitioning.partitions()::contains)
                    .toList();
        }
        return datasets.stream().filter(dataset -> dataset.name().equals(name)).toList();
    }

    /** Whether this region keeps the dataset's rows. */
    public boolean holds(Dataset dataset) {
        return group(dataset).members().contains(self);
    }

    /** The index of the group with this number, or -1. */
    public int groupOf(int wireId) {
        for (int g = 0; g < wireIds.length; g++) {
            if (wireIds[g] == wireId) {
                return g;
            }
        }
        return -1;
    }
}
