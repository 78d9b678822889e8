package dev.meridian.simulator;

import dev.meridian.kernel.Kernel;
import dev.meridian.kernel.placement.Dataset;
import dev.meridian.kernel.placement.GroupPolicy;
import dev.meridian.kernel.placement.Placement;
import dev.meridian.kernel.replication.LateWrite;
import dev.meridian.kernel.replication.Peer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where a dataset refuses writes over its budget, none is acknowledged while a member lacks one of the same run, or reign of it, that is older
 * than that, by the true time (B2). What a member had called durable and then lost with its disk ages no budget: the member is being
 * filled, and its lag counts from then. What it had only applied counts again once the writer has been told that it is gone.
 */
final class Budget implements Promise {
    private static final Set<String> WRITES = Set.of("SET", "SADD", "INCRBY", "RPUSH", "LPUSH");

    /** Between a reply and the turn in which its age was measured, and the least unit of that. */
    private static final long SLACK_MS = 500;

    private record Acknowledged(long run, long seq, long atNs) {}

    private final World world;
    private final Placement placement;
    private final SimulatedNode[] nodes;
    private final Map<String, ArrayDeque<Acknowledged>> open = new TreeMap<>();

    /** When each region last may have lost something. */
    private final long[] lostNs;

    /** By region and group: of each origin the last that the region had called durable before it may have lost it. */
    private final Map<String, Map<Long, Long>> confirmed = new TreeMap<>();

    Budget(World world, Placement placement, SimulatedNode[] nodes) {
        this.world = world;
        this.placement = placement;
        this.nodes = nodes;
        lostNs = new long[nodes.length];
        Arrays.fill(lostNs, Long.MIN_VALUE);
    }

    @Override
    public void lost(int region) {
        if (nodes[region].running()) {
            // Another primary was decided: what that leaves out is of a reign that is over.
            return;
        }
        lostNs[region] = world.nowNs();
        for (int g = 0; g < placement.groups().size(); g++) {
            Map<Long, Long> before = confirmed.computeIfAbsent(region + " " + g, k -> new TreeMap<>());
            nodes[region]
                    .kept
                    .durable(placement.groups().get(g).id())
                    .forEach((origin, seq) -> before.merge(origin, seq, Math::max));
        }
    }

    @Override
    public @Nullable Consumer<String> sent(Asked asked) {
        // Whoever reads late is told of a budget that was kept when it was asked.
        if (asked.inBlock() || asked.session().readsAfterNs > 0 || !WRITES.contains(asked.name())) {
            return null;
        }
        Dataset dataset = placement.datasetOf(asked.key().getBytes(StandardCharsets.ISO_8859_1));
        GroupPolicy group = placement.group(dataset);
        int region = asked.session().region;
        if (group.lagThresholdMs() == 0
                || group.lagAction() != GroupPolicy.LagAction.REFUSE
                || !group.writers().contains(placement.regions().get(region))) {
            return null;
        }
        long sentNs = world.nowNs();
        return reply -> {
            if (!reply.startsWith("-") && nodes[region].running() && takes(region, dataset.group())) {
                acknowledged(region, dataset.group(), group, sentNs);
            }
        };
    }

    /** Whether the region takes the group's writes by what it knows: another may be the primary by now, and answers for what it takes itself. */
    private boolean takes(int region, int g) {
        String primary = nodes[region].kernel().groups()[g].primary();
        return primary == null || primary.equals(placement.regions().get(region));
    }

    /** @param sentNs when it was sent: what waits for others' acknowledgement was taken long before it is told */
    private void acknowledged(int region, int g, GroupPolicy group, long sentNs) {
        Kernel kernel = nodes[region].kernel();
        long run = kernel.origins().id(kernel.groups()[g].self());
        ArrayDeque<Acknowledged> writes = open.computeIfAbsent(region + " " + g, k -> new ArrayDeque<>());
        writes.removeIf(
                write -> write.run != run || isLate(kernel, group, write) || everywhere(region, g, group, write));
        Acknowledged oldest = writes.peek();
        if (oldest != null && sentNs - oldest.atNs > (group.lagThresholdMs() + SLACK_MS) * 1_000_000) {
            throw new World.Violation(
                    "B2",
                    "region " + placement.regions().get(region) + " takes a write of group " + group.id()
                            + " while one of " + (sentNs - oldest.atNs) / 1_000_000
                            + " ms ago is not everywhere");
        }
        long seq = kernel.groups()[g].applied().get(kernel.origins().find(run));
        writes.add(new Acknowledged(run, seq, world.nowNs()));
    }

    /** Whether no configuration contains it, so that it goes nowhere until a person decides. */
    private static boolean isLate(Kernel kernel, GroupPolicy group, Acknowledged write) {
        return kernel.lateWrites().find(new LateWrite.Id(group.wireId(), write.run, write.seq)) != null;
    }

    /** Whether the region has heard what the member has since their link is up. */
    private boolean isTold(int region, int member) {
        for (Peer peer : nodes[region].kernel().replicator().peers()) {
            if (peer.region().equals(placement.regions().get(member))) {
                return peer.connected() && peer.reportedNs() > peer.upNs();
            }
        }
        return false;
    }

    private long confirmed(int region, int g, long run) {
        return confirmed.getOrDefault(region + " " + g, Map.of()).getOrDefault(run, 0L);
    }

    /** Whether all members that run have the write. */
    private boolean everywhere(int region, int g, GroupPolicy group, Acknowledged write) {
        List<String> regions = placement.regions();
        for (SimulatedNode node : nodes) {
            if (node.region != region
                    && node.running()
                    && group.members().contains(regions.get(node.region))
                    && write.seq > confirmed(node.region, g, write.run)
                    && (write.atNs > lostNs[node.region] || isTold(region, node.region))) {
                int origin = node.kernel().origins().find(write.run);
                if (origin < 0 || node.kernel().groups()[g].applied().get(origin) < write.seq) {
                    return false;
                }
            }
        }
        return true;
    }
}
