package dev.meridian.kernel.placement;

import dev.meridian.kernel.data.BytesTable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who keeps what: regions, datasets and their groups, seen from one region. Immutable.
 *
 * <p>A key belongs to the dataset that its prefix up to the first ':' names, else to the dataset "default".
 */
public final class Placement {
    /** The dataset of the keys that no other dataset claims. */
    public static final String DEFAULT = "default";

    private static final class Named extends BytesTable.Node {
        final Dataset dataset;

        Named(Dataset dataset) {
            super(dataset.name().getBytes(StandardCharsets.UTF_8));
            this.dataset = dataset;
        }
    }

    private final String self;
    private final List<String> regions;
    private final List<GroupPolicy> groups;
    private final int[] wireIds;
    private final List<Dataset> datasets;
    private final BytesTable<Named> byName = new BytesTable<>(16);
    private final Dataset fallback;

    /** Checks that group ids and their numbers are unique and that there is a default dataset. */
    public Placement(String self, List<String> regions, List<GroupPolicy> groups, List<Dataset> datasets) {
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
        Dataset found = null;
        for (Dataset dataset : datasets) {
            byName.add(new Named(dataset));
            if (dataset.name().equals(DEFAULT)) {
                found = dataset;
            }
        }
        if (found == null) {
            throw new IllegalArgumentException("no dataset " + DEFAULT);
        }
        fallback = found;
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
        for (int i = offset, end = offset + length; i < end; i++) {
            if (bytes[i] == ':') {
                Named named = byName.find(bytes, offset, i - offset);
                return named == null ? fallback : named.dataset;
            }
        }
        return fallback;
    }

    public Dataset datasetOf(byte[] key) {
        return datasetOf(key, 0, key.length);
    }

    public @Nullable Dataset dataset(String name) {
        byte[] id = name.getBytes(StandardCharsets.UTF_8);
        Named named = byName.find(id);
        return named == null ? null : named.dataset;
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
