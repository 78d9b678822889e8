package dev.meridian.simulator;

import dev.meridian.kernel.command.Client;
import dev.meridian.kernel.data.Cell;
import dev.meridian.kernel.data.Collection;
import dev.meridian.kernel.data.Key;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One seed, one run: a world is drawn, lived, healed and judged. */
public final class Run {
    private static final long SETTLE_MS = 60_000;
    private static final long BOUND_MS = 30_000;

    /**
     * What a run came to.
     *
     * @param violation the first broken promise, or null
     */
    public record Outcome(
            long seed,
            long hash,
            long simulatedMs,
            long operations,
            long acknowledged,
            Map<String, Long> faults,
            @Nullable RuntimeException violation,
            List<String> trace,
            String swarm) {
        /** This outcome, or, where another run of the same seed took another course, that as its violation (Y2). */
        Outcome comparedWith(Outcome again) {
            if (again.hash == hash) {
                return this;
            }
            RuntimeException other = new World.Violation("Y2", "run again, the seed took another course");
            return new Outcome(seed, hash, simulatedMs, operations, acknowledged, faults, other, trace, swarm);
        }
    }

    private final World world;
    private final Swarm swarm;
    private final SimulatedNode[] nodes;
    private final SimulatedNetwork network;
    private final Ledger ledger = new Ledger();
    private final Registers registers = new Registers();
    private final List<Workload> clients = new ArrayList<>();
    private final Map<String, Long> counts = new TreeMap<>();
    private final Watch watch;
    private final Agreement agreement;
    private final Faults faults;

    private Run(long seed, boolean tracing) {
        this.world = new World(seed, tracing);
        SplittableRandom random = world.fork();
        this.swarm = Swarm.draw(random);
        int n = swarm.regions().size();
        nodes = new SimulatedNode[n];
        watch = new Watch(world, swarm.regions(), swarm.groups(), swarm.datasets(), counts);
        agreement = new Agreement(swarm.regions(), swarm.groups(), nodes);
        for (int r = 0; r < n; r++) {
            nodes[r] = new SimulatedNode(
                    r, world, swarm.placement(r), swarm.syncEachTurn(), false, swarm.segmentBytes(), watch);
            nodes[r].wallOffsetMs =
                    swarm.skewMs() == 0 ? 0 : random.nextLong(-swarm.skewMs() / 2, swarm.skewMs() / 2 + 1);
        }
        network = new SimulatedNetwork(world, nodes);
        for (int a = 0; a < n; a++) {
            nodes[a].join(network);
            for (int b = 0; b < n; b++) {
                long delayNs = (1 + random.nextLong(swarm.delayMsMax())) * 1_000_000L;
                network.shape(a, b, delayNs, delayNs / 4, swarm.lossRate());
            }
        }
        for (int r = 0; r < n; r++) {
            for (int c = 0; c < swarm.clients(); c++) {
                clients.add(new Workload(world, nodes, ledger, registers, swarm, counts, r, clients.size()));
            }
        }
        faults = new Faults(world, swarm, nodes, network, ledger, clients, counts);
    }

    /** Lives one seed to its end. Never throws: what goes wrong is in the outcome. */
    public static Outcome of(long seed, boolean tracing) {
        Run run = new Run(seed, tracing);
        RuntimeException violation = null;
        try {
            run.live();
        } catch (RuntimeException e) {
            violation = e;
        }
        return new Outcome(
                seed,
                run.world.hash(),
                run.world.nowMs(),
                run.clients.stream().mapToLong(Workload::operations).sum(),
                run.ledger.acknowledged(),
                run.counts,
                violation,
                run.world.traced(),
                run.swarm.toString());
    }

    /** What the seed draws, without living it. */
    static String describe(long seed) {
        return new Run(seed, false).swarm.toString();
    }

    private void live() {
        for (SimulatedNode node : nodes) {
            node.start();
        }
        network.connectAll();
        clients.forEach(Workload::start);
        faults.start();
        world.runUntil(swarm.durationMs() * 1_000_000L);
        clients.forEach(Workload::stop);
        faults.heal();
        world.runUntil((swarm.durationMs() + SETTLE_MS) * 1_000_000L);
        lively();
        judge();
    }

    // ---- judging ----

    /** Y1: with all faults over, every region's write in every group it may write completes, and nothing waits for ever. */
    private void lively() {
        List<String> open = new ArrayList<>();
        for (SimulatedNode node : nodes) {
            String region = swarm.regions().get(node.region);
            for (String dataset : List.of("lww", "crdt", "orders", "pii")) {
                var placement = swarm.placement(node.region);
                var policy = placement
                        .groups()
                        .get(java.util.Objects.requireNonNull(placement.dataset(dataset))
                                .group());
                Client client = node.connect();
                if (client == null || !policy.members().contains(region)) {
                    continue;
                }
                String key = dataset + ":probe" + node.region;
                open.add(region + " " + key);
                node.command(
                        client,
                        reply -> {
                            if (!reply.startsWith("+OK")) {
                                throw new World.Violation(
                                        "Y1",
                                        "a write of " + key + " in " + region + " got " + reply + agreement.links());
                            }
                            open.remove(region + " " + key);
                        },
                        "SET",
                        key,
                        "1");
            }
        }
        world.runUntil(world.nowNs() + BOUND_MS * 1_000_000L);
        if (!open.isEmpty()) {
            throw new World.Violation("Y1", "writes without an answer after " + BOUND_MS + " ms: " + open);
        }
        if (ledger.lossless()) {
            drained();
        }
    }

    /** Nothing is held back. Where something was lost, what depends on it and was lost as well may be held for good. */
    private void drained() {
        for (SimulatedNode node : nodes) {
            String waiting = node.kernel().replicator().waiting();
            if (!waiting.equals("0 bytes wait")) {
                throw new World.Violation(
                        "Y1", "region " + swarm.regions().get(node.region) + " still holds " + waiting);
            }
        }
    }

    private void judge() {
        for (int g = 0; g < swarm.groups().size(); g++) {
            String difference = agreement.difference(g);
            if (difference != null) {
                throw new World.Violation("V1", difference);
            }
        }
        for (var entry : ledger.adds().entrySet()) {
            added(entry.getKey(), entry.getValue());
        }
        for (var entry : ledger.increments().entrySet()) {
            counted(entry.getKey(), entry.getValue());
        }
        for (var entry : ledger.deletes().entrySet()) {
            deleted(entry.getKey(), entry.getValue());
        }
        watch.disks(nodes);
    }

    private @Nullable Key key(int r, String name) {
        return nodes[r].kernel().keyspace().find(name.getBytes(StandardCharsets.ISO_8859_1));
    }

    private int group(String key) {
        return swarm.placement(0)
                .datasetOf(key.getBytes(StandardCharsets.ISO_8859_1))
                .group();
    }

    /** D1: every acknowledged member is in its set or list, in every region; a refused one is in none (D5). */
    private void added(String name, List<Ledger.Entry> entries) {
        int r = agreement.members(group(name)).getFirst();
        Key key = key(r, name);
        Map<String, Integer> present = new TreeMap<>();
        if (key != null) {
            Collection collection = key.collection();
            if (collection != null) {
                collection.forEach(cell -> present.merge(member(cell), 1, Integer::sum));
            }
        }
        for (Ledger.Entry entry : entries) {
            int count = present.getOrDefault(entry.value, 0);
            if (entry.acknowledged && count == 0 && !ledger.excused(entry)) {
                throw new World.Violation(
                        "D1",
                        "acknowledged " + entry.value + " is missing from " + name + " (region "
                                + swarm.regions().get(entry.region) + " at " + entry.answeredNs / 1_000_000 + " ms)");
            }
            if (entry.refused && count > 0) {
                throw new World.Violation("D5", "refused " + entry.value + " is in " + name);
            }
            if (count > 1) {
                throw new World.Violation("D6", entry.value + " is " + count + " times in " + name);
            }
        }
    }

    /** V8: what was deleted, and not written again, is nowhere. */
    private void deleted(String name, List<Ledger.Entry> entries) {
        for (Ledger.Entry entry : entries) {
            for (int r : agreement.members(group(name))) {
                Key key = key(r, name);
                if (entry.acknowledged && !ledger.excused(entry) && key != null && key.string() != null) {
                    throw new World.Violation(
                            "V8",
                            name + " is back in region " + swarm.regions().get(r) + "; it was deleted in "
                                    + swarm.regions().get(entry.region) + " at " + entry.answeredNs / 1_000_000
                                    + " ms");
                }
            }
        }
    }

    private static String member(Cell cell) {
        byte[] visible = cell.type() == dev.meridian.kernel.data.Type.LIST ? cell.visible() : cell.id();
        return visible == null ? "" : new String(visible, StandardCharsets.ISO_8859_1);
    }

    /** V9: a counter is the sum of what was acknowledged, and of some of what was unknown or excused. */
    private void counted(String name, List<Ledger.Entry> entries) {
        int r = agreement.members(group(name)).getFirst();
        Key key = key(r, name);
        Cell cell = key == null ? null : key.string();
        Number n = cell == null ? Long.valueOf(0) : cell.number();
        long got = n == null ? 0 : n.longValue();
        long sure = 0;
        long maybe = 0;
        for (Ledger.Entry entry : entries) {
            if (entry.acknowledged && !ledger.excused(entry)) {
                sure += entry.amount;
            } else if (!entry.refused) {
                maybe += entry.amount;
            }
        }
        if (got < sure || got > sure + maybe) {
            throw new World.Violation("V9", name + " is " + got + ", acknowledged " + sure + ", unknown " + maybe);
        }
    }
}
