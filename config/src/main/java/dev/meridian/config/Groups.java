package dev.meridian.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Puts datasets of one policy together. */
final class Groups {
    private final Configuration configuration;
    private final List<String> order;

    private Groups(Configuration configuration) {
        this.configuration = configuration;
        this.order = configuration.regions().stream().map(Region::name).toList();
    }

    static List<ReplicationGroup> of(Configuration configuration) {
        Groups groups = new Groups(configuration);
        Map<String, List<Dataset>> byId = new LinkedHashMap<>();
        configuration.datasets().stream()
                .flatMap(dataset -> dataset.parts().stream())
                .forEach(part -> byId.computeIfAbsent(groups.id(part), ignored -> new ArrayList<>())
                        .add(part));
        List<ReplicationGroup> all = new ArrayList<>();
        byId.forEach((id, datasets) -> all.add(groups.group(id, datasets)));
        return List.copyOf(all);
    }

    private ReplicationGroup group(String id, List<Dataset> datasets) {
        Dataset first = datasets.getFirst();
        LagAction strictest = Collections.max(datasets, Comparator.comparing(Dataset::lagAction))
                .lagAction();
        Duration threshold = datasets.stream()
                .filter(d -> d.lagAction() == strictest)
                .map(Dataset::lagThreshold)
                .min(Comparator.naturalOrder())
                .orElseThrow();
        return new ReplicationGroup(
                id,
                first,
                ordered(first.placement()),
                ordered(first.writers()),
                TreeDerivation.of(first, configuration.regions()),
                threshold,
                strictest,
                List.copyOf(datasets));
    }

    private List<String> ordered(List<String> names) {
        return order.stream().filter(names::contains).toList();
    }

    /** What most files leave as it is does not show, so that their ids stay when this learns to tell more apart. */
    private String id(Dataset dataset) {
        StringBuilder id = new StringBuilder(dataset.topology().word())
                .append('/')
                .append(
                        dataset.consistency().level().needsPrimary()
                                ? "-"
                                : dataset.replication().word())
                .append('/')
                .append(dataset.consistency().text())
                .append('/')
                .append(dataset.placement().stream()
                        .sorted()
                        .map(name -> name.equals(dataset.primary()) ? name + "*" : name)
                        .collect(Collectors.joining("+")));
        if (dataset.hasPrimary()) {
            succession(dataset, id);
        } else if (dataset.writers().size() < dataset.placement().size()) {
            id.append("/writers=").append(String.join("+", ordered(dataset.writers())));
        }
        acknowledgement(dataset, id);
        if (!dataset.name().equals(dataset.keyspace())) {
            id.append("/partition=")
                    .append(dataset.name().substring(dataset.keyspace().length() + 1));
        }
        return id.toString();
    }

    private void succession(Dataset dataset, StringBuilder id) {
        Succession succession = dataset.succession();
        if (dataset.placement().size() > 1) {
            id.append('/').append(succession.failover().word());
            differing(
                    id, "lease", succession.lease(), configuration.replication().lease());
            differing(
                    id,
                    "detection",
                    succession.detection(),
                    configuration.replication().detection());
            differing(
                    id,
                    "late",
                    succession.lateWrites(),
                    configuration.replication().lateWrites());
            differing(
                    id,
                    "successors",
                    succession.successors(),
                    SuccessionDerivation.usual(dataset.primary(), dataset.placement(), configuration.regions()));
        }
        if (succession.followsWriters()) {
            id.append("/auto");
        }
        succession
                .schedule()
                .forEach(h -> id.append('/')
                        .append(h.at())
                        .append(Recorder.yaml(h.zone()).equals("UTC") ? "" : "@" + h.zone())
                        .append('=')
                        .append(h.region()));
        Witnesses witnesses = dataset.witnesses();
        if (!witnesses.regions().isEmpty()) {
            id.append(witnesses.keepLog() ? "/witness=" : "/voter=")
                    .append(String.join("+", ordered(witnesses.regions())));
        }
    }

    private void acknowledgement(Dataset dataset, StringBuilder id) {
        ReplicationSettings file = configuration.replication();
        if (dataset.acknowledgement() != Acknowledgement.ASYNC) {
            differing(id, "timeout", dataset.writeTimeout(), file.writeTimeout());
        }
        if (dataset.acknowledgement().countsLive() && dataset.placement().size() > 1) {
            differing(id, "live", dataset.minLive(), file.minLive());
        }
    }

    private static void differing(StringBuilder id, String key, Object value, Object usual) {
        if (!value.equals(usual)) {
            id.append('/').append(key).append('=').append(Recorder.yaml(value).replaceAll("[\\[\\] ]", ""));
        }
    }
}
