package dev.meridian.simulator;

import dev.meridian.kernel.bytes.ByteWriter;
import dev.meridian.kernel.data.CanonicalState;
import dev.meridian.kernel.data.Cell;
import dev.meridian.kernel.data.Collection;
import dev.meridian.kernel.data.Hlc;
import dev.meridian.kernel.data.Key;
import dev.meridian.kernel.log.LogFormat;
import dev.meridian.kernel.placement.GroupPolicy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One seed, one run: a world is drawn, lived, healed and judged. */
public final class Run implements SimulatedNode.Observer {
    /** Marks every key and value of the restricted dataset. */
    static final String CANARY = "CaNaRy";

    private static final byte[] CANARY_BYTES = CANARY.getBytes(StandardCharsets.ISO_8859_1);
    private static final long SETTLE_MS = 60_000;

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
            String swarm) {}

    private final long seed;
    private final World world;
    private final Swarm swarm;
    private final SimulatedNode[] nodes;
    private final SimulatedNetwork network;
    private final Ledger ledger = new Ledger();
    private final List<Workload> clients = new ArrayList<>();
    private final Map<String, Long> counts = new TreeMap<>();
    private final Map<String, Long> dots = new LinkedHashMap<>();
    private final Faults faults;

    private Run(long seed, boolean tracing) {
        this.seed = seed;
        this.world = new World(seed, tracing);
        SplittableRandom random = world.fork();
        this.swarm = Swarm.draw(random);
        int n = swarm.regions().size();
        nodes = new SimulatedNode[n];
        for (int r = 0; r < n; r++) {
            nodes[r] = new SimulatedNode(r, world, swarm.placement(r), swarm.syncEachTurn(), this);
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
                clients.add(new Workload(world, nodes, ledger, swarm, r, clients.size()));
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
        judge();
    }

    // ---- judging ----

    private void judge() {
        for (int g = 0; g < swarm.groups().size(); g++) {
            converged(g);
        }
        for (var entry : ledger.adds().entrySet()) {
            added(entry.getKey(), entry.getValue());
        }
        for (var entry : ledger.increments().entrySet()) {
            counted(entry.getKey(), entry.getValue());
        }
        GroupPolicy restricted = swarm.groups().getLast();
        for (int r = 0; r < nodes.length; r++) {
            if (!restricted.members().contains(swarm.regions().get(r)) && nodes[r].disk.holds(CANARY_BYTES)) {
                throw new World.Violation(
                        "R1", "the disk of region " + swarm.regions().get(r) + " holds restricted bytes");
            }
        }
    }

    private List<Integer> members(int g) {
        return swarm.groups().get(g).members().stream()
                .map(swarm.regions()::indexOf)
                .toList();
    }

    private void converged(int g) {
        byte[] first = null;
        int firstRegion = -1;
        for (int r : members(g)) {
            byte[] state = state(r, g);
            if (first == null) {
                first = state;
                firstRegion = r;
            } else if (!Arrays.equals(first, state)) {
                throw new World.Violation(
                        "V1",
                        "regions " + swarm.regions().get(firstRegion) + " and "
                                + swarm.regions().get(r) + " differ in group "
                                + swarm.groups().get(g).id() + difference(firstRegion, r, g)
                                + "; applied "
                                + nodes[firstRegion].kernel().groups()[g].applied() + " and "
                                + nodes[r].kernel().groups()[g].applied()
                                + links());
            }
        }
    }

    /** How every node sees its links, for whoever looks for the fault. */
    private String links() {
        StringBuilder text = new StringBuilder();
        for (SimulatedNode node : nodes) {
            var kernel = node.kernel();
            text.append("\n  ")
                    .append(swarm.regions().get(node.region))
                    .append(": log from ")
                    .append(node.disk.start())
                    .append(" to ")
                    .append(kernel.log().end())
                    .append("; ")
                    .append(kernel.replicator().waiting());
            for (var peer : kernel.replicator().peers()) {
                text.append("\n    ").append(peer).append(kernel.replicator().hears(peer) ? "" : " silent");
            }
        }
        return text.toString();
    }

    private byte[] state(int r, int g) {
        ByteWriter out = new ByteWriter(1 << 12);
        for (Key key : keys(r, g)) {
            CanonicalState.write(key, nodes[r].kernel().origins(), out);
        }
        return out.toByteArray();
    }

    private List<Key> keys(int r, int g) {
        List<Key> keys = new ArrayList<>();
        long nowMs = Hlc.ms(nodes[r].kernel().hlc().last());
        nodes[r].kernel().keyspace().forEach(key -> {
            if (key.dataset().group() == g && key.visibleAt(nowMs)) {
                keys.add(key);
            }
        });
        keys.sort((a, b) -> Arrays.compareUnsigned(a.id(), b.id()));
        return keys;
    }

    private String difference(int a, int b, int g) {
        Map<String, String> left = new TreeMap<>();
        Map<String, String> right = new TreeMap<>();
        describe(a, g, left);
        describe(b, g, right);
        for (var entry : left.entrySet()) {
            if (!entry.getValue().equals(right.get(entry.getKey()))) {
                return " at " + entry.getKey() + ": " + entry.getValue() + " / " + right.get(entry.getKey());
            }
        }
        for (var entry : right.entrySet()) {
            if (!left.containsKey(entry.getKey())) {
                return " at " + entry.getKey() + ": absent / " + entry.getValue();
            }
        }
        return "";
    }

    private void describe(int r, int g, Map<String, String> into) {
        for (Key key : keys(r, g)) {
            ByteWriter out = new ByteWriter(256);
            CanonicalState.write(key, nodes[r].kernel().origins(), out);
            into.put(
                    new String(key.id(), StandardCharsets.ISO_8859_1),
                    key.type() + " " + Arrays.hashCode(out.toByteArray()) + " expires " + key.expireAtMs() + " "
                            + new String(out.toByteArray(), StandardCharsets.ISO_8859_1).replaceAll("[^ -~]", "."));
        }
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
        int r = members(group(name)).getFirst();
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

    private static String member(Cell cell) {
        byte[] visible = cell.type() == dev.meridian.kernel.data.Type.LIST ? cell.visible() : cell.id();
        return visible == null ? "" : new String(visible, StandardCharsets.ISO_8859_1);
    }

    /** V9: a counter is the sum of what was acknowledged, and of some of what was unknown or excused. */
    private void counted(String name, List<Ledger.Entry> entries) {
        int r = members(group(name)).getFirst();
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

    // ---- watching ----

    /** V3: a dot is never issued twice. Records as they are appended anywhere: one dot, one content. */
    @Override
    public void appended(int region, byte[] bytes, int offset, int length, long lsn) {
        for (int at = offset; at < offset + length; ) {
            int payload = LogFormat.payloadLength(bytes, at);
            int from = at + LogFormat.HEADER_BYTES;
            if (bytes[from] == 1) {
                String dot = new String(bytes, from + 1, 20, StandardCharsets.ISO_8859_1);
                long content = Arrays.hashCode(Arrays.copyOfRange(bytes, from, from + payload));
                Long before = dots.putIfAbsent(dot, content);
                if (before != null && before != content) {
                    throw new World.Violation(
                            "V3",
                            "one dot with two contents, in region "
                                    + swarm.regions().get(region));
                }
            }
            at = from + payload;
        }
    }

    /** R1: nothing restricted on a link to where it may not be. */
    @Override
    public void sent(int from, int to, String reason, byte[] frame) {
        if (!swarm.groups().getLast().members().contains(swarm.regions().get(to))
                && Search.contains(frame, frame.length, CANARY_BYTES)) {
            throw new World.Violation(
                    "R1",
                    "restricted bytes on the link from " + swarm.regions().get(from) + " to "
                            + swarm.regions().get(to));
        }
    }

    @Override
    public void alarm(int region, String code, String text) {
        counts.merge("alarm " + code, 1L, Long::sum);
        world.trace("alarm " + swarm.regions().get(region) + " " + code + " " + text);
    }

    long seed() {
        return seed;
    }
}
