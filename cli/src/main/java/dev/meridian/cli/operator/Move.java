package dev.meridian.cli.operator;

import dev.meridian.cli.Quantities;
import dev.meridian.cli.Table;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A group that is to get another primary, and what is known of it beforehand.
 *
 * @param primaryAnswers whether this program hears the primary's node
 * @param lagMutations what the target lacks of the primary's writes; null where nobody knows
 * @param leaseMs for how long members may have promised the primary not to follow another; null where it has no lease
 * @param detectionMs after how long a lost primary is replaced by itself; null where a person decides
 * @param roundTripMs the longest that the target measures
 * @param load of the target: what its node says of its clients' commands, keys and memory
 */
public record Move(
        String group,
        List<String> datasets,
        String from,
        String to,
        long epoch,
        boolean primaryAnswers,
        @Nullable Long lagMutations,
        @Nullable Long lagMs,
        @Nullable Long leaseMs,
        @Nullable Long detectionMs,
        double roundTripMs,
        Map<String, @Nullable Object> load) {

    private static final double DECISION_MS = 1_000;

    /** Who could take the group in place of its primary, by preference. */
    public static Optional<String> successor(Fleet fleet, JsonNode group) {
        String primary = group.path("primary").asString();
        List<String> live = StreamSupport.stream(group.path("live").spliterator(), false)
                .map(JsonNode::asString)
                .toList();
        return StreamSupport.stream(group.path("preferred").spliterator(), false)
                .map(JsonNode::asString)
                .filter(region -> !region.equals(primary) && live.contains(region))
                .filter(region -> fleet.answers(region) && !fleet.isOff(region))
                .findFirst();
    }

    public static Move of(Fleet fleet, JsonNode group, String to) {
        String id = group.path("id").asString();
        String from = group.path("primary").asString();
        // The primary knows best; where it is silent its successor knows what it had heard of.
        Optional<JsonNode> told = fleet.lag(from, to, id);
        JsonNode lag = told.or(() -> fleet.lag(to, from, id)).orElse(null);
        String word = told.isPresent() ? "lag" : "behind";
        var load = new LinkedHashMap<String, @Nullable Object>();
        JsonNode target = fleet.byRegion().get(to);
        if (target != null) {
            load.put("ops_per_s", number(target.path("ops_per_s")));
            load.put("keys", number(target.path("keys")));
            load.put("heap_used_bytes", number(target.path("memory").path("heap_used_bytes")));
        }
        return new Move(
                id,
                StreamSupport.stream(group.path("datasets").spliterator(), false)
                        .map(JsonNode::asString)
                        .toList(),
                from,
                to,
                group.path("epoch").asLong(),
                fleet.answers(from),
                lag == null ? null : whole(lag.path(word + "_mutations")),
                lag == null ? null : whole(lag.path(word + "_ms")),
                whole(group.path("lease_ms")),
                whole(group.path("detection_ms")),
                roundTripMs(target),
                load);
    }

    private static double roundTripMs(@Nullable JsonNode node) {
        double longest = 0;
        if (node != null) {
            for (JsonNode peer : node.path("peers")) {
                longest = Math.max(longest, peer.path("rtt_ms").asDouble(0));
            }
        }
        return longest;
    }

    /** How long clients may wait for the target, once it is asked to take over without its primary. */
    public double withinMs() {
        return (leaseMs == null ? 0 : leaseMs) + 3 * roundTripMs + DECISION_MS;
    }

    /** How {@link #withinMs} comes about. */
    public String bound() {
        return "Writes go on within " + Quantities.span(withinMs()) + ": "
                + (leaseMs == null ? "" : "lease " + Quantities.span(leaseMs) + " + ")
                + "three round trips of " + Quantities.span(roundTripMs) + " (promises, decision, new lease) + 1 s"
                + (detectionMs == null
                        ? "; nobody replaces a lost primary by itself"
                        : "; by itself a lost primary is replaced " + Quantities.span(detectionMs)
                                + " (detection) after its last word")
                + ".";
    }

    /** The plan for people. */
    public static List<String> lines(List<Move> moves, boolean isPlanned, int columns) {
        var table = new Table("group of", "from", "to", "epoch", "primary", "target lacks", "load of the target");
        for (Move move : moves) {
            table.row(
                    String.join(", ", move.datasets),
                    move.from,
                    move.to,
                    move.epoch + " -> " + (move.epoch + 1),
                    move.primaryAnswers ? "answers" : "silent",
                    move.lacks() + (isPlanned ? ", waited for" : ""),
                    move.loaded());
        }
        return table.lines("  ", columns);
    }

    private String lacks() {
        if (lagMutations == null) {
            return "not known";
        }
        String writes = Quantities.count(lagMutations) + " mutations";
        return (primaryAnswers ? "" : "at least ") + writes + (lagMs == null ? "" : ", " + Quantities.span(lagMs));
    }

    private String loaded() {
        Object rate = load.get("ops_per_s");
        Object keys = load.get("keys");
        Object heap = load.get("heap_used_bytes");
        return (rate instanceof Number n ? Quantities.count(n.doubleValue()) : "-") + " ops/s, "
                + (keys instanceof Number n ? Quantities.count(n.doubleValue()) : "-") + " keys, "
                + (heap instanceof Number n ? Quantities.count(n.doubleValue()) + "B" : "-") + " of memory";
    }

    public Map<String, @Nullable Object> toJson() {
        var json = new LinkedHashMap<String, @Nullable Object>();
        json.put("group", group);
        json.put("datasets", datasets);
        json.put("from", from);
        json.put("to", to);
        json.put("epoch", epoch);
        json.put("primary_answers", primaryAnswers);
        json.put("lag_mutations", lagMutations);
        json.put("lag_ms", lagMs);
        json.put("lease_ms", leaseMs);
        json.put("detection_ms", detectionMs);
        json.put("within_ms", Math.round(withinMs()));
        json.put("load", load);
        return json;
    }

    private static @Nullable Object number(JsonNode node) {
        return node.isNumber() ? node.asDouble() : null;
    }

    private static @Nullable Long whole(JsonNode node) {
        return node.isNumber() ? node.asLong() : null;
    }
}
