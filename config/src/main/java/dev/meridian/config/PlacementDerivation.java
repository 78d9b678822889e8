package dev.meridian.config;

import dev.meridian.config.grammar.Found;
import dev.meridian.config.grammar.Section;
import dev.meridian.config.yaml.Problems;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which regions keep a dataset: its own words within its residency, else all that it allows. */
final class PlacementDerivation {
    private final DatasetWords words;
    private final Problems problems;
    private final Recorder recorder;
    private final RegionDerivation regions;
    private final String name;
    private final String path;
    private final Section own;

    PlacementDerivation(DatasetWords words) {
        this.words = words;
        this.problems = words.problems();
        this.recorder = words.recorder();
        this.regions = words.regions();
        this.name = words.name();
        this.path = words.path();
        this.own = words.own();
    }

    /** Empty only after an error that leaves nowhere to go on with. */
    List<String> placement(@Nullable Residency residency) {
        if (own.mentions("placement")) {
            List<Found<String>> given = given(own, residency);
            Found<Object> place = own.find("placement");
            if (place != null) {
                recorder.put(path + "placement", Recorder.yaml(given), "given", place.span());
            }
            if (!given.isEmpty()) {
                return given.stream().map(Found::value).toList();
            }
        }
        List<String> keepers = regions.all().stream()
                .filter(Region::keepsData)
                .map(Region::name)
                .toList();
        List<String> allowed = residency == null
                ? keepers
                : residency.allowedRegions().stream().filter(keepers::contains).toList();
        List<String> homes = homes(allowed);
        if (allowed.isEmpty()) {
            nowhere(residency);
        } else if (!homes.isEmpty() && !own.mentions("placement")) {
            return recorder.derived(path + "placement", homes, "where its partitions are");
        } else if (!own.mentions("placement")) {
            recorder.derived(
                    path + "placement",
                    allowed,
                    residency == null ? "all regions that keep data" : "the residency of " + residency.type());
        }
        return allowed;
    }

    private void nowhere(@Nullable Residency residency) {
        if (residency != null && !residency.allowedRegions().isEmpty()) {
            problems.error(
                    ErrorCodes.NOWHERE_ALLOWED,
                    words.place(),
                    "no region may keep " + name,
                    "its residency allows " + String.join(", ", residency.allowedRegions())
                            + ", where no data are kept",
                    "allow a region that has `database` among its services");
        } else if (!problems.hasErrors()) {
            problems.error(
                    ErrorCodes.NOWHERE_ALLOWED,
                    words.place(),
                    "no region keeps data",
                    null,
                    "give one region `database` among its services");
        }
    }

    /** Of these regions those that partitions name, if each of them names some; else none. */
    private List<String> homes(List<String> allowed) {
        Set<String> named = new LinkedHashSet<>();
        for (Found<Section> partition : own.<Section>list("partitions")) {
            List<Found<String>> regions = partition.value().list("placement");
            if (regions.isEmpty()) {
                return List.of();
            }
            regions.forEach(region -> named.add(region.value()));
        }
        return allowed.stream().filter(named::contains).toList();
    }

    /** Those regions of a section's placement that may keep the dataset; the others are reported. */
    List<Found<String>> given(Section section, @Nullable Residency residency) {
        List<Found<String>> placement = new ArrayList<>();
        for (Found<String> item : regions.known(section.<String>list("placement"))) {
            Region region = Objects.requireNonNull(regions.find(item.value()));
            if (!region.keepsData()) {
                problems.error(
                        ErrorCodes.REGION_KEEPS_NO_DATA,
                        item.span(),
                        name + " cannot be placed in " + item.value(),
                        region.kind() == RegionKind.CORE || region.kind() == RegionKind.REGIONAL
                                ? "its services have no database"
                                : "kind: " + region.kind().word() + " keeps no data",
                        "name a region that keeps data");
            } else if (residency != null && !residency.allowedRegions().contains(item.value())) {
                problems.error(
                        ErrorCodes.OUTSIDE_RESIDENCY,
                        item.span(),
                        name + " is placed in " + item.value() + ", where its residency does not allow it",
                        residency.type() + " may live in: " + String.join(", ", residency.allowedRegions()),
                        "remove it here, or allow it under data_residency");
            } else {
                placement.add(item);
            }
        }
        return List.copyOf(placement);
    }
}
