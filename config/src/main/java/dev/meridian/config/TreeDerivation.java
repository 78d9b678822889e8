package dev.meridian.config;

import dev.meridian.config.grammar.Found;
import dev.meridian.config.grammar.Section;
import dev.meridian.config.places.RoundTrip;
import dev.meridian.config.places.RoundTrips;
import dev.meridian.config.yaml.Problems;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which region is below which where data flow down a tree: edges below regional regions, these below core ones. */
final class TreeDerivation {
    private final Problems problems;
    private final Recorder recorder;

    TreeDerivation(Problems problems, Recorder recorder) {
        this.problems = problems;
        this.recorder = recorder;
    }

    /** The region's parent; null where it has none. */
    @Nullable
    String parent(Region region, Section section, RegionDerivation regions) {
        String path = "regions." + region.name() + ".parent";
        Found<String> given = section.find("parent");
        boolean below = region.kind() == RegionKind.REGIONAL || region.kind() == RegionKind.EDGE;
        if (given != null && regions.isRegion(given)) {
            Region parent = regions.find(given.value());
            if (parent != null && mayBeAbove(parent, region)) {
                return recorder.given(path, given);
            }
            problems.error(
                    ErrorCodes.PARENT,
                    given.span(),
                    given.value() + " cannot be the parent of " + region.name(),
                    below
                            ? "above it are regions of kind "
                                    + (region.kind() == RegionKind.EDGE ? "regional or core" : "core")
                                    + " that keep data"
                            : "kind: " + region.kind().word() + " has no parent",
                    below ? "name another region, or leave the line out: then it is the nearest" : "remove the line");
            return null;
        }
        if (!below) {
            return null;
        }
        for (RegionKind kind : List.of(RegionKind.REGIONAL, RegionKind.CORE)) {
            Region nearest = byDistance(region, regions.all()).stream()
                    .filter(other -> other.kind() == kind && mayBeAbove(other, region))
                    .findFirst()
                    .orElse(null);
            if (nearest != null) {
                RoundTrip trip = RoundTrips.between(region, nearest);
                return recorder.derived(
                        path, nearest.name(), "the nearest " + kind.word() + " region, " + trip.ms() + " ms");
            }
        }
        recorder.none(path, "no region is above it");
        return null;
    }

    private static boolean mayBeAbove(Region parent, Region child) {
        boolean higher = parent.kind() == RegionKind.CORE
                || parent.kind() == RegionKind.REGIONAL && child.kind() == RegionKind.EDGE;
        return higher && parent.keepsData() && (child.kind() == RegionKind.REGIONAL || child.kind() == RegionKind.EDGE);
    }

    private static List<Region> byDistance(Region from, List<Region> all) {
        return all.stream()
                .sorted(Comparator.comparingDouble(
                        other -> RoundTrips.between(from, other).ms()))
                .toList();
    }

    /** Whom each region that is below another asks for what the members of a dataset write. */
    static List<Upstream> of(Dataset dataset, List<Region> regions) {
        if (dataset.topology() != Topology.HIERARCHICAL_EDGE) {
            return List.of();
        }
        List<Upstream> tree = new ArrayList<>();
        for (Region region : regions) {
            if (region.kind() != RegionKind.REGIONAL && region.kind() != RegionKind.EDGE) {
                continue;
            }
            List<String> sources = new ArrayList<>();
            if (region.parent() != null && dataset.isPlacedIn(region.parent())) {
                sources.add(region.parent());
            }
            byDistance(region, regions).stream()
                    .filter(other -> other.kind() == RegionKind.CORE && dataset.isPlacedIn(other.name()))
                    .map(Region::name)
                    .filter(other -> !sources.contains(other))
                    .forEach(sources::add);
            if (!sources.isEmpty()) {
                tree.add(new Upstream(region.name(), List.copyOf(sources)));
            }
        }
        return List.copyOf(tree);
    }
}
