package dev.meridian.cli.drill;

import dev.meridian.cli.status.NodeStatuses;
import dev.meridian.cli.up.UpState;
import dev.meridian.simulator.history.Operation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Who the nodes say is primary of what, and what a move of one took. */
public final class Primaries {
    /**
     * The parts of a failover, where the nodes told of them.
     *
     * @param detectNs from the fault until somebody said that a region is lost
     * @param electNs from then until somebody said that there is another primary
     * @param routeNs from then until the last lane that had stopped was served again
     * @param rtoNs from the fault until then
     * @param boundNs how long that may be; null where no lane waits for a failover
     */
    public record Split(
            String dataset,
            String primary,
            @Nullable Long detectNs,
            @Nullable Long electNs,
            @Nullable Long routeNs,
            @Nullable Long rtoNs,
            @Nullable Long boundNs) {}

    private Primaries() {}

    /** By dataset, as the node that has heard of the latest decision says. */
    static Map<String, String> now(UpState state) {
        Map<String, String> primaries = new TreeMap<>();
        Map<String, Long> epochs = new HashMap<>();
        for (JsonNode status : statuses(state).answered()) {
            for (JsonNode group : status.path("groups")) {
                long epoch = group.path("epoch").asLong();
                for (JsonNode dataset : group.path("datasets")) {
                    String name = dataset.asString();
                    if (group.path("primary").isString() && epoch >= epochs.getOrDefault(name, 0L)) {
                        epochs.put(name, epoch);
                        primaries.put(name, group.path("primary").asString());
                    }
                }
            }
        }
        return primaries;
    }

    /** Those that are others than before, with who is it now. */
    static Map<String, String> moved(Map<String, String> before, Map<String, String> now) {
        Map<String, String> moved = new TreeMap<>();
        now.forEach((dataset, primary) -> {
            String was = before.get(dataset);
            if (was != null && !was.equals(primary)) {
                moved.put(dataset, primary);
            }
        });
        return moved;
    }

    /** How many late writes the nodes speak of, by dataset of the group: those that wait for somebody to decide, or that were merged. */
    static Map<String, Long> waiting(UpState state) {
        Map<String, Long> waiting = new LinkedHashMap<>();
        for (JsonNode status : statuses(state).answered()) {
            for (JsonNode group : status.path("groups")) {
                long late = group.path("late_writes").asLong(0);
                group.path("datasets").forEach(dataset -> waiting.merge(dataset.asString(), late, Math::max));
            }
        }
        return waiting;
    }

    /**
     * What the nodes' events say of each move; a part of which none speaks is left out.
     *
     * @param groups the group of each dataset, as events name it
     */
    static List<Split> splits(
            Map<String, String> moved,
            Map<String, String> groups,
            List<NodeEvents.Event> events,
            List<Verdict> verdicts,
            Clock clock) {
        List<Split> splits = new ArrayList<>();
        moved.forEach((dataset, primary) -> {
            List<NodeEvents.Event> own = events.stream()
                    .filter(event -> event.atNs() > clock.breakNs())
                    .filter(event -> event.body()
                            .path("group")
                            .asString(groups.getOrDefault(dataset, ""))
                            .equals(groups.getOrDefault(dataset, "")))
                    .toList();
            Long detected = first(own, "primary_lost");
            detected = detected == null ? first(own, "region_silent") : detected;
            Long elected = first(own, "primary_changed");
            List<Verdict> waited = verdicts.stream()
                    .filter(verdict -> verdict.needsFailoverOf(dataset))
                    .toList();
            long served = waited.stream()
                    .mapToLong(verdict ->
                            verdict.stop() == null ? 0 : verdict.stop().toNs())
                    .max()
                    .orElse(0);
            splits.add(new Split(
                    dataset,
                    primary,
                    detected == null ? null : Long.valueOf(detected - clock.breakNs()),
                    detected == null || elected == null ? null : Long.valueOf(elected - detected),
                    elected == null || served < elected || served == Operation.NEVER
                            ? null
                            : Long.valueOf(served - elected),
                    served == 0 || served == Operation.NEVER ? null : Long.valueOf(served - clock.breakNs()),
                    waited.isEmpty()
                            ? null
                            : Long.valueOf(
                                    waited.getFirst().expectation().within().toNanos())));
        });
        return splits;
    }

    private static @Nullable Long first(List<NodeEvents.Event> events, String name) {
        return events.stream()
                .filter(event -> event.name().equals(name))
                .map(NodeEvents.Event::atNs)
                .findFirst()
                .orElse(null);
    }

    private static NodeStatuses statuses(UpState state) {
        var urls = new HashMap<String, String>();
        state.regions().forEach(region -> urls.put(region.name(), region.httpUrl()));
        return NodeStatuses.ask(urls, null);
    }
}
