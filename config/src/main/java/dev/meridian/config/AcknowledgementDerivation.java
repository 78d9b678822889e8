package dev.meridian.config;

import dev.meridian.config.grammar.Found;
import dev.meridian.config.grammar.Section;
import dev.meridian.config.yaml.Problems;
import dev.meridian.config.yaml.Span;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Who counts when a write is acknowledged, how long a client waits for it, and what stops when a region is lost. */
final class AcknowledgementDerivation {
    private final DatasetWords words;
    private final Problems problems;
    private final Recorder recorder;
    private final RegionDerivation regions;
    private final String name;
    private final String path;
    private final Section own;

    AcknowledgementDerivation(DatasetWords words) {
        this.words = words;
        this.problems = words.problems();
        this.recorder = words.recorder();
        this.regions = words.regions();
        this.name = words.name();
        this.path = words.path();
        this.own = words.own();
    }

    Duration writeTimeout(Acknowledgement rule) {
        if (rule == Acknowledgement.ASYNC) {
            unused("write_timeout", "async acknowledges at once");
            return FileDefaults.WRITE_TIMEOUT;
        }
        return words.inherit("write_timeout", FileDefaults.WRITE_TIMEOUT);
    }

    int minLive(Acknowledgement rule, List<String> placement, Witnesses witnesses) {
        if (!rule.countsLive()) {
            unused("min_live", "only sync and strong count live regions");
            return Math.min(FileDefaults.MIN_LIVE, placement.size());
        }
        Chosen<Long> chosen = words.chooseOptional("min_live");
        int holders = placement.size() + witnesses.holders();
        if (chosen == null || !chosen.own() && holders == 1) {
            return words.derive(
                    "min_live", Math.min(FileDefaults.MIN_LIVE, holders), holders == 1 ? "its only region" : "default");
        }
        if (chosen.value() > holders && !words.isPartitioned()) {
            problems.error(
                    ErrorCodes.TOO_FEW_REGIONS,
                    chosen.span(),
                    "min_live is " + chosen.value() + ", and the writes of " + name + " are kept in " + holders
                            + (holders == 1 ? " region" : " regions"),
                    "placed in " + String.join(", ", placement),
                    "write `min_live: " + Math.min(FileDefaults.MIN_LIVE, holders) + "`, or add regions");
        }
        return words.record("min_live", chosen.value(), chosen).intValue();
    }

    private void unused(String key, String why) {
        Found<Object> given = own.find(key);
        if (given != null) {
            problems.warning(
                    ErrorCodes.NO_EFFECT, given.span(), key + " has no effect on " + name, why, "remove the line");
        }
        recorder.none(path + key, "not used: " + why);
    }

    /** One where the regions are even in number, so that half of them are not stuck; the file's first that may keep the log. */
    Witnesses witnesses(boolean hasPrimary, List<String> placement, @Nullable Residency residency) {
        if (!hasPrimary || placement.size() == 1) {
            return Witnesses.NONE;
        }
        List<String> all = regions.all().stream()
                .filter(region -> region.kind() == RegionKind.WITNESS)
                .map(Region::name)
                .toList();
        Found<List<Found<String>>> given = own.find("witnesses");
        if (given != null) {
            Witnesses chosen = witnesses(given(given.value(), all), residency);
            recorder.put(
                    path + "witnesses",
                    Recorder.yaml(chosen.regions()),
                    chosen.keepLog() || chosen.regions().isEmpty()
                            ? "given"
                            : "given; the residency keeps the log away",
                    given.span());
            return chosen;
        }
        if (all.isEmpty() || placement.size() % 2 != 0) {
            recorder.none(
                    path + "witnesses",
                    all.isEmpty() ? "no region has kind: witness" : placement.size() + " regions have a majority");
            return Witnesses.NONE;
        }
        List<String> allowed = residency == null
                ? all
                : all.stream().filter(residency.allowedRegions()::contains).toList();
        Witnesses one = witnesses(List.of(allowed.isEmpty() ? all.getFirst() : allowed.getFirst()), residency);
        words.derive(
                "witnesses",
                one.regions(),
                placement.size() + " regions alone may be split in halves"
                        + (one.keepLog() ? "; it keeps the log" : "; the residency keeps the log away from it"));
        return one;
    }

    private static Witnesses witnesses(List<String> names, @Nullable Residency residency) {
        boolean keepLog = !names.isEmpty()
                && (residency == null || residency.allowedRegions().containsAll(names));
        return new Witnesses(names, keepLog);
    }

    private List<String> given(List<Found<String>> names, List<String> all) {
        List<String> witnesses = new ArrayList<>();
        for (Found<String> item : regions.known(names)) {
            if (all.contains(item.value())) {
                witnesses.add(item.value());
                continue;
            }
            problems.error(
                    ErrorCodes.NOT_A_WITNESS,
                    item.span(),
                    item.value() + " cannot be a witness of " + name + ": it is `kind: "
                            + Objects.requireNonNull(regions.find(item.value()))
                                    .kind()
                                    .word() + "`",
                    all.isEmpty() ? "no region of the file is a witness" : "witnesses: " + String.join(", ", all),
                    "name regions with `kind: witness`");
        }
        return List.copyOf(witnesses);
    }

    /** Says beforehand what stops when one region is lost. */
    void whatStops(
            Acknowledgement rule, int minLive, List<String> placement, Witnesses witnesses, Chosen<Consistency> level) {
        int holders = placement.size() + witnesses.holders();
        int needed = switch (rule) {
            case ASYNC -> 1;
            case SEMI_SYNC -> 2;
            case QUORUM -> (placement.size() + witnesses.regions().size()) / 2 + 1;
            case SYNC, STRONG -> minLive;
        };
        if (placement.size() == 1 || holders > needed || holders < needed && rule.countsLive()) {
            return;
        }
        Chosen<ReplicationMode> mode = words.chooseOptional("replication", "strategy");
        Span said = level.value().level().needsPrimary() ? level.span() : mode == null ? Span.FILE : mode.span();
        boolean own = level.value().level().needsPrimary() ? level.own() : mode != null && mode.own();
        boolean mute = !witnesses.regions().isEmpty() && !witnesses.keepLog();
        Span at = own ? said : words.place();
        String why = (level.value().level().needsPrimary()
                        ? level.value().text()
                        : Objects.requireNonNull(mode).value().word())
                + " needs a write in " + needed + " regions, and " + holders + " keep it"
                + (mute ? ": its residency keeps the log from " + String.join(", ", witnesses.regions()) : "");
        if (holders < needed) {
            problems.error(
                    ErrorCodes.TOO_FEW_REGIONS,
                    at,
                    "no write to " + name + " could ever be acknowledged",
                    why,
                    "allow the witnesses under data_residency, or name one only");
            return;
        }
        problems.warning(
                ErrorCodes.ONE_LOST_STOPS,
                at,
                "while one of " + String.join(", ", placement) + " is out of reach, writes to " + name + " are refused",
                why,
                mute
                        ? "allow the witness under data_residency, or add a region there"
                        : "one region more, or one with `kind: witness`, lets the others go on");
    }
}
