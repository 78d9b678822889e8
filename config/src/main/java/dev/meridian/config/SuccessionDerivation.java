package dev.meridian.config;

import dev.meridian.config.grammar.Found;
import dev.meridian.config.grammar.Section;
import dev.meridian.config.yaml.Problems;
import dev.meridian.config.yaml.Span;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who replaces a dataset's lost primary, and when. */
final class SuccessionDerivation {
    private final DatasetWords words;
    private final Problems problems;
    private final Recorder recorder;
    private final RegionDerivation regions;
    private final String name;
    private final String path;
    private final Section own;

    SuccessionDerivation(DatasetWords words) {
        this.words = words;
        this.problems = words.problems();
        this.recorder = words.recorder();
        this.regions = words.regions();
        this.name = words.name();
        this.path = words.path();
        this.own = words.own();
    }

    /**
     * Of a dataset in these regions.
     *
     * @param primary null where it has none
     */
    Succession derive(
            @Nullable String primary,
            List<String> placement,
            Witnesses witnesses,
            boolean followsWriters,
            List<Handover> schedule) {
        LateWrites late = words.inherit("late_writes", LateWrites.MERGE);
        if (primary == null || placement.size() == 1) {
            nothingToReplace(primary == null);
            return new Succession(
                    Failover.MANUAL,
                    late,
                    FileDefaults.LEASE,
                    words.health().silence(),
                    List.of(),
                    followsWriters,
                    schedule);
        }
        Failover failover = failover(placement, witnesses);
        Chosen<FailoverProfile> profile = words.choose("failover_profile", FailoverProfile.STANDARD);
        words.record("failover_profile", profile.value(), profile);
        Duration lease = time("lease", profile, FailoverProfile.FAST_LEASE, FileDefaults.LEASE, "default", failover);
        Duration detection = time(
                "detection",
                profile,
                FailoverProfile.FAST_DETECTION,
                words.health().silence(),
                words.health().silenceReason(),
                failover);
        return new Succession(
                failover, late, lease, detection, successors(primary, placement), followsWriters, schedule);
    }

    private void nothingToReplace(boolean none) {
        String why = none ? "no primary" : "one region";
        for (String key : List.of("failover", "failover_profile", "lease", "detection", "successors", "witnesses")) {
            Found<Object> given = own.find(key);
            boolean harmless = given != null && given.value() == Failover.MANUAL;
            if (given != null && !harmless) {
                problems.warning(
                        ErrorCodes.NO_EFFECT,
                        given.span(),
                        key + " has no effect on " + name,
                        none ? "it has no primary" : "it lives in one region",
                        "remove the line");
            }
            recorder.none(path + key, "not used: " + why);
        }
    }

    private Failover failover(List<String> placement, Witnesses witnesses) {
        Chosen<Failover> chosen = words.chooseOptional("failover");
        int voters = placement.size() + witnesses.regions().size();
        boolean enough = voters >= 3;
        if (chosen != null && chosen.value() == Failover.AUTOMATIC && !enough && !words.isPartitioned()) {
            problems.error(
                    ErrorCodes.TOO_FEW_REGIONS,
                    chosen.span(),
                    "two regions cannot tell a lost region from a lost link, so failover cannot be automatic",
                    "it takes a majority of three voting regions or more",
                    "add a third region or one with `kind: witness`, or write `failover: manual`");
        }
        if (chosen != null) {
            return words.record("failover", chosen.value(), chosen);
        }
        return words.derive(
                "failover",
                enough ? Failover.AUTOMATIC : Failover.MANUAL,
                enough ? "default: " + voters + " regions vote" : "default with fewer than three voting regions");
    }

    /** The dataset's own word, else what its profile says, else the file's word, its profile, and the default. */
    private Duration time(
            String key,
            Chosen<FailoverProfile> profile,
            Duration fast,
            Duration standard,
            String standardReason,
            Failover failover) {
        Chosen<Duration> chosen = words.chooseOptional(key);
        boolean isFast = profile.value() == FailoverProfile.FAST;
        Duration time;
        Span place;
        if (chosen != null && (chosen.own() || !(profile.own() && isFast))) {
            time = words.record(key, chosen.value(), chosen);
            place = chosen.span();
        } else if (isFast) {
            time = recorder.derived(path + key, fast, "failover_profile: fast");
            place = profile.span();
        } else {
            time = recorder.derived(path + key, standard, standardReason);
            place = key.equals("lease")
                    ? words.file().keySpan("heartbeat")
                    : words.health().place();
        }
        Duration heartbeat = words.health().heartbeat();
        if (failover == Failover.AUTOMATIC && time.compareTo(heartbeat.multipliedBy(2)) <= 0) {
            boolean lease = key.equals("lease");
            problems.error(
                    lease ? ErrorCodes.LEASE_TOO_SHORT : ErrorCodes.DETECTION_TOO_SHORT,
                    place,
                    (lease ? "a lease of " : "a region is called lost after ") + Amounts.duration(time)
                            + (lease ? " is" : ", which is") + " not longer than two heartbeats of "
                            + Amounts.duration(heartbeat),
                    lease ? "one lost heartbeat would end it" : "one lost heartbeat would move the primary",
                    "write `" + key + ": " + Amounts.duration(heartbeat.multipliedBy(4)) + "`, or a shorter heartbeat");
        }
        return time;
    }

    private List<String> successors(String primary, List<String> placement) {
        List<String> usual = usual(primary, placement, regions.all());
        Found<List<Found<String>>> given = own.find("successors");
        if (given == null) {
            return recorder.derived(path + "successors", usual, "regions with a database first, then by the file");
        }
        List<String> order = new ArrayList<>();
        for (Found<String> item : regions.known(given.value())) {
            if (placement.contains(item.value())) {
                order.add(item.value());
                continue;
            }
            Region region = regions.find(item.value());
            boolean keeps = region != null && region.keepsData();
            problems.error(
                    keeps ? ErrorCodes.PRIMARY_OUTSIDE : ErrorCodes.REGION_KEEPS_NO_DATA,
                    item.span(),
                    item.value() + " cannot follow as primary of " + name + ", "
                            + (keeps ? "which is not placed there" : "since it keeps no data"),
                    "allowed: " + String.join(", ", placement),
                    null);
        }
        order.remove(primary);
        boolean whole = order.size() == usual.size();
        usual.stream().filter(region -> !order.contains(region)).forEach(order::add);
        recorder.put(
                path + "successors",
                Recorder.yaml(order),
                whole ? "given" : "those given, then the rest",
                given.span());
        return List.copyOf(order);
    }

    /** Who follows where nobody said: who takes writes already, then who could, in the order of the file. */
    static List<String> usual(@Nullable String primary, List<String> placement, List<Region> all) {
        List<String> order = new ArrayList<>();
        for (boolean writes : new boolean[] {true, false}) {
            all.stream()
                    .filter(region -> region.writesData() == writes && placement.contains(region.name()))
                    .map(Region::name)
                    .filter(region -> !region.equals(primary))
                    .forEach(order::add);
        }
        return List.copyOf(order);
    }
}
