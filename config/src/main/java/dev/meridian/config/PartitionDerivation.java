package dev.meridian.config;

import dev.meridian.config.grammar.Found;
import dev.meridian.config.grammar.Nearest;
import dev.meridian.config.grammar.Section;
import dev.meridian.config.yaml.Problems;
import dev.meridian.config.yaml.Span;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The partitions of a geo-partitioned dataset: which keys are at home where. */
final class PartitionDerivation {
    private final DatasetWords words;
    private final Problems problems;
    private final Recorder recorder;
    private final String path;
    private final Section own;
    private final @Nullable Residency residency;

    PartitionDerivation(DatasetWords words, @Nullable Residency residency) {
        this.words = words;
        this.problems = words.problems();
        this.recorder = words.recorder();
        this.path = words.path();
        this.own = words.own();
        this.residency = residency;
    }

    /** Null where the dataset is one whole, or after an error. */
    @Nullable
    Partitioning derive(Dataset whole, Chosen<Consistency> level) {
        if (!own.mentions("partitions")) {
            for (String key : List.of("partition_by", "unmapped")) {
                if (own.mentions(key)) {
                    problems.error(
                            ErrorCodes.PARTITIONS,
                            own.keySpan(key),
                            words.name() + " has " + key + " and no partitions",
                            null,
                            "add `partitions:`, or remove the line");
                }
            }
            return null;
        }
        if (whole.topology() != Topology.GEO_PARTITIONED) {
            problems.error(
                    ErrorCodes.PARTITIONS,
                    own.keySpan("partitions"),
                    words.name() + " has partitions, and topology: "
                            + whole.topology().word() + " uses none",
                    null,
                    "write `topology: geo-partitioned`, or remove the partitions");
            return null;
        }
        Found<String> rule = own.find("partition_by");
        if (rule == null) {
            if (!own.mentions("partition_by")) {
                problems.error(
                        ErrorCodes.PARTITIONS,
                        own.keySpan("partitions"),
                        "nothing says which part of a key of " + words.name() + " decides",
                        null,
                        "add `partition_by: hash_tag`, or prefix, or field(2)");
            }
            return null;
        }
        recorder.given(path + "partition_by", rule);
        boolean byField = rule.value().startsWith("field(");
        int field = byField ? rule.value().charAt("field(".length()) - '0' : 0;
        if (field == 1 && !words.name().equals(Dataset.DEFAULT)) {
            problems.error(
                    ErrorCodes.PARTITIONS,
                    rule.span(),
                    "the first field of each key of " + words.name() + " is its name: it decides nothing",
                    null,
                    "write `partition_by: field(2)`");
        }
        List<Partition> partitions = partitions(whole, level);
        Partitioning.By by = byField
                ? Partitioning.By.FIELD
                : rule.value().equals("prefix") ? Partitioning.By.PREFIX : Partitioning.By.HASH_TAG;
        String unmapped = unmapped(partitions);
        return partitions.isEmpty() ? null : new Partitioning(by, field, partitions, unmapped);
    }

    private @Nullable String unmapped(List<Partition> partitions) {
        Found<String> given = own.find("unmapped");
        if (given == null) {
            recorder.derived(path + "unmapped", Partitioning.REFUSE, "default");
            return null;
        }
        recorder.given(path + "unmapped", given);
        if (given.value().equals(Partitioning.REFUSE)) {
            return null;
        }
        List<String> names = partitions.stream().map(Partition::name).toList();
        if (!names.contains(given.value()) && !names.isEmpty()) {
            String nearest = Nearest.to(given.value(), names);
            problems.error(
                    ErrorCodes.PARTITIONS,
                    given.span(),
                    words.name() + " has no partition " + given.value(),
                    "partitions: " + String.join(", ", names),
                    nearest == null ? "name one of them, or write `refuse`" : "did you mean `" + nearest + "`?");
        }
        return given.value();
    }

    private List<Partition> partitions(Dataset whole, Chosen<Consistency> level) {
        Map<String, Span> names = new LinkedHashMap<>();
        Map<String, Span> values = new LinkedHashMap<>();
        List<Partition> partitions = new ArrayList<>();
        for (Found<Section> item : own.<Section>list("partitions")) {
            Section section = item.value();
            Found<String> name = section.find("name");
            List<String> mine = new ArrayList<>();
            for (Found<String> value : section.<String>list("values")) {
                if (isNew(values, value, "two partitions take the value ")) {
                    mine.add(value.value());
                }
            }
            if (name == null || !isNew(names, name, "two partitions are called ")) {
                continue;
            }
            if (name.value().equals(Partitioning.REFUSE)) {
                problems.error(
                        ErrorCodes.PARTITIONS,
                        name.span(),
                        "a partition cannot be called refuse",
                        "`unmapped: refuse` means that there is none",
                        "choose another name");
            }
            String at = path + "partitions." + name.value() + ".";
            recorder.given(at + "name", name);
            recorder.put(at + "values", Recorder.yaml(mine), "given", section.keySpan("values"));
            partitions.add(new Partition(name.value(), List.copyOf(mine), part(whole, name, section, at, level)));
        }
        return List.copyOf(partitions);
    }

    private boolean isNew(Map<String, Span> seen, Found<String> name, String twice) {
        Span earlier = seen.putIfAbsent(name.value(), name.span());
        if (earlier != null) {
            problems.error(
                    ErrorCodes.DUPLICATE_NAME,
                    name.span(),
                    twice + name.value(),
                    "the first is on line " + earlier.line(),
                    "keep it at one");
        }
        return earlier == null;
    }

    private Dataset part(Dataset whole, Found<String> name, Section section, String at, Chosen<Consistency> level) {
        List<String> placement = placement(whole, section, at);
        String primary = primary(whole, placement, section, name.value(), at);
        // What follows is the dataset's word for each of its partitions, and was said back once.
        DatasetWords mine = words.ofPartition(name.value());
        AcknowledgementDerivation acknowledgement = new AcknowledgementDerivation(mine);
        Witnesses witnesses = acknowledgement.witnesses(true, placement, residency);
        int minLive = acknowledgement.minLive(whole.acknowledgement(), placement, witnesses);
        acknowledgement.whatStops(whole.acknowledgement(), minLive, placement, witnesses, level);
        return new Dataset(
                mine.name(),
                whole.topology(),
                placement,
                primary,
                List.of(primary),
                whole.consistency(),
                whole.replication(),
                whole.writeTimeout(),
                minLive,
                witnesses,
                succession(whole, primary, placement, witnesses, name),
                whole.conflictResolution(),
                whole.resolver(),
                whole.conditionalWrites(),
                whole.dataType(),
                whole.restricted(),
                whole.remoteAccess(),
                whole.ttl(),
                whole.idempotencyWindow(),
                whole.lagThreshold(),
                whole.lagAction(),
                whole.recordDropped(),
                null);
    }

    private List<String> placement(Dataset whole, Section section, String at) {
        if (!section.mentions("placement")) {
            return recorder.derived(at + "placement", whole.placement(), "the dataset's");
        }
        List<String> placement = new ArrayList<>();
        for (Found<String> item : new PlacementDerivation(words).given(section, residency)) {
            if (whole.placement().contains(item.value())) {
                placement.add(item.value());
            } else {
                problems.error(
                        ErrorCodes.PARTITIONS,
                        item.span(),
                        "a partition of " + words.name() + " is placed in " + item.value() + ", and the dataset is not",
                        "the dataset's placement: " + String.join(", ", whole.placement()),
                        "add it there, or remove it here");
            }
        }
        recorder.put(at + "placement", Recorder.yaml(placement), "given", section.keySpan("placement"));
        return placement.isEmpty() ? whole.placement() : List.copyOf(placement);
    }

    private String primary(Dataset whole, List<String> placement, Section section, String name, String at) {
        Found<String> given = section.find("primary");
        if (given != null && words.regions().isRegion(given)) {
            if (placement.contains(given.value())) {
                return recorder.given(at + "primary", given);
            }
            problems.error(
                    ErrorCodes.PRIMARY_OUTSIDE,
                    given.span(),
                    "partition " + name + " has its primary in " + given.value() + ", where it is not placed",
                    "allowed: " + String.join(", ", placement),
                    "write `primary: " + placement.getFirst() + "`");
        }
        String usual = whole.primary();
        boolean there = usual != null && placement.contains(usual);
        return recorder.derived(
                at + "primary",
                there ? Objects.requireNonNull(usual) : placement.getFirst(),
                placement.size() == 1 ? "its only region" : there ? "the dataset's" : "the first of its regions");
    }

    private Succession succession(
            Dataset whole, String primary, List<String> placement, Witnesses witnesses, Found<String> name) {
        Succession all = whole.succession();
        boolean canVote =
                placement.size() > 1 && placement.size() + witnesses.regions().size() >= 3;
        Chosen<Failover> asked = words.chooseOptional("failover");
        if (asked != null && asked.own() && asked.value() == Failover.AUTOMATIC && placement.size() > 1 && !canVote) {
            problems.error(
                    ErrorCodes.TOO_FEW_REGIONS,
                    name.span(),
                    "partition " + name.value() + " has two voting regions, so failover cannot be automatic",
                    "failover: automatic on line " + asked.span().line(),
                    "add a third region or one with `kind: witness`, or write `failover: manual`");
        }
        List<String> successors = Stream.concat(Stream.ofNullable(whole.primary()), all.successors().stream())
                .filter(region -> placement.contains(region) && !region.equals(primary))
                .toList();
        return new Succession(
                canVote ? all.failover() : Failover.MANUAL,
                all.lateWrites(),
                all.lease(),
                all.detection(),
                successors,
                all.followsWriters(),
                List.of());
    }
}
