package dev.meridian.config;

import dev.meridian.config.yaml.Problems;
import dev.meridian.config.yaml.Span;
import java.time.Duration;
import java.util.List;

/** What a dataset promises: its level, and when a write is acknowledged. */
final class PromiseDerivation {
    private final DatasetWords words;
    private final Problems problems;
    private final Recorder recorder;
    private final String name;
    private final String path;

    PromiseDerivation(DatasetWords words) {
        this.words = words;
        this.problems = words.problems();
        this.recorder = words.recorder();
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
}
