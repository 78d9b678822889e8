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
    private Groups() {}

    static List<ReplicationGroup> of(Configuration configuration) {
        List<String> order = configuration.regions().stream().map(Region::name).toList();
        Map<String, List<Dataset>> byId = new LinkedHashMap<>();
        for (Dataset dataset : configuration.datasets()) {
            byId.computeIfAbsent(id(dataset, order), ignored -> new ArrayList<>())
                    .add(dataset);
        }
        List<ReplicationGroup> groups = new ArrayList<>();
        byId.forEach((id, datasets) -> {
            Dataset first = datasets.getFirst();
            LagAction strictest = Collections.max(datasets, Comparator.comparing(Dataset::lagAction))
                    .lagAction();
            Duration threshold = datasets.stream()
                    .filter(d -> d.lagAction() == strictest)
                    .map(Dataset::lagThreshold)
                    .min(Comparator.naturalOrder())
                    .orElseThrow();
            groups.add(new ReplicationGroup(
                    id,
                    ordered(first.placement(), order),
                    first.topology(),
                    first.replication(),
                    first.consistency(),
                    first.primary(),
                    ordered(first.writers(), order),
                    first.failover(),
                    first.schedule(),
                    threshold,
                    strictest,
                    List.copyOf(datasets)));
        });
        return List.copyOf(groups);
    }

    private static List<String> ordered(List<String> names, List<String> order) {
        return order.stream().filter(names::contains).toList();
    }

    private static String id(Dataset dataset, List<String> order) {
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
            if (dataset.placement().size() > 1) {
                id.append('/').append(dataset.failover().word());
            }
            dataset.schedule()
                    .forEach(h -> id.append('/').append(h.atUtc()).append('=').append(h.region()));
        } else if (dataset.writers().size() < dataset.placement().size()) {
            id.append("/writers=").append(String.join("+", ordered(dataset.writers(), order)));
        }
        return id.toString();
    }
}
