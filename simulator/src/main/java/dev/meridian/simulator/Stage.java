package dev.meridian.simulator;

import dev.meridian.kernel.command.Client;
import dev.meridian.kernel.placement.Dataset;
import dev.meridian.kernel.placement.GroupPolicy;
import dev.meridian.kernel.placement.Placement;
import dev.meridian.kernel.replication.Group;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A deployment in simulated time that a scenario plays with: regions, clients, faults. Nothing happens between two calls but
 * what {@link #run} lets happen. The same calls give the same course.
 */
public final class Stage {
    private static final long STEP_NS = 5_000_000L;

    private final World world;
    private final List<String> regions;
    private final List<GroupPolicy> groups;
    private final SimulatedNode[] nodes;
    private final SimulatedNetwork network;
    private final Agreement agreement;
    private final Watch watch;
    private final Map<String, Client> clients = new LinkedHashMap<>();
    private final Map<String, Integer> waiting = new TreeMap<>();
    private final List<String> late = new ArrayList<>();
    private final Map<String, Long> alarms = new TreeMap<>();

    /**
     * All regions start, and are linked.
     *
     * @param rttMs between two regions, by index
     * @param durable whether every turn is synced before it is answered
     */
    public Stage(
            long seed,
            List<String> regions,
            List<GroupPolicy> groups,
            List<Dataset> datasets,
            long[][] rttMs,
            boolean durable) {
        this.world = new World(seed, false);
        this.regions = List.copyOf(regions);
        this.groups = List.copyOf(groups);
        this.nodes = new SimulatedNode[regions.size()];
        this.agreement = new Agreement(this.regions, this.groups, nodes);
        this.watch = new Watch(world, this.regions, this.groups, datasets, alarms);
        for (int r = 0; r < nodes.length; r++) {
            Placement placement = new Placement(regions.get(r), regions, groups, datasets);
            nodes[r] = new SimulatedNode(r, world, placement, durable, true, 64 << 10, watch);
        }
        network = new SimulatedNetwork(world, nodes);
        for (int a = 0; a < nodes.length; a++) {
            nodes[a].join(network);
            for (int b = 0; b < nodes.length; b++) {
                network.shape(a, b, rttMs[a][b] * 500_000L, 0, 0);
            }
        }
        for (SimulatedNode node : nodes) {
            node.start();
        }
        network.connectAll();
        run(2_000);
    }

    public List<String> regions() {
        return regions;
    }

    public boolean running(int region) {
        return nodes[region].running();
    }

    /** Two plays of the same calls have the same hash. */
    public long hash() {
        return world.hash();
    }

    // ---- clients ----

    /** Sends a command as the named client of a region. Answers the reply, or null while the client waits for it. */
    public @Nullable String command(int region, String name, String... words) {
        String id = regions.get(region) + "/" + name;
        Client client = clients.get(id);
        if (client == null) {
            client = nodes[region].connect();
            if (client == null) {
                return "-UNKNOWN region " + regions.get(region) + " does not run\r\n";
            }
            clients.put(id, client);
        }
        String[] answer = new String[1];
        boolean[] isLate = new boolean[1];
        waiting.put(id, region);
        nodes[region].command(
                client,
                reply -> {
                    waiting.remove(id);
                    if (isLate[0]) {
                        late.add(id + ": " + Reply.text(reply));
                    } else {
                        answer[0] = reply;
                    }
                },
                words);
        isLate[0] = true;
        return answer[0];
    }

    /** The replies that came since this was asked last, each behind the client that got it. */
    public List<String> lateReplies() {
        List<String> replies = List.copyOf(late);
        late.clear();
        return replies;
    }

    public boolean answered() {
        return waiting.isEmpty();
    }

    // ---- time ----

    /** Lets time pass, in ms. */
    public void run(long ms) {
        world.runUntil(world.nowNs() + ms * 1_000_000L);
    }

    /** Lets time pass until the condition holds, for so many ms at most. Answers whether it holds. */
    public boolean runUntil(BooleanSupplier condition, long msMax) {
        long endNs = world.nowNs() + msMax * 1_000_000L;
        while (!condition.getAsBoolean()) {
            if (world.nowNs() >= endNs) {
                return false;
            }
            world.runUntil(Math.min(endNs, world.nowNs() + STEP_NS));
        }
        return true;
    }

    // ---- faults ----

    /** Nothing more arrives from one region at the other, in this direction. */
    public void cut(int from, int to) {
        network.cut(from, to);
    }

    public void heal(int from, int to) {
        network.heal(from, to);
    }

    /** A direction's delay from now on. */
    public void delay(int from, int to, long delayMs) {
        network.shape(from, to, delayMs * 1_000_000L, 0, 0);
    }

    /** The process ends at once. */
    public void kill(int region) {
        nodes[region].kill();
        clients.keySet().removeIf(id -> id.startsWith(regions.get(region) + "/"));
        for (int other = 0; other < nodes.length; other++) {
            if (other != region) {
                network.disconnect(region, other);
            }
        }
    }

    /** The power is lost, and everything that was not synced. */
    public void losePower(int region) {
        kill(region);
        nodes[region].disk.losePower(true);
    }

    /** The process ends and its disk is gone. */
    public void loseDisk(int region) {
        kill(region);
        nodes[region].disk.loseEverything();
    }

    public void restart(int region) {
        nodes[region].start();
    }

    /** The node's thread stands still; its links stay up. */
    public void pause(int region) {
        nodes[region].pause();
    }

    public void resume(int region) {
        nodes[region].resume();
    }

    /** The region's wall clock is off by so much from now on, in ms. */
    public void skew(int region, long ms) {
        nodes[region].wallOffsetMs = ms;
    }

    // ---- looking ----

    /** Whether the region hears the other. */
    public boolean hears(int region, int other) {
        if (!nodes[region].running()) {
            return false;
        }
        for (var peer : nodes[region].kernel().replicator().peers()) {
            if (peer.region().equals(regions.get(other))) {
                return nodes[region].kernel().replicator().hears(peer);
            }
        }
        return false;
    }

    /** Keys that a running region keeps. */
    public int keyCount(int region) {
        int count = 0;
        for (int g = 0; g < groups.size(); g++) {
            count += agreement.keyCount(region, g);
        }
        return count;
    }

    /** Alarms raised so far, by code. */
    public Map<String, Long> alarms() {
        return alarms;
    }

    /** What differs between the regions that keep the same data or keeps one from being read, or null when nothing does. */
    public @Nullable String difference() {
        for (int r = 0; r < nodes.length; r++) {
            if (!nodes[r].running()) {
                return "region " + regions.get(r) + " does not run";
            }
            for (Group group : nodes[r].kernel().groups()) {
                if (group.held() && !group.serving()) {
                    return "region " + regions.get(r) + " does not serve "
                            + group.policy().id() + " yet";
                }
            }
        }
        for (int g = 0; g < groups.size(); g++) {
            String difference = agreement.difference(g);
            if (difference != null) {
                return difference;
            }
        }
        return null;
    }

    /** Looks for restricted bytes where they may not be. Throws {@link World.Violation}. */
    public void checkDisks() {
        watch.disks(nodes);
    }

    public int groupCount() {
        return groups.size();
    }
}
