package dev.meridian.config;

import dev.meridian.config.grammar.Found;
import dev.meridian.config.grammar.Section;
import dev.meridian.config.yaml.Problems;
import dev.meridian.config.yaml.Span;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One dataset: its own words, else the file's, else what follows from the regions; with the checks
 * of what these say together.
 */
final class DatasetDerivation {
    private final Problems problems;
    private final Recorder recorder;
    private final RegionDerivation regions;
    private final Map<String, Residency> residencies;

    private final String name;
    private final String path;
    private final Section own;
    private final Section file;
    /** Where to point when the dataset itself says nothing. */
    private final Span place;

    DatasetDerivation(
            Problems problems,
            Recorder recorder,
            RegionDerivation regions,
            Map<String, Residency> residencies,
            String name,
            Section own,
            Section file) {
        this.problems = problems;
        this.recorder = recorder;
        this.regions = regions;
        this.residencies = residencies;
        this.name = name;
        this.path = "datasets." + name + ".";
        this.own = own;
        this.file = file;
        Found<String> given = own.find("name");
        this.place = given == null ? own.span() : given.span();
    }

    /** Where a value comes from, in the order of precedence. */
    private enum Whence {
        OWN,
        FILE,
        NOBODY
    }

    private record Chosen<T>(T value, Span span, Whence whence) {
        boolean own() {
            return whence == Whence.OWN;
        }
    }

    /** Null after an error that leaves nothing to derive from. */
    @Nullable
    Dataset derive(String nameReason) {
        if (own.mentions("name")) {
            recorder.put(path + "name", Recorder.yaml(name), "given", own.keySpan("name"));
        } else {
            recorder.derived(path + "name", name, nameReason);
        }
        Chosen<Consistency> level = level();
        String type = type();
        Residency residency = type == null ? null : residencies.get(type);
        List<String> placement = placement(residency);
        if (placement.isEmpty()) {
            return null;
        }
        Topology topology = topology(level, placement, residency);
        boolean hasPrimary = topology.hasPrimary() || level.value.level().needsPrimary();
        List<Handover> schedule =
                new ScheduleDerivation(problems, recorder, regions, name, place).derive(own, topology, placement);
        String primary = primary(topology, hasPrimary, placement, residency, schedule);
        List<String> writers = writers(primary, placement);
        Consistency consistency = consistency(level);
        ReplicationMode replication = replication(level, placement);
        ConflictResolution resolution = inherit("conflict_resolution", ConflictResolution.LAST_WRITE_WINS);
        Counters counters = counters(resolution);
        String resolver = resolver(resolution);
        ConditionalWrites conditional = conditionalWrites(hasPrimary);
        RemoteAccess remote = remoteAccess(residency);
        Duration ttl = recorder.takeOptional(own, "ttl", path, "default: none");
        Duration lagThreshold = inherit("lag_threshold", FileDefaults.LAG_THRESHOLD);
        LagAction lagAction = inherit("lag_action", LagAction.WARN);
        Failover failover = failover(hasPrimary, placement);
        LateWrites lateWrites = inherit("late_writes", LateWrites.MERGE);
        boolean record = inherit("record_dropped", false);
        fewRegions(level, placement);
        return new Dataset(
                name,
                topology,
                placement,
                primary,
                writers,
                consistency,
                replication,
                resolution,
                counters,
                resolver,
                conditional,
                type,
                residency != null,
                remote,
                ttl,
                lagThreshold,
                lagAction,
                failover,
                lateWrites,
                record,
                schedule);
    }

    // ---- where it lives

    private @Nullable String type() {
        Found<String> given = own.find("type");
        if (given != null) {
            return recorder.given(path + "type", given);
        }
        if (residencies.containsKey(name)) {
            return recorder.derived(path + "type", name, "data_residency has a type of this name");
        }
        recorder.none(path + "type", "default: none");
        return null;
    }

    private List<String> placement(@Nullable Residency residency) {
        if (own.mentions("placement")) {
            return givenPlacement(residency);
        }
        List<String> keepers = regions.all().stream()
                .filter(Region::keepsData)
                .map(Region::name)
                .toList();
        List<String> placement = residency == null
                ? keepers
                : residency.allowedRegions().stream().filter(keepers::contains).toList();
        if (placement.isEmpty()) {
            boolean othersReported = problems.hasErrors();
            if (residency != null && !residency.allowedRegions().isEmpty()) {
                problems.error(
                        ErrorCodes.NOWHERE_ALLOWED,
                        place,
                        "no region may keep " + name,
                        "its residency allows " + String.join(", ", residency.allowedRegions())
                                + ", where no data are kept",
                        "allow a region that has `database` among its services");
            } else if (!othersReported) {
                problems.error(
                        ErrorCodes.NOWHERE_ALLOWED,
                        place,
                        "no region keeps data",
                        null,
                        "give one region `database` among its services");
            }
            return List.of();
        }
        return recorder.derived(
                path + "placement",
                placement,
                residency == null ? "all regions that keep data" : "the residency of " + residency.type());
    }

    private List<String> givenPlacement(@Nullable Residency residency) {
        Found<List<Found<String>>> given = own.find("placement");
        if (given == null) {
            return List.of();
        }
        List<String> placement = new ArrayList<>();
        for (Found<String> item : regions.known(given.value())) {
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
                placement.add(item.value());
            }
        }
        recorder.put(path + "placement", Recorder.yaml(placement), "given", given.span());
        return List.copyOf(placement);
    }

    // ---- who writes

    private Topology topology(Chosen<Consistency> level, List<String> placement, @Nullable Residency residency) {
        Chosen<Topology> chosen = chooseOptional("topology");
        boolean needsPrimary = level.value.level().needsPrimary();
        if (chosen != null && chosen.own()) {
            Topology topology = chosen.value;
            if (needsPrimary && !topology.hasPrimary()) {
                contradiction(chosen.span, level);
            }
            return record("topology", topology, chosen);
        }
        if (chosen != null && needsPrimary && !chosen.value.hasPrimary() && !level.own()) {
            contradiction(chosen.span, level);
        }
        if (residency != null && placement.size() == 1) {
            return derived(Topology.GEO_PARTITIONED, "its residency leaves one region");
        }
        boolean wantsPrimary = needsPrimary || own.mentions("primary");
        if (chosen != null && (chosen.value.hasPrimary() || !wantsPrimary)) {
            return record("topology", chosen.value, chosen);
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
            reason = "consistency: " + level.value.text() + " needs one primary";
        }
        return derived(natural, reason);
    }

    private void contradiction(Span span, Chosen<Consistency> level) {
        String from = level.whence == Whence.FILE ? " (line " + level.span.line() + ")" : "";
        problems.error(
                ErrorCodes.TOPOLOGY_CONTRADICTION,
                span,
                "a topology where many regions write contradicts consistency: " + level.value.text() + from,
                level.value.text() + " needs one primary",
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

    private @Nullable String primary(
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
        if (!schedule.isEmpty()) {
            return recorder.derived(path + "primary", schedule.getFirst().region(), "first in its schedule");
        }
        if (placement.size() == 1) {
            return recorder.derived(path + "primary", placement.getFirst(), "its only region");
        }
        List<String> primaries = flagged(placement);
        if (!primaries.isEmpty()) {
            return recorder.derived(
                    path + "primary",
                    primaries.getFirst(),
                    primaries.size() == 1 ? "it has primary: true" : "the first region with primary: true");
        }
        for (String region : placement) {
            if (Objects.requireNonNull(regions.find(region)).writesData()) {
                return recorder.derived(
                        path + "primary", region, "the first region with a database; none has primary: true");
            }
        }
        return recorder.derived(path + "primary", placement.getFirst(), "the first region of its placement");
    }

    private List<String> writers(@Nullable String primary, List<String> placement) {
        if (primary != null) {
            return List.of(primary);
        }
        List<String> writers = placement.stream()
                .filter(r -> Objects.requireNonNull(regions.find(r)).writesData())
                .toList();
        return writers.isEmpty() ? placement : writers;
    }

    // ---- what it promises

    private Chosen<Consistency> level() {
        return choose("consistency", Consistency.of(ConsistencyLevel.EVENTUAL));
    }

    private Consistency consistency(Chosen<Consistency> level) {
        if (level.value.level() == ConsistencyLevel.BOUNDED && level.value.bound() == null) {
            Duration lag = choose("lag_threshold", FileDefaults.LAG_THRESHOLD).value;
            Consistency bounded = new Consistency(ConsistencyLevel.BOUNDED, lag);
            recorder.put(path + "consistency", bounded.text(), "bounded takes lag_threshold", level.span);
            return bounded;
        }
        return record("consistency", level.value, level);
    }

    private ReplicationMode replication(Chosen<Consistency> level, List<String> placement) {
        Chosen<ReplicationMode> mode = mode();
        ConsistencyLevel rule = level.value.level();
        if (rule.needsPrimary()) {
            boolean sameBreath = mode.own() || mode.whence == Whence.FILE && level.whence == Whence.FILE;
            boolean agrees = rule == ConsistencyLevel.STRONG && mode.value == ReplicationMode.SYNC;
            if (sameBreath && !agrees) {
                String key = mode.own() ? "replication" : "strategy";
                String at = level.span.line() == mode.span.line() ? "" : " on line " + level.span.line();
                problems.error(
                        ErrorCodes.ACKNOWLEDGEMENT_CONTRADICTION,
                        mode.span,
                        key + ": " + mode.value.word() + " contradicts consistency: " + rule.word() + at,
                        rule.word() + " says itself when a write is acknowledged: "
                                + (rule == ConsistencyLevel.STRONG ? "by all live members" : "by a majority"),
                        "remove `" + key + "`, or choose a read level such as session for consistency");
            }
            recorder.none(
                    path + "replication",
                    "not used: consistency " + rule.word() + " says when a write is acknowledged");
            return ReplicationMode.SYNC;
        }
        if (mode.value == ReplicationMode.SEMI_SYNC && placement.size() == 1) {
            problems.error(
                    ErrorCodes.TOO_FEW_REGIONS,
                    mode.own() ? mode.span : place,
                    name + " lives in " + placement.getFirst()
                            + " only, so no second region can acknowledge its writes",
                    mode.own() ? null : "it takes strategy: semi-sync from line " + mode.span.line(),
                    "give the dataset `replication: async`, or a second region");
        }
        return record("replication", mode.value, mode);
    }

    private Chosen<ReplicationMode> mode() {
        Found<ReplicationMode> given = own.find("replication");
        if (given != null) {
            return new Chosen<>(given.value(), given.span(), Whence.OWN);
        }
        Found<ReplicationMode> inherited = file.find("strategy");
        return inherited != null
                ? new Chosen<>(inherited.value(), inherited.span(), Whence.FILE)
                : new Chosen<>(ReplicationMode.ASYNC, Span.FILE, Whence.NOBODY);
    }

    private Counters counters(ConflictResolution resolution) {
        boolean siblings = resolution == ConflictResolution.CUSTOM || resolution == ConflictResolution.MANUAL;
        Chosen<Counters> chosen = chooseOptional("counters");
        if (siblings) {
            boolean fileResolves = choose("conflict_resolution", resolution).whence == Whence.FILE;
            if (chosen != null && (chosen.own() || fileResolves)) {
                problems.error(
                        ErrorCodes.COUNTERS_CONTRADICTION,
                        chosen.span,
                        "counters: " + chosen.value.word() + " contradicts conflict_resolution: " + resolution.word(),
                        "with " + resolution.word() + " concurrent values stand side by side",
                        "remove `counters`, or put the counters in a dataset of their own");
            }
            recorder.none(path + "counters", "not used: conflict_resolution " + resolution.word());
            return Counters.SIBLINGS;
        }
        if (chosen != null) {
            return record("counters", chosen.value, chosen);
        }
        Counters counters = resolution == ConflictResolution.CRDT ? Counters.CRDT : Counters.LAST_WRITE_WINS;
        return recorder.derived(path + "counters", counters, "follows conflict_resolution");
    }

    private @Nullable String resolver(ConflictResolution resolution) {
        Chosen<String> chosen = chooseOptional("resolver");
        if (resolution != ConflictResolution.CUSTOM) {
            if (chosen != null && chosen.own()) {
                problems.error(
                        ErrorCodes.RESOLVER_CONTRADICTION,
                        chosen.span,
                        name + " has a resolver, and conflict_resolution: " + resolution.word() + " uses none",
                        null,
                        "write `conflict_resolution: custom`, or remove the resolver");
            }
            recorder.none(path + "resolver", "not used: conflict_resolution " + resolution.word());
            return null;
        }
        if (chosen == null) {
            if (!own.mentions("resolver") && !file.mentions("resolver")) {
                Span span = choose("conflict_resolution", resolution).span;
                problems.error(
                        ErrorCodes.RESOLVER_CONTRADICTION,
                        span,
                        "conflict_resolution: custom needs a resolver",
                        null,
                        "add `resolver:` with an expression over the siblings");
            }
            recorder.none(path + "resolver", "missing");
            return null;
        }
        return record("resolver", chosen.value, chosen);
    }

    private ConditionalWrites conditionalWrites(boolean hasPrimary) {
        Chosen<ConditionalWrites> chosen = choose("conditional_writes", ConditionalWrites.REFUSE);
        if (hasPrimary) {
            if (chosen.own() && chosen.value == ConditionalWrites.LOCAL) {
                problems.warning(
                        ErrorCodes.NO_EFFECT,
                        chosen.span,
                        "conditional_writes has no effect on " + name,
                        "it has a primary, so they hold everywhere",
                        "remove the line");
            }
            recorder.none(path + "conditional_writes", "not used: with a primary they hold everywhere");
            return chosen.value;
        }
        return record("conditional_writes", chosen.value, chosen);
    }

    private RemoteAccess remoteAccess(@Nullable Residency residency) {
        Found<RemoteAccess> given = own.find("remote_access");
        RemoteAccess rule = residency == null ? null : residency.remoteAccess();
        if (given != null) {
            if (rule != null && given.value().compareTo(rule) > 0) {
                problems.error(
                        ErrorCodes.REMOTE_ACCESS_WIDENED,
                        given.span(),
                        name + " allows remote_access: " + given.value().word() + ", and its residency only "
                                + rule.word(),
                        null,
                        "write `remote_access: " + rule.word() + "`, or change the rule under data_residency");
            }
            return recorder.given(path + "remote_access", given);
        }
        if (rule != null) {
            return recorder.derived(path + "remote_access", rule, "the residency says so");
        }
        return residency == null
                ? recorder.derived(
                        path + "remote_access",
                        RemoteAccess.READ_WRITE,
                        "default: forwarded to the nearest region that has it")
                : recorder.derived(path + "remote_access", RemoteAccess.NONE, "default where a residency binds it");
    }

    private Failover failover(boolean hasPrimary, List<String> placement) {
        Chosen<Failover> chosen = chooseOptional("failover");
        Set<String> voters = regions.all().stream()
                .filter(r -> placement.contains(r.name()) || r.kind() == RegionKind.WITNESS)
                .map(Region::name)
                .collect(Collectors.toSet());
        if (!hasPrimary || placement.size() == 1) {
            if (chosen != null && chosen.own() && chosen.value == Failover.AUTOMATIC) {
                problems.warning(
                        ErrorCodes.NO_EFFECT,
                        chosen.span,
                        "failover has no effect on " + name,
                        hasPrimary ? "it lives in one region" : "it has no primary",
                        "remove the line");
            }
            recorder.none(path + "failover", hasPrimary ? "not used: one region" : "not used: no primary");
            return Failover.MANUAL;
        }
        boolean enough = voters.size() >= 3;
        if (chosen != null && chosen.value == Failover.AUTOMATIC && !enough) {
            problems.error(
                    ErrorCodes.TOO_FEW_REGIONS,
                    chosen.span,
                    "two regions cannot tell a lost region from a lost link, so failover cannot be automatic",
                    "it takes a majority of three voting regions or more",
                    "add a third region or one with `kind: witness`, or write `failover: manual`");
        }
        if (chosen != null) {
            return record("failover", chosen.value, chosen);
        }
        return recorder.derived(
                path + "failover",
                enough ? Failover.AUTOMATIC : Failover.MANUAL,
                enough
                        ? "default: " + voters.size() + " regions vote"
                        : "default with fewer than three voting regions");
    }

    private void fewRegions(Chosen<Consistency> level, List<String> placement) {
        boolean witness = regions.all().stream().anyMatch(r -> r.kind() == RegionKind.WITNESS);
        Span span = level.own() ? level.span : place;
        if (placement.size() != 2) {
            return;
        }
        if (level.value.level() == ConsistencyLevel.QUORUM && !witness) {
            problems.error(
                    ErrorCodes.TOO_FEW_REGIONS,
                    span,
                    "a quorum of two regions is both of them: losing either stops " + name,
                    "placed in " + String.join(", ", placement),
                    "add a third region or one with `kind: witness`");
        } else if (level.value.level() == ConsistencyLevel.STRONG) {
            problems.warning(
                    ErrorCodes.TWO_REGION_STRONG,
                    span,
                    name + " is strong over two regions: while one is out of reach, writes wait",
                    "placed in " + String.join(", ", placement),
                    witness ? null : "a third region, or one with `kind: witness`, lets the other go on");
        }
    }

    // ---- own words, else the file's, else the default

    private <T> Chosen<T> choose(String key, T fallback) {
        Chosen<T> chosen = chooseOptional(key);
        return chosen == null ? new Chosen<>(fallback, Span.FILE, Whence.NOBODY) : chosen;
    }

    private <T> @Nullable Chosen<T> chooseOptional(String key) {
        Found<T> given = own.find(key);
        if (given != null) {
            return new Chosen<>(given.value(), given.span(), Whence.OWN);
        }
        Found<T> inherited = file.find(key);
        return inherited == null ? null : new Chosen<>(inherited.value(), inherited.span(), Whence.FILE);
    }

    private <T> T inherit(String key, T fallback) {
        Chosen<T> chosen = choose(key, fallback);
        return record(key, chosen.value, chosen);
    }

    private <T> T record(String key, T value, Chosen<?> chosen) {
        String reason = switch (chosen.whence) {
            case OWN -> "given";
            case FILE -> "from replication";
            case NOBODY -> "default";
        };
        recorder.put(path + key, Recorder.yaml(value), reason, chosen.span);
        return value;
    }
}
