package dev.meridian.config;

import dev.meridian.config.grammar.Found;
import dev.meridian.config.grammar.Section;
import dev.meridian.config.yaml.Problems;
import dev.meridian.config.yaml.Span;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A dataset's topology, its primary and the regions that take its writes. */
final class WriterDerivation {
    private static final String AUTO = "auto";

    private final DatasetWords words;
    private final Problems problems;
    private final Recorder recorder;
    private final RegionDerivation regions;
    private final String name;
    private final String path;
    private final Section own;

    WriterDerivation(DatasetWords words) {
        this.words = words;
        this.problems = words.problems();
        this.recorder = words.recorder();
        this.regions = words.regions();
        this.name = words.name();
        this.path = words.path();
        this.own = words.own();
    }

    Topology topology(Chosen<Consistency> level, List<String> placement, @Nullable Residency residency) {
        Chosen<Topology> chosen = words.chooseOptional("topology");
        boolean needsPrimary = level.value().level().needsPrimary();
        if (chosen != null && chosen.own()) {
            Topology topology = chosen.value();
            if (needsPrimary && !topology.hasPrimary()) {
                contradiction(chosen.span(), level);
            }
            return words.record("topology", topology, chosen);
        }
        if (chosen != null && needsPrimary && !chosen.value().hasPrimary() && !level.own()) {
            contradiction(chosen.span(), level);
        }
        if (residency != null && placement.size() == 1) {
            return derived(Topology.GEO_PARTITIONED, "its residency leaves one region");
        }
        if (own.mentions("partitions")) {
            return derived(Topology.GEO_PARTITIONED, "it has partitions");
        }
        boolean wantsPrimary = needsPrimary || own.mentions("primary");
        if (chosen != null && (chosen.value().hasPrimary() || !wantsPrimary)) {
            return words.record("topology", chosen.value(), chosen);
        }
        if (own.mentions("primary")) {
            return derived(Topology.READ_REPLICAS, "it names a primary");
        }
        List<String> primaries = flagged(placement);
        List<String> writing = placement.stream()
                .filter(r -> Objects.requireNonNull(regions.find(r)).writesData())
                .toList();
        Topology natural;
        String reason;
        if (placement.size() == 1) {
            natural = Topology.READ_REPLICAS;
            reason = placement.getFirst() + " is its only region";
        } else if (primaries.size() == 1) {
            natural = Topology.READ_REPLICAS;
            reason = primaries.getFirst() + " is the only region with primary: true";
        } else if (primaries.size() > 1) {
            natural = Topology.ACTIVE_ACTIVE;
            reason = primaries.size() + " regions have primary: true";
        } else if (writing.size() > 1) {
            natural = Topology.ACTIVE_ACTIVE;
            reason = (writing.size() == placement.size()
                            ? "every region has a database"
                            : "several regions have a database")
                    + " and none is primary";
        } else {
            natural = Topology.READ_REPLICAS;
            reason = writing.isEmpty()
                    ? "no region has a database of its own"
                    : "only " + writing.getFirst() + " has a database";
        }
        if (needsPrimary && !natural.hasPrimary()) {
            natural = Topology.READ_REPLICAS;
            reason = "consistency: " + level.value().text() + " needs one primary";
        }
        return derived(natural, reason);
    }

    private void contradiction(Span span, Chosen<Consistency> level) {
        String from =
                level.whence() == Chosen.Whence.FILE ? " (line " + level.span().line() + ")" : "";
        problems.error(
                ErrorCodes.TOPOLOGY_CONTRADICTION,
                span,
                "a topology where many regions write contradicts consistency: "
                        + level.value().text() + from,
                level.value().text() + " needs one primary",
                "write `topology: read-replicas`, or a weaker consistency such as causal");
    }

    private Topology derived(Topology topology, String reason) {
        return recorder.derived(path + "topology", topology, reason);
    }

    private List<String> flagged(List<String> placement) {
        return regions.all().stream()
                .filter(Region::primary)
                .map(Region::name)
                .filter(placement::contains)
                .toList();
    }

    /** Whether the primary is to move to where the writes come from. */
    boolean followsWriters(Topology topology, boolean hasPrimary) {
        Found<String> given = own.find("primary");
        if (given == null || !given.value().equals(AUTO)) {
            return false;
        }
        if (topology == Topology.FOLLOW_THE_SUN) {
            problems.error(
                    ErrorCodes.TOPOLOGY_CONTRADICTION,
                    given.span(),
                    "primary: auto contradicts topology: follow-the-sun, whose timetable says who is primary",
                    null,
                    "remove the primary, or write `topology: read-replicas`");
        }
        return hasPrimary;
    }

    @Nullable
    String primary(
            Topology topology,
            boolean hasPrimary,
            List<String> placement,
            @Nullable Residency residency,
            List<Handover> schedule) {
        Found<String> given = own.find("primary");
        if (!hasPrimary) {
            if (given != null) {
                problems.error(
                        ErrorCodes.TOPOLOGY_CONTRADICTION,
                        given.span(),
                        name + " names a primary, and topology: " + topology.word() + " has none",
                        null,
                        "remove the primary, or write `topology: read-replicas`");
            }
            recorder.none(path + "primary", "not used: topology " + topology.word() + " has none");
            return null;
        }
        if (given != null && given.value().equals(AUTO)) {
            String first = usual(placement, schedule).region();
            recorder.put(path + "primary", AUTO, "given; " + first + " to begin with", given.span());
            return first;
        }
        if (given != null && regions.isRegion(given)) {
            if (placement.contains(given.value())) {
                return recorder.given(path + "primary", given);
            }
            boolean forbidden = residency != null && !residency.allowedRegions().contains(given.value());
            problems.error(
                    ErrorCodes.PRIMARY_OUTSIDE,
                    given.span(),
                    name + " has its primary in " + given.value() + ", "
                            + (forbidden ? "where its residency does not allow it" : "where it is not placed"),
                    "allowed: " + String.join(", ", placement),
                    "write `primary: " + placement.getFirst() + "`");
        }
        First first = usual(placement, schedule);
        return recorder.derived(path + "primary", first.region(), first.reason());
    }

    private record First(String region, String reason) {}

    private First usual(List<String> placement, List<Handover> schedule) {
        if (!schedule.isEmpty()) {
            return new First(schedule.getFirst().region(), "first in its schedule");
        }
        if (placement.size() == 1) {
            return new First(placement.getFirst(), "its only region");
        }
        List<String> primaries = flagged(placement);
        if (!primaries.isEmpty()) {
            return new First(
                    primaries.getFirst(),
                    primaries.size() == 1 ? "it has primary: true" : "the first region with primary: true");
        }
        for (String region : placement) {
            if (Objects.requireNonNull(regions.find(region)).writesData()) {
                return new First(region, "the first region with a database; none has primary: true");
            }
        }
        return new First(placement.getFirst(), "the first region of its placement");
    }

    List<String> writers(Topology topology, @Nullable String primary, List<String> placement) {
        if (primary != null) {
            return List.of(primary);
        }
        List<String> writers = placement.stream()
                .map(r -> Objects.requireNonNull(regions.find(r)))
                .filter(Region::writesData)
                .filter(r -> topology != Topology.HIERARCHICAL_EDGE || r.kind() == RegionKind.CORE)
                .map(Region::name)
                .toList();
        return writers.isEmpty() ? placement : writers;
    }
}
