package dev.meridian.config;

import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * A deployment as its file describes it, every default and derivation filled in. Immutable.
 *
 * @param regions in the file's order, at least one, names unique
 * @param datasets in the file's order, then those of residencies, always with {@code default}
 * @param safety what no change may break
 * @param wan one entry a direction
 * @param links how links between regions are protected
 * @param password what clients must present; null: none
 * @param effective every value with its reason, in the file's order
 */
public record Configuration(
        String name,
        List<Region> regions,
        List<Dataset> datasets,
        ReplicationSettings replication,
        Routing routing,
        Safety safety,
        DataGovernance governance,
        CostControls costControls,
        Monitoring monitoring,
        NodeSettings node,
        LinkProtection links,
        @Nullable Password password,
        List<WanLink> wan,
        List<Setting> effective) {

    /** Null when there is none of this name. */
    public @Nullable Region region(String name) {
        return regions.stream().filter(r -> r.name().equals(name)).findFirst().orElse(null);
    }

    /** Null when there is none of this name. */
    public @Nullable Dataset dataset(String name) {
        return datasets.stream().filter(d -> d.name().equals(name)).findFirst().orElse(null);
    }

    public Dataset defaultDataset() {
        return Objects.requireNonNull(dataset(Dataset.DEFAULT));
    }

    /** The dataset named by the key's prefix, up to its first colon, else the default; of a partitioned one the partition. */
    public Dataset datasetOfKey(String key) {
        int colon = key.indexOf(':');
        Dataset named = colon < 0 ? null : dataset(key.substring(0, colon));
        Dataset found = named == null ? dataset(Dataset.DEFAULT) : named;
        if (found == null) {
            throw new IllegalStateException("a configuration without the dataset " + Dataset.DEFAULT);
        }
        Partition partition =
                found.partitioning() == null ? null : found.partitioning().of(key, found.name());
        return partition == null ? found : partition.dataset();
    }

    /** What the emulated network is told about this direction; null when nothing. */
    public @Nullable WanLink wan(String from, String to) {
        return wan.stream()
                .filter(l -> l.from().equals(from) && l.to().equals(to))
                .findFirst()
                .orElse(null);
    }

    /** The replication groups, in the order of their first datasets. */
    public List<ReplicationGroup> groups() {
        return Groups.of(this);
    }

    /** Every value with its reason. */
    public String effectiveYaml() {
        return EffectiveYaml.render(effective);
    }

    /**
     * A fingerprint of what regions must agree on: 32 hex digits, equal for files that mean the same.
     * Secrets, limits of a node and the emulated network are no part of it.
     */
    public String hash() {
        return Identity.hash(this);
    }

    /** What may never change once data exist, by path; a node keeps it beside its data. */
    public SortedMap<String, String> immutables() {
        return Identity.immutables(this);
    }

    /** What forbids putting this configuration in place of the one that made these; empty: nothing. */
    public List<Problem> compatibleWith(SortedMap<String, String> previousImmutables) {
        return Identity.compare(this, previousImmutables);
    }

    /** What forbids putting this configuration in place of another; empty: nothing. */
    public List<Problem> compatibleWith(Configuration previous) {
        return compatibleWith(previous.immutables());
    }
}
