package dev.meridian.cli.up;

import dev.meridian.cli.wan.EmulatedWan.Pair;
import dev.meridian.cli.wan.LinkConditions;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What {@code up} takes from a configuration.
 *
 * @param file the YAML file that was given
 * @param text what the nodes read: the file, wherever they read it from
 * @param password what the nodes want of clients; null: none
 * @param regions in the order of the file
 * @param links conditions of every ordered pair once all are ready
 * @param estimated pairs whose round trip nobody measured; it comes from their distance
 * @param source where the measured ones come from
 */
public record UpPlan(
        String name,
        Path file,
        String text,
        @Nullable String password,
        List<String> regions,
        Map<Pair, LinkConditions> links,
        Set<Pair> estimated,
        String source) {

    public UpPlan {
        regions = List.copyOf(regions);
        links = Map.copyOf(links);
        estimated = Set.copyOf(estimated);
    }
}
