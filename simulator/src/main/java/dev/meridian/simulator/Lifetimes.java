package dev.meridian.simulator;

import dev.meridian.kernel.data.Key;
import dev.meridian.kernel.placement.Placement;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * No region removes a key that another has given a longer life (V10): of keys {@code mortal...}, set once with an end, those whose end was
 * moved far away while it had not come are there when all is over, unless the longer life was a late write: it may be applied when the key is gone.
 */
final class Lifetimes implements Promise {
    private static final long FAR_MS = 3_600_000;

    private final World world;
    private final Placement placement;
    private final SimulatedNode[] nodes;
    private final Ledger ledger;
    private final Late late;
    private final Map<String, Long> counts;
    private final Map<String, Long> setAtNs = new TreeMap<>();
    private final Set<String> prolonged = new TreeSet<>();
    private final Set<String> strange = new TreeSet<>();
    private boolean flushed;

    Lifetimes(World world, Placement placement, SimulatedNode[] nodes, Ledger ledger, Map<String, Long> counts) {
        this.world = world;
        this.placement = placement;
        this.nodes = nodes;
        this.ledger = ledger;
        this.late = new Late(nodes);
        this.counts = counts;
    }

    @Override
    public @Nullable Consumer<String> sent(Asked asked) {
        String key = asked.key();
        flushed |= asked.name().startsWith("FLUSH");
        if (key.contains(":mortal")
                && asked.is("SET", 5)
                && !asked.inBlock()
                && setAtNs.putIfAbsent(key, world.nowNs()) == null) {
            return null;
        }
        if (key.contains(":mortal") && asked.is("PEXPIRE", 3) && !asked.inBlock()) {
            if (Asked.number(asked.words().get(2)) < FAR_MS) {
                strange.add(key);
            }
            return reply -> {
                if (reply.startsWith(":1")) {
                    prolonged.add(key);
                    counts.merge("lifetime prolonged", 1L, Long::sum);
                }
            };
        }
        for (String word : asked.words()) {
            if (word.contains(":mortal")) {
                strange.add(word);
            }
        }
        return null;
    }

    @Override
    public void judge() {
        for (String name : prolonged) {
            Long sinceNs = setAtNs.get(name);
            if (flushed || sinceNs == null || strange.contains(name) || mayBeLost(sinceNs) || late.changes(name)) {
                continue;
            }
            byte[] id = name.getBytes(StandardCharsets.ISO_8859_1);
            for (String keeper : placement.group(placement.datasetOf(id)).members()) {
                Key key = nodes[placement.regions().indexOf(keeper)]
                        .kernel()
                        .keyspace()
                        .find(id);
                if (key == null || key.string() == null || !key.string().present()) {
                    throw new World.Violation("V10", name + " was given a longer life and is gone in region " + keeper);
                }
            }
        }
    }

    private boolean mayBeLost(long sinceNs) {
        for (SimulatedNode node : nodes) {
            if (ledger.lostSince(node.region, sinceNs)) {
                return true;
            }
        }
        return false;
    }
}
