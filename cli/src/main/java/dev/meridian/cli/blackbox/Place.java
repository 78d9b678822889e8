package dev.meridian.cli.blackbox;

import dev.meridian.config.Acknowledgement;
import dev.meridian.config.Configuration;
import dev.meridian.config.ConflictResolution;
import dev.meridian.config.Dataset;
import dev.meridian.config.Failover;
import dev.meridian.config.Partition;
import dev.meridian.config.Partitioning;
import dev.meridian.config.RemoteAccess;
import dev.meridian.simulator.history.Rules;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A dataset, or a partition of one, as the workload sees it.
 *
 * @param keyspace how its keys begin, up to a colon
 * @param primary the one region that takes its writes, or null
 * @param regions those whose clients may use it, itself or by forwarding
 */
public record Place(
        Dataset policy, String keyspace, @Nullable String primary, List<String> regions) {
    /**
     * The datasets of a configuration, partitions one by one, but those whose siblings wait for a person or a rule, where counters
     * are no sums.
     */
    public static List<Place> of(Configuration configuration) {
        List<Place> places = new ArrayList<>();
        for (Dataset dataset : configuration.datasets()) {
            Partitioning partitioning = dataset.partitioning();
            if (keepsSiblings(dataset)) {
                continue;
            }
            if (partitioning == null) {
                places.add(of(configuration, dataset, dataset.name()));
            } else {
                for (Partition partition : partitioning.partitions()) {
                    String value = partition.values().getFirst();
                    places.add(of(configuration, partition.dataset(), keyspace(dataset.name(), partitioning, value)));
                }
            }
        }
        return List.copyOf(places);
    }

    /** What the checkers must know. Datasets that share a group are judged as if they did not, which only asks for less. */
    public static Rules rules(List<Place> places) {
        return new Rules(
                places.stream()
                        .map(place -> new Rules.Dataset(
                                place.keyspace,
                                place.keyspace,
                                place.policy.conflictResolution() == ConflictResolution.CRDT
                                        ? Rules.Resolution.CRDT
                                        : Rules.Resolution.LAST_WRITE_WINS,
                                place.takers(),
                                place.linearizable()))
                        .toList(),
                List.of());
    }

    /** The place that a key is in. */
    public static Place of(List<Place> places, String key) {
        return places.stream()
                .filter(place -> place.has(key))
                .max(Comparator.comparingInt(place -> place.keyspace.length()))
                .orElseThrow(() -> new IllegalArgumentException("key `" + key + "` is in no dataset"));
    }

    /** The name of the dataset, and behind a slash that of the partition. */
    public String dataset() {
        return policy.name();
    }

    public boolean has(String key) {
        return key.startsWith(keyspace + ":");
    }

    /** Whether it behaves as if there were one copy. */
    public boolean linearizable() {
        return policy.consistency().level().needsPrimary();
    }

    /** The regions that keep it, where it is read in the end. */
    public List<String> kept() {
        return policy.placement();
    }

    public boolean usableIn(String region) {
        return regions.contains(region);
    }

    private static boolean keepsSiblings(Dataset dataset) {
        boolean asks = dataset.conflictResolution() == ConflictResolution.MANUAL
                || dataset.conflictResolution() == ConflictResolution.CUSTOM;
        return asks && dataset.writers().size() > 1;
    }

    /** Who takes writes. Where a failover may leave some that are merged later there is no one order of all. */
    private List<String> takers() {
        if (primary == null) {
            return List.of();
        }
        Acknowledgement rule = policy.acknowledgement();
        boolean mayMergeLateWrites = policy.succession().failover() == Failover.AUTOMATIC
                && (rule == Acknowledgement.ASYNC || rule == Acknowledgement.SEMI_SYNC);
        return mayMergeLateWrites ? policy.placement() : List.of(primary);
    }

    private static String keyspace(String dataset, Partitioning partitioning, String value) {
        return switch (partitioning.by()) {
            case PREFIX -> dataset + ":" + value;
            case HASH_TAG -> dataset + ":{" + value + "}";
            case FIELD -> dataset + ":" + "-:".repeat(Math.max(0, partitioning.field() - 2)) + value;
        };
    }

    private static Place of(Configuration configuration, Dataset dataset, String keyspace) {
        String writer = dataset.placement().size() == 1 ? dataset.placement().getFirst() : dataset.primary();
        boolean everywhere = dataset.remoteAccess() == RemoteAccess.READ_WRITE;
        return new Place(
                dataset,
                keyspace,
                writer,
                configuration.regions().stream()
                        .map(region -> region.name())
                        .filter(region -> everywhere || dataset.isPlacedIn(region))
                        .toList());
    }
}
