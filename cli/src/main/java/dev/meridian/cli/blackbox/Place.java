package dev.meridian.cli.blackbox;

import dev.meridian.config.Configuration;
import dev.meridian.config.ConflictResolution;
import dev.meridian.config.Dataset;
import dev.meridian.config.RemoteAccess;
import dev.meridian.simulator.history.Rules;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A dataset as the workload sees it.
 *
 * @param linearizable whether it behaves as if there were one copy
 * @param regions those whose clients may use it, itself or by forwarding
 * @param kept those that keep it, where it is read in the end
 */
public record Place(
        String dataset,
        Rules.Resolution resolution,
        @Nullable String primary,
        boolean linearizable,
        List<String> regions,
        List<String> kept) {
    /** All datasets of a configuration but partitioned ones, whose keys have to say where they are at home. */
    public static List<Place> of(Configuration configuration) {
        return configuration.datasets().stream()
                .filter(dataset -> dataset.partitioning() == null)
                .map(dataset -> of(configuration, dataset))
                .toList();
    }

    /** What the checkers must know. Datasets that share a group are judged as if they did not, which only asks for less. */
    public static Rules rules(List<Place> places) {
        return new Rules(
                places.stream()
                        .map(place -> new Rules.Dataset(
                                place.dataset, place.dataset, place.resolution, place.primary, place.linearizable))
                        .toList(),
                List.of());
    }

    public boolean usableIn(String region) {
        return regions.contains(region);
    }

    private static Place of(Configuration configuration, Dataset dataset) {
        String writer = dataset.placement().size() == 1 ? dataset.placement().getFirst() : dataset.primary();
        boolean everywhere = dataset.remoteAccess() == RemoteAccess.READ_WRITE;
        return new Place(
                dataset.name(),
                dataset.conflictResolution() == ConflictResolution.CRDT
                        ? Rules.Resolution.CRDT
                        : Rules.Resolution.LAST_WRITE_WINS,
                writer,
                dataset.consistency().level().needsPrimary(),
                configuration.regions().stream()
                        .map(region -> region.name())
                        .filter(region -> everywhere || dataset.isPlacedIn(region))
                        .toList(),
                dataset.placement());
    }
}
