package dev.meridian.config;

import dev.meridian.config.grammar.Found;
import dev.meridian.config.grammar.Nearest;
import dev.meridian.config.grammar.Section;
import dev.meridian.config.yaml.Problems;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One dataset: its own words, else the file's, else what follows from the regions; with the checks
 * of what these say together.
 */
final class DatasetDerivation {
    private final DatasetWords words;
    private final Map<String, Residency> residencies;
    private final Problems problems;
    private final Recorder recorder;
    private final String name;
    private final String path;
    private final Section own;

    DatasetDerivation(DatasetWords words, Map<String, Residency> residencies) {
        this.words = words;
        this.residencies = residencies;
        this.problems = words.problems();
        this.recorder = words.recorder();
        this.name = words.name();
        this.path = words.path();
        this.own = words.own();
    }

    /** Null after an error that leaves nothing to derive from. */
    @Nullable
    Dataset derive(String nameReason) {
        PromiseDerivation promise = new PromiseDerivation(words);
        WriterDerivation writer = new WriterDerivation(words);
        MergeDerivation merge = new MergeDerivation(words);
        AcknowledgementDerivation acknowledgement = new AcknowledgementDerivation(words);
        if (own.mentions("name")) {
            recorder.put(path + "name", Recorder.yaml(name), "given", own.keySpan("name"));
        } else {
            recorder.derived(path + "name", name, nameReason);
        }
        String type = type();
        Residency residency = type == null ? null : residencies.get(type);
        List<String> placement = new PlacementDerivation(words).placement(residency);
        if (placement.isEmpty()) {
            return null;
        }
        Chosen<Consistency> level = promise.level();
        Topology topology = writer.topology(level, placement, residency);
        boolean hasPrimary = topology.hasPrimary() || level.value().level().needsPrimary();
        List<Handover> schedule = new ScheduleDerivation(words).derive(topology, placement);
        boolean auto = writer.followsWriters(topology, hasPrimary);
        String primary = writer.primary(topology, hasPrimary, placement, residency, schedule);
        Consistency consistency = promise.consistency(level);
        ReplicationMode replication = promise.replication(level, placement);
        Acknowledgement rule = Acknowledgement.of(consistency.level(), replication);
        Witnesses witnesses = acknowledgement.witnesses(hasPrimary, placement, residency);
        Duration writeTimeout = acknowledgement.writeTimeout(rule);
        int minLive = acknowledgement.minLive(rule, placement, witnesses);
        Succession succession = new SuccessionDerivation(words).derive(primary, placement, witnesses, auto, schedule);
        ConflictResolution resolution = merge.resolution();
        // Where nothing is said nothing is shared: regions of earlier versions agree with it.
        Duration window = recorder.takeOptional(own, "idempotency_window", path, "default: 24h");
        Dataset whole = new Dataset(
                name,
                topology,
                placement,
                primary,
                writer.writers(topology, primary, placement),
                consistency,
                replication,
                writeTimeout,
                minLive,
                witnesses,
                succession,
                resolution,
                merge.resolver(resolution),
                merge.conditionalWrites(hasPrimary),
                type,
                residency != null,
                remoteAccess(residency),
                recorder.takeOptional(own, "ttl", path, "default: none"),
                window == null ? FileDefaults.IDEMPOTENCY_WINDOW : window,
                words.inherit("lag_threshold", FileDefaults.LAG_THRESHOLD),
                words.inherit("lag_action", LagAction.WARN),
                words.inherit("record_dropped", false),
                null);
        Partitioning partitioning = new PartitionDerivation(words, residency).derive(whole, level);
        if (partitioning == null) {
            acknowledgement.whatStops(rule, minLive, placement, witnesses, level);
        }
        return whole.spreadOver(partitioning);
    }

    private @Nullable String type() {
        Found<String> given = own.find("type");
        if (given != null) {
            if (!residencies.containsKey(given.value())) {
                String nearest = Nearest.to(given.value(), residencies.keySet());
                problems.warning(
                        ErrorCodes.UNBOUND_TYPE,
                        given.span(),
                        "data_residency has no rule for the type " + given.value() + ", so " + name
                                + " may live anywhere",
                        null,
                        nearest == null ? "add a rule, or remove the type" : "did you mean `" + nearest + "`?");
            }
            return recorder.given(path + "type", given);
        }
        if (residencies.containsKey(name)) {
            return recorder.derived(path + "type", name, "data_residency has a type of this name");
        }
        recorder.none(path + "type", "default: none");
        return null;
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
}
