package dev.meridian.config;

import dev.meridian.config.grammar.Found;
import dev.meridian.config.grammar.Nearest;
import dev.meridian.config.grammar.Section;
import dev.meridian.config.places.KnownRegion;
import dev.meridian.config.places.KnownRegions;
import dev.meridian.config.yaml.Problems;
import dev.meridian.config.yaml.Span;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The regions of a file, with what their names bring, and the checks of names that refer to them. */
final class RegionDerivation {
    private final Problems problems;
    private final Recorder recorder;
    private final Map<String, Region> regions = new LinkedHashMap<>();
    private final Map<String, Span> places = new LinkedHashMap<>();

    RegionDerivation(Problems problems, Recorder recorder) {
        this.problems = problems;
        this.recorder = recorder;
    }

    void derive(List<Found<Section>> sections, @Nullable Set<String> gdprRegions) {
        for (Found<Section> item : sections) {
            Section section = item.value();
            Found<String> name = section.find("name");
            if (name == null) {
                continue;
            }
            Span earlier = places.putIfAbsent(name.value(), name.span());
            if (earlier != null) {
                problems.error(
                        ErrorCodes.DUPLICATE_NAME,
                        name.span(),
                        "two regions are called " + name.value(),
                        "the first is on line " + earlier.line(),
                        "give each its own name");
                continue;
            }
            regions.put(name.value(), region(name, section, gdprRegions));
        }
        TreeDerivation tree = new TreeDerivation(problems, recorder);
        for (Found<Section> item : sections) {
            Found<String> name = item.value().find("name");
            Region region = name == null ? null : regions.get(name.value());
            if (region != null && region.parent() == null) {
                regions.put(region.name(), region.below(tree.parent(region, item.value(), this)));
            }
        }
    }

    List<Region> all() {
        return List.copyOf(regions.values());
    }

    @Nullable
    Region find(String name) {
        return regions.get(name);
    }

    /** Where a region's name stands in the file. */
    Span place(String name) {
        return places.getOrDefault(name, Span.FILE);
    }

    /** Reports a name that is no region's; where no region could be read, that was reported already. */
    boolean isRegion(Found<String> name) {
        if (regions.containsKey(name.value())) {
            return true;
        }
        if (regions.isEmpty()) {
            return false;
        }
        String nearest = Nearest.to(name.value(), regions.keySet());
        problems.error(
                ErrorCodes.UNKNOWN_REGION,
                name.span(),
                "there is no region " + name.value(),
                "regions: " + String.join(", ", regions.keySet()),
                nearest == null
                        ? "add it under regions, or name one that is there"
                        : "did you mean `" + nearest + "`?");
        return false;
    }

    /** Those names of a list that are regions, once each; the others are reported. */
    List<Found<String>> known(List<Found<String>> names) {
        List<Found<String>> known = new ArrayList<>();
        Set<String> seen = new LinkedHashSet<>();
        for (Found<String> name : names) {
            if (!seen.add(name.value())) {
                problems.error(
                        ErrorCodes.REPEATED_ITEM,
                        name.span(),
                        name.value() + " is in this list twice",
                        null,
                        "name it once");
            } else if (isRegion(name)) {
                known.add(name);
            }
        }
        return known;
    }

    private Region region(Found<String> name, Section section, @Nullable Set<String> gdprRegions) {
        String path = "regions." + name.value() + ".";
        KnownRegion known = KnownRegions.find(name.value());
        recorder.given(path + "name", name);
        RegionKind kind = recorder.take(section, "kind", path, RegionKind.CORE, "default");
        boolean primary = recorder.take(section, "primary", path, false, "default");
        String endpoint = recorder.takeOptional(section, "endpoint", path, "default: none");
        String link = recorder.takeOptional(section, "link", path, "default: none");
        Set<Service> services = services(section, kind, path);
        String cloud = fact(section, "cloud", path, known == null ? null : known.cloud());
        String city = fact(section, "city", path, known == null ? null : known.city());
        String country = fact(section, "country", path, known == null ? null : known.country());
        String jurisdiction = fact(section, "jurisdiction", path, known == null ? null : known.jurisdiction());
        boolean half = section.mentions("latitude") != section.mentions("longitude");
        if (half) {
            String there = section.mentions("latitude") ? "latitude" : "longitude";
            String missing = there.equals("latitude") ? "longitude" : "latitude";
            problems.error(
                    ErrorCodes.HALF_COORDINATES,
                    section.keySpan(there),
                    name.value() + " has a " + there + " and no " + missing,
                    null,
                    "add `" + missing + ":`, or remove this line");
        }
        Double latitude = fact(section, "latitude", path, known == null ? null : known.latitude());
        Double longitude = fact(section, "longitude", path, known == null ? null : known.longitude());
        if (latitude == null && !section.mentions("latitude") && !section.mentions("longitude")) {
            String nearest = Nearest.to(
                    name.value(),
                    KnownRegions.all().stream().map(KnownRegion::name).toList());
            problems.warning(
                    ErrorCodes.UNKNOWN_PLACE,
                    name.span(),
                    name.value() + " is no region that Meridian knows, and the file does not say where it is",
                    "round trips to it are assumed to take 100 ms",
                    "add `latitude:` and `longitude:`"
                            + (nearest == null ? "" : ", or write `" + nearest + "` if that is meant"));
        }
        boolean inPlace = known != null
                && Double.valueOf(known.latitude()).equals(latitude)
                && Double.valueOf(known.longitude()).equals(longitude);
        boolean gdpr = gdprRegions == null
                ? jurisdiction != null && jurisdiction.contains("GDPR")
                : gdprRegions.contains(name.value());
        long weight = recorder.take(section, "weight", path, 1L, "default");
        primaryChecks(name, kind, primary, services, section);
        return new Region(
                name.value(),
                kind,
                null,
                primary,
                endpoint,
                link,
                services,
                cloud,
                city,
                country,
                known != null && inPlace ? known.continent() : null,
                jurisdiction,
                longitude == null ? null : latitude,
                latitude == null ? null : longitude,
                gdpr,
                (int) weight);
    }

    private void primaryChecks(
            Found<String> name, RegionKind kind, boolean primary, Set<Service> services, Section section) {
        if (!primary) {
            return;
        }
        boolean keeps = services.contains(Service.DATABASE) || services.contains(Service.DATABASE_REPLICA);
        String why = kind == RegionKind.WITNESS || kind == RegionKind.EDGE
                ? "kind: " + kind.word() + " keeps no data"
                : keeps ? null : "its services have no database";
        if (why != null) {
            problems.error(
                    ErrorCodes.REGION_KEEPS_NO_DATA,
                    section.keySpan("primary"),
                    name.value() + " cannot be primary",
                    why,
                    "remove `primary: true`, or let the region keep data");
        }
    }

    private Set<Service> services(Section section, RegionKind kind, String path) {
        Found<List<Found<Service>>> given = section.find("services");
        EnumSet<Service> services = EnumSet.noneOf(Service.class);
        if (given == null) {
            switch (kind) {
                case CORE, REGIONAL -> Collections.addAll(services, Service.API, Service.DATABASE, Service.CACHE);
                case EDGE -> services.add(Service.CACHE);
                case WITNESS -> {}
            }
            recorder.put(
                    path + "services",
                    services.isEmpty() ? null : Recorder.yaml(services),
                    "default for kind: " + kind.word(),
                    null);
            return Collections.unmodifiableSet(services);
        }
        for (Found<Service> service : given.value()) {
            if (!services.add(service.value())) {
                problems.error(
                        ErrorCodes.REPEATED_ITEM,
                        service.span(),
                        service.value().word() + " is in this list twice",
                        null,
                        "name it once");
            }
        }
        recorder.put(path + "services", Recorder.yaml(services), "given", given.span());
        return Collections.unmodifiableSet(services);
    }

    private <T> @Nullable T fact(Section section, String key, String path, @Nullable T known) {
        return known == null
                ? recorder.takeOptional(section, key, path, "default: none")
                : recorder.take(section, key, path, known, "the known region brings it");
    }
}
