package dev.meridian.config;

import dev.meridian.config.yaml.Problems;
import dev.meridian.config.yaml.Span;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What a dataset promises: its level, when a write is acknowledged, who replaces a lost primary. */
final class PromiseDerivation {
    private final DatasetWords words;
    private final Problems problems;
    private final Recorder recorder;
    private final RegionDerivation regions;
    private final String name;
    private final String path;

    PromiseDerivation(DatasetWords words) {
        this.words = words;
        this.problems = words.problems();
        this.recorder = words.recorder();
        this.regions = words.regions();
        this.name = words.name();
        this.path = words.path();
    }

    Chosen<Consistency> level() {
        return words.choose("consistency", Consistency.of(ConsistencyLevel.EVENTUAL));
    }

    Consistency consistency(Chosen<Consistency> level) {
        if (level.value().level() == ConsistencyLevel.BOUNDED && level.value().bound() == null) {
            Duration lag =
                    words.choose("lag_threshold", FileDefaults.LAG_THRESHOLD).value();
            Consistency bounded = new Consistency(ConsistencyLevel.BOUNDED, lag);
            recorder.put(path + "consistency", bounded.text(), "bounded takes lag_threshold", level.span());
            return bounded;
        }
        return words.record("consistency", level.value(), level);
    }

    ReplicationMode replication(Chosen<Consistency> level, List<String> placement) {
        Chosen<ReplicationMode> mode = mode();
        ConsistencyLevel rule = level.value().level();
        if (rule.needsPrimary()) {
            boolean sameBreath =
                    mode.own() || mode.whence() == Chosen.Whence.FILE && level.whence() == Chosen.Whence.FILE;
            boolean agrees = rule == ConsistencyLevel.STRONG && mode.value() == ReplicationMode.SYNC;
            if (sameBreath && !agrees) {
                String key = mode.own() ? "replication" : "strategy";
                String at = level.span().line() == mode.span().line()
                        ? ""
                        : " on line " + level.span().line();
                problems.error(
                        ErrorCodes.ACKNOWLEDGEMENT_CONTRADICTION,
                        mode.span(),
                        key + ": " + mode.value().word() + " contradicts consistency: " + rule.word() + at,
                        rule.word() + " says itself when a write is acknowledged: "
                                + (rule == ConsistencyLevel.STRONG ? "by all live members" : "by a majority"),
                        "remove `" + key + "`, or choose a read level such as session for consistency");
            }
            recorder.none(
                    path + "replication",
                    "not used: consistency " + rule.word() + " says when a write is acknowledged");
            return ReplicationMode.SYNC;
        }
        if (mode.value() == ReplicationMode.SEMI_SYNC && placement.size() == 1) {
            problems.error(
                    ErrorCodes.TOO_FEW_REGIONS,
                    mode.own() ? mode.span() : words.place(),
                    name + " lives in " + placement.getFirst()
                            + " only, so no second region can acknowledge its writes",
                    mode.own()
                            ? null
                            : "it takes strategy: semi-sync from line "
                                    + mode.span().line(),
                    "give the dataset `replication: async`, or a second region");
        }
        return words.record("replication", mode.value(), mode);
    }

    private Chosen<ReplicationMode> mode() {
        Chosen<ReplicationMode> mode = words.chooseOptional("replication", "strategy");
        return mode == null ? new Chosen<>(ReplicationMode.ASYNC, Span.FILE, Chosen.Whence.NOBODY) : mode;
    }

    Failover failover(boolean hasPrimary, List<String> placement) {
        Chosen<Failover> chosen = words.chooseOptional("failover");
        Set<String> voters = regions.all().stream()
                .filter(r -> placement.contains(r.name()) || r.kind() == RegionKind.WITNESS)
                .map(Region::name)
                .collect(Collectors.toSet());
        if (!hasPrimary || placement.size() == 1) {
            if (chosen != null && chosen.own() && chosen.value() == Failover.AUTOMATIC) {
                problems.warning(
                        ErrorCodes.NO_EFFECT,
                        chosen.span(),
                        "failover has no effect on " + name,
                        hasPrimary ? "it lives in one region" : "it has no primary",
                        "remove the line");
            }
            recorder.none(path + "failover", hasPrimary ? "not used: one region" : "not used: no primary");
            return Failover.MANUAL;
        }
        boolean enough = voters.size() >= 3;
        if (chosen != null && chosen.value() == Failover.AUTOMATIC && !enough) {
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
        return recorder.derived(
                path + "failover",
                enough ? Failover.AUTOMATIC : Failover.MANUAL,
                enough
                        ? "default: " + voters.size() + " regions vote"
                        : "default with fewer than three voting regions");
    }

    void fewRegions(Chosen<Consistency> level, List<String> placement) {
        boolean witness = regions.all().stream().anyMatch(r -> r.kind() == RegionKind.WITNESS);
        Span span = level.own() ? level.span() : words.place();
        if (placement.size() != 2) {
            return;
        }
        if (level.value().level() == ConsistencyLevel.QUORUM && !witness) {
            problems.error(
                    ErrorCodes.TOO_FEW_REGIONS,
                    span,
                    "a quorum of two regions is both of them: losing either stops " + name,
                    "placed in " + String.join(", ", placement),
                    "add a third region or one with `kind: witness`");
        } else if (level.value().level() == ConsistencyLevel.STRONG) {
            problems.warning(
                    ErrorCodes.TWO_REGION_STRONG,
                    span,
                    name + " is strong over two regions: while one is out of reach, writes wait",
                    "placed in " + String.join(", ", placement),
                    witness ? null : "a third region, or one with `kind: witness`, lets the other go on");
        }
    }
}
