package dev.meridian.cli.drill;

import dev.meridian.cli.Failure;
import dev.meridian.cli.Trouble;
import dev.meridian.cli.blackbox.FaultInjector.Undo;
import dev.meridian.cli.operator.Fleet;
import dev.meridian.cli.operator.Move;
import dev.meridian.cli.status.NodeStatuses;
import dev.meridian.cli.up.UpState;
import dev.meridian.config.Configuration;
import dev.meridian.config.ReplicationGroup;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The planned switchovers of a drill: all groups of a region to whoever is to follow it, and back. */
final class PlannedMoves {
    private static final long PATIENCE_NS = 15_000_000_000L;
    private static final long AGAIN_MS = 250;

    private final UpState state;
    private final Timeline timeline;
    private final String name = "drill-" + UUID.randomUUID().toString().substring(0, 13);
    private int operations;

    PlannedMoves(UpState state, Timeline timeline) {
        this.state = state;
        this.timeline = timeline;
    }

    /**
     * Moves every group whose primary the file puts in the region, from where it is now; undone by moving each back there.
     *
     * @throws Failure if a group has not moved within some seconds
     */
    Undo away(String region, Configuration configuration) throws InterruptedException {
        Map<String, String> before = new TreeMap<>();
        for (ReplicationGroup group : configuration.groups()) {
            if (region.equals(group.policy().primary()) && group.members().size() > 1) {
                before.put(group.id(), move(group.id(), null));
            }
        }
        return () -> {
            for (Map.Entry<String, String> group : before.entrySet()) {
                move(group.getKey(), group.getValue());
            }
        };
    }

    /** To the region, or where none is named to the first that could follow; answers who was primary. */
    private String move(String id, @Nullable String to) throws InterruptedException {
        long endNs = System.nanoTime() + PATIENCE_NS;
        while (true) {
            try {
                Fleet fleet = fleet();
                JsonNode group = fleet.groups().stream()
                        .filter(each -> each.path("id").asString().equals(id))
                        .findFirst()
                        .orElseThrow(() -> Trouble.UNKNOWN_GROUP.because("no node speaks of the group"));
                String from = group.path("primary").asString();
                String target = to != null
                        ? to
                        : Move.successor(fleet, group)
                                .orElseThrow(() -> Trouble.NOT_POSSIBLE.because("no live member could follow " + from));
                if (!target.equals(from)) {
                    Move move = Move.of(fleet, group, target);
                    ask(fleet, move);
                    timeline.add("moved", String.join(", ", move.datasets()) + ": from " + from + " to " + target);
                }
                return from;
            } catch (Failure e) {
                // The control group may still be choosing its leader, or the timetable have moved the primary
                // meanwhile.
                if (System.nanoTime() > endNs) {
                    throw e;
                }
                Thread.sleep(AGAIN_MS);
            }
        }
    }

    private void ask(Fleet fleet, Move move) {
        Map<String, String> query = new LinkedHashMap<>();
        query.put("operation", name + "-" + ++operations);
        query.put("by", "drill");
        query.put("reason", "a rehearsed switchover");
        query.put("to", move.to());
        fleet.post(move.from(), "/v1/groups/" + Fleet.encoded(move.group()) + "/switchover", query);
    }

    private Fleet fleet() {
        var urls = new HashMap<String, String>();
        state.regions().forEach(each -> urls.put(each.name(), each.httpUrl()));
        return Fleet.of(urls, NodeStatuses.ask(urls, null), null);
    }
}
