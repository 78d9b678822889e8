package dev.meridian.simulator;

import dev.meridian.kernel.placement.Placement;
import dev.meridian.kernel.primary.Configuration;
import dev.meridian.kernel.replication.Group;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The end of every run: faults are over, and what must then come about does, within its bound (V1, Y1). */
final class Settling {
    private static final long PROBE_AGAIN_NS = 100_000_000L;
    private static final long SETTLE_MS = 60_000;
    private static final long SETTLE_STEP_MS = 250;
    private static final long ANSWER_MS = 30_000;
    private static final long REST_MS = 3_000;

    private final Stage stage;
    private final World world;
    private final List<String> regions;
    private final SimulatedNode[] nodes;
    private final Injection injection;
    private final Agreement agreement;
    private final Ledger ledger;
    private final Clients clients;

    Settling(
            Stage stage,
            World world,
            SimulatedNode[] nodes,
            Injection injection,
            Agreement agreement,
            Ledger ledger,
            Clients clients) {
        this.stage = stage;
        this.world = world;
        this.regions = stage.regions();
        this.nodes = nodes;
        this.injection = injection;
        this.agreement = agreement;
        this.ledger = ledger;
        this.clients = clients;
    }

    /**
     * Ends every fault. Then regions come to hold the same (V1), every region's writes in each of its groups are
     * acknowledged, and nothing waits for ever (Y1), each within its bound.
     */
    void settle() {
        injection.mend();
        equal();
        stage.run(REST_MS);
        List<String> open = new ArrayList<>();
        world.act(world.nowNs(), () -> probe(open));
        world.runUntil(world.nowNs());
        if (!stage.runUntil(() -> open.isEmpty() && clients.answered(), ANSWER_MS)) {
            throw new World.Violation(
                    "Y1", "no answer within " + ANSWER_MS + " ms: " + clients.waiting() + agreement.links());
        }
        equal();
        stage.run(REST_MS);
        // A primary may have changed who is live meanwhile, and each region hears of that a little later.
        equal();
    }

    private void equal() {
        long endNs = world.nowNs() + SETTLE_MS * 1_000_000L;
        String difference = stage.difference();
        while ((difference != null || heldBack() != null) && world.nowNs() < endNs) {
            stage.run(SETTLE_STEP_MS);
            difference = stage.difference();
        }
        if (difference != null || heldBack() != null) {
            throw difference != null
                    ? new World.Violation("V1", difference)
                    : new World.Violation("Y1", heldBack() + " after " + SETTLE_MS + " ms" + agreement.links());
        }
    }

    /** What waits, for the links or behind something. Where something was lost, what depends on it and was lost as well may be held for good. */
    private @Nullable String heldBack() {
        if (injection.linksAreBehind()) {
            return "links carry what was sent long ago";
        }
        for (SimulatedNode node : nodes) {
            String waiting = node.kernel().replicator().waiting();
            if (ledger.lossless() && !waiting.equals("0 bytes wait")) {
                return "region " + regions.get(node.region) + " still holds " + waiting;
            }
            for (int other = 0; other < nodes.length; other++) {
                if (other != node.region && !stage.hears(node.region, other)) {
                    return "region " + regions.get(node.region) + " does not hear " + regions.get(other);
                }
            }
        }
        return unsteady();
    }

    /** Which group's primary is not the same for all, or cannot take writes; null when each can. */
    private @Nullable String unsteady() {
        for (SimulatedNode node : nodes) {
            for (Group group : node.kernel().groups()) {
                Configuration known = node.kernel().control().configuration(group.index());
                if (known.primary() == null || !known.members().contains(regions.get(node.region))) {
                    continue;
                }
                Group there = nodes[regions.indexOf(known.primary())].kernel().groups()[group.index()];
                if (there.epoch() != known.epoch()) {
                    return "region " + known.primary() + " knows epoch " + there.epoch() + " of group " + known.group()
                            + ", region " + regions.get(node.region) + " epoch " + known.epoch();
                }
                if (!there.isWriter() || there.pause() != null) {
                    return "group " + known.group() + " has no primary: " + there.pause();
                }
                if (group.sealed() != known.epoch()) {
                    return "region " + regions.get(node.region) + " has promised epoch " + group.sealed() + " of group "
                            + known.group() + ", which is at " + known.epoch();
                }
            }
        }
        return null;
    }

    private void probe(List<String> open) {
        for (String region : regions) {
            for (DatasetPlan plan : stage.deployment().plans()) {
                if (plan.members().contains(region)) {
                    String key = plan.name() + ":probe" + region;
                    open.add(key);
                    probe(open, region, key);
                }
            }
        }
    }

    private void probe(List<String> open, String region, String key) {
        Placement placement = nodes[regions.indexOf(region)].kernel().placement();
        boolean moves = placement
                .group(placement.datasetOf(key.getBytes(StandardCharsets.ISO_8859_1)))
                .failover()
                .relocates();
        List<String> words = List.of("SET", key, "1");
        clients.send(new Action.Send(region, "probe", List.of(words)), reply -> {}, replies -> {
            String reply = replies.getFirst();
            if (moves && reply.startsWith("-CLUSTERDOWN")) {
                // A move by the hours that takes longer than the write may wait; it is over soon.
                world.in(PROBE_AGAIN_NS, () -> probe(open, region, key));
            } else if (!reply.startsWith("+OK") && !(standsBy(key) && reply.startsWith("-STANDBY"))) {
                throw new World.Violation("Y1", "a write of " + key + " got " + replies + agreement.links());
            } else {
                open.remove(key);
            }
        });
    }

    /** Whether regions that keep the key may say that they serve nothing. */
    private boolean standsBy(String key) {
        return stage.deployment().plan(key).followers().pilotLight();
    }

    /** What each region that keeps the key shows of it, by region and key. */
    Map<String, Map<String, String>> readings(Map<String, List<String>> commands) {
        Map<String, Map<String, String>> shown = new LinkedHashMap<>();
        for (String region : regions) {
            Map<String, String> replies = shown.computeIfAbsent(region, r -> new LinkedHashMap<>());
            commands.forEach((key, words) -> {
                DatasetPlan plan = stage.deployment().plan(key);
                if (plan.members().contains(region)) {
                    List<String> bare = new ArrayList<>(List.of("MERIDIAN.READ", "eventual"));
                    bare.addAll(words);
                    world.act(
                            world.nowNs(),
                            () -> clients.send(
                                    new Action.Send(region, "judge", List.of(List.copyOf(bare))),
                                    reply -> {
                                        if (!standsBy(key) || !reply.startsWith("-STANDBY")) {
                                            replies.put(key, reply);
                                        }
                                    },
                                    all -> {}));
                }
            });
        }
        world.runUntil(world.nowNs());
        stage.runUntil(clients::answered, ANSWER_MS);
        return shown;
    }
}
