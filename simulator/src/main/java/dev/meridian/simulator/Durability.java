package dev.meridian.simulator;

import dev.meridian.kernel.data.Cell;
import dev.meridian.kernel.data.Collection;
import dev.meridian.kernel.data.Key;
import dev.meridian.kernel.data.Type;
import dev.meridian.kernel.placement.GroupPolicy;
import dev.meridian.kernel.placement.Placement;
import dev.meridian.kernel.replication.Group;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What was acknowledged is there (D1), what was refused is not (D5), nothing is there twice (D6), a counter is the
 * sum of its increments (V9), what was deleted stays so (V8), and WAIT counts regions that have the write (D1). Judged on
 * keys that were only added to, pushed to, incremented, or set once and deleted.
 */
final class Durability implements Promise {
    private static final Set<String> READS = Set.of(
            "GET",
            "MGET",
            "EXISTS",
            "TYPE",
            "STRLEN",
            "TTL",
            "PTTL",
            "SMEMBERS",
            "SCARD",
            "SISMEMBER",
            "LRANGE",
            "LLEN",
            "HGET",
            "HGETALL",
            "ZRANGE",
            "ZCARD",
            "MULTI",
            "EXEC",
            "DISCARD",
            "PING",
            "MERIDIAN.TOKEN",
            "MERIDIAN.READ");

    private record Added(Ledger.Entry entry, int connection) {}

    private final World world;
    private final List<String> regions;
    private final Placement placement;
    private final SimulatedNode[] nodes;
    private final Ledger ledger;
    private final Predicate<GroupPolicy> hasMoved;
    private final Late late;
    private final Map<String, Long> counts;
    private final Map<String, Integer> sets = new TreeMap<>();
    private final Map<Clients.Session, Added> lastAdd = new LinkedHashMap<>();
    private final Map<Clients.Session, List<Ledger.Entry>> blocks = new LinkedHashMap<>();

    Durability(
            World world,
            Placement placement,
            SimulatedNode[] nodes,
            Ledger ledger,
            Map<String, Long> counts,
            Predicate<GroupPolicy> hasMoved) {
        this.world = world;
        this.regions = placement.regions();
        this.placement = placement;
        this.nodes = nodes;
        this.late = new Late(nodes);
        this.ledger = ledger;
        this.hasMoved = hasMoved;
        this.counts = counts;
    }

    @Override
    public @Nullable Consumer<String> sent(Asked asked) {
        String name = asked.name();
        switch (name) {
            case "MULTI", "DISCARD" -> blocks.remove(asked.session());
            case "EXEC" -> {
                return executed(blocks.remove(asked.session()));
            }
            case "WAIT" -> {
                return waited(asked);
            }
            default -> {}
        }
        if (READS.contains(name)) {
            return null;
        }
        Ledger.Entry entry = entry(asked);
        if (entry != null) {
            ledger.use(asked.key(), name.equals("RPUSH") ? "LPUSH" : name.equals("DEL") ? "SET" : name);
            return asked.inBlock() ? queued(asked, entry) : answered(asked, entry);
        }
        if (asked.is("SET", 3) && !asked.inBlock()) {
            ledger.use(asked.key(), "SET");
            sets.merge(asked.key(), 1, Integer::sum);
            return null;
        }
        if (name.startsWith("FLUSH")) {
            ledger.anything();
        }
        asked.words().forEach(word -> ledger.use(word, "mixed"));
        return null;
    }

    private Consumer<String> answered(Asked asked, Ledger.Entry entry) {
        boolean delete = asked.name().equals("DEL");
        boolean add = asked.name().equals("SADD");
        int connection = asked.session().connection;
        return reply -> {
            Ledger.answer(entry, delete && reply.startsWith(":0") ? "-ERR it was not there" : reply, world.nowNs());
            if (add && entry.acknowledged) {
                lastAdd.put(asked.session(), new Added(entry, connection));
            }
        };
    }

    /** What a block does is told by EXEC; of one that is never executed nothing is done. */
    private Consumer<String> queued(Asked asked, Ledger.Entry entry) {
        blocks.computeIfAbsent(asked.session(), session -> new ArrayList<>()).add(entry);
        return reply -> {
            if (!reply.startsWith("+QUEUED")) {
                Ledger.answer(entry, reply, world.nowNs());
            }
        };
    }

    private @Nullable Consumer<String> executed(@Nullable List<Ledger.Entry> block) {
        if (block == null) {
            return null;
        }
        return reply -> {
            // Where a command of it was refused, which ones were done is not asked.
            String told = reply.startsWith("*") && reply.contains("\r\n-") ? Clients.UNKNOWN : reply;
            block.forEach(entry -> Ledger.answer(entry, told, world.nowNs()));
        };
    }

    private Ledger.@Nullable Entry entry(Asked asked) {
        String key = asked.key();
        List<String> words = asked.words();
        return switch (asked.name() + "/" + words.size()) {
            case "SADD/3", "LPUSH/3", "RPUSH/3" -> ledger.add(key, words.get(2), taker(asked), asked.atNs());
            case "INCRBY/3" ->
                words.get(2).matches("[0-9]{1,9}")
                        ? ledger.increment(key, Long.parseLong(words.get(2)), taker(asked), asked.atNs())
                        : null;
            case "INCR/2" -> ledger.increment(key, 1, taker(asked), asked.atNs());
            case "DEL/2" -> ledger.delete(key, taker(asked), asked.atNs());
            default -> null;
        };
    }

    /** The region that takes the write: the client's own, or the file's primary; -1 where a region forwards to any that takes it. */
    private int taker(Asked asked) {
        var dataset = placement.datasetOf(bytes(asked.key()));
        var group = placement.group(dataset);
        if (group.primary() != null) {
            return regions.indexOf(group.primary());
        }
        int here = asked.session().region;
        return group.writers().contains(regions.get(here)) ? here : -1;
    }

    /** The region that took it; -1 when that is not known, as of a group whose primary has moved. */
    private int taker(Ledger.Entry entry) {
        return hasMoved.test(placement.group(placement.datasetOf(bytes(entry.key)))) ? -1 : entry.region;
    }

    private @Nullable Consumer<String> waited(Asked asked) {
        Added added = lastAdd.remove(asked.session());
        int connection = asked.session().connection;
        if (added == null || added.connection != connection || asked.inBlock()) {
            return null;
        }
        return reply -> {
            if (reply.startsWith(":") && connection == asked.session().connection) {
                there(added.entry, Resp.number(reply));
            }
        };
    }

    /** Whether the member is in the set, or the set's group is only being filled. */
    private boolean has(SimulatedNode node, String key, String member) {
        byte[] name = key.getBytes(StandardCharsets.ISO_8859_1);
        Group group = node.kernel().groups()[placement.datasetOf(name).group()];
        // What waits for its commit is in the log.
        if (group.incomplete() || group.logOnly() || group.isUncommitted(name, 0, name.length)) {
            return true;
        }
        var found = node.kernel().keyspace().find(name);
        var members = found == null ? null : found.collection();
        boolean[] is = new boolean[1];
        if (members != null) {
            members.forEach(cell -> is[0] |= new String(cell.id(), StandardCharsets.ISO_8859_1).equals(member));
        }
        return is[0];
    }

    private void there(Ledger.Entry entry, long told) {
        long may = 0;
        int taker = taker(entry);
        for (SimulatedNode node : nodes) {
            if (node.region != taker
                    && (!node.running()
                            || ledger.lostSince(node.region, entry.sentNs)
                            || has(node, entry.key, entry.value))) {
                may++;
            }
        }
        if (told > may && !ledger.mixed(entry.key)) {
            throw new World.Violation(
                    "D1",
                    "WAIT told region " + entry.region + " that " + told + " regions have " + entry.value + ", at most "
                            + may + " do");
        }
        counts.merge("WAIT told " + told, 1L, Long::sum);
    }

    // ---- in the end ----

    @Override
    public void judge() {
        ledger.adds().forEach((key, entries) -> {
            if (!ledger.mixed(key)) {
                added(key, entries);
            }
        });
        ledger.increments().forEach((key, entries) -> {
            if (!ledger.mixed(key)) {
                counted(key, entries);
            }
        });
        ledger.deletes().forEach((key, entries) -> {
            // A late write that no deletion had seen comes back with the primary that acknowledged it.
            boolean hasMoved = this.hasMoved.test(placement.group(placement.datasetOf(bytes(key))));
            if (!hasMoved && !ledger.mixed(key) && sets.getOrDefault(key, 0) == 1) {
                deleted(key, entries);
            }
        });
    }

    private static byte[] bytes(String name) {
        return name.getBytes(StandardCharsets.ISO_8859_1);
    }

    private @Nullable Key key(String region, String name) {
        return nodes[regions.indexOf(region)].kernel().keyspace().find(bytes(name));
    }

    private List<String> keepers(String name) {
        return placement.group(placement.datasetOf(bytes(name))).members();
    }

    /** Regions were compared already: the first that keeps the key speaks for all. */
    private void added(String name, List<Ledger.Entry> entries) {
        Key key = key(keepers(name).getFirst(), name);
        Map<String, Integer> present = new TreeMap<>();
        Collection collection = key == null ? null : key.collection();
        if (collection != null) {
            collection.forEach(cell -> present.merge(member(cell), 1, Integer::sum));
        }
        Set<String> tried = new HashSet<>();
        Set<String> twice = new HashSet<>();
        for (Ledger.Entry entry : entries) {
            if (!entry.refused && !tried.add(entry.value)) {
                twice.add(entry.value);
            }
        }
        for (Ledger.Entry entry : entries) {
            int count = present.getOrDefault(entry.value, 0);
            boolean isLate = late.holds(name, entry.value);
            if (isLate && count > 0 && !twice.contains(entry.value)) {
                throw new World.Violation("D6", entry.value + " is in " + name + " and waits for a person as well");
            }
            if (entry.acknowledged && count == 0 && !isLate && !excused(entry)) {
                throw new World.Violation(
                        "D1", "acknowledged " + entry.value + " is missing from " + name + " (" + where(entry) + ")");
            }
            if (entry.refused && count > 0 && !tried.contains(entry.value)) {
                throw new World.Violation("D5", "refused " + entry.value + " is in " + name);
            }
            if (count > 1 && !twice.contains(entry.value)) {
                throw new World.Violation("D6", entry.value + " is " + count + " times in " + name);
            }
        }
    }

    /** Whether as many regions have lost it as had it when it was acknowledged. */
    private boolean excused(Ledger.Entry entry) {
        GroupPolicy group = placement.group(placement.datasetOf(bytes(entry.key)));
        int copies = switch (group.ackRule()) {
            case ASYNC -> 1;
            case SEMI_SYNC -> 2;
            case QUORUM -> group.members().size() / 2 + 1;
            // As few as these may be called live.
            case SYNC, STRONG -> group.minLive();
        };
        return copies == 1
                ? ledger.excused(entry, taker(entry)) || late.mayBeUnlisted(group)
                : ledger.disksLostSince(entry)
                        >= Math.min(copies, group.members().size());
    }

    private String where(Ledger.Entry entry) {
        return "region " + (entry.region < 0 ? "unknown" : regions.get(entry.region)) + " at "
                + entry.answeredNs / 1_000_000 + " ms";
    }

    private static String member(Cell cell) {
        byte[] visible = cell.type() == Type.LIST ? cell.visible() : cell.id();
        return visible == null ? "" : new String(visible, StandardCharsets.ISO_8859_1);
    }

    private void counted(String name, List<Ledger.Entry> entries) {
        Key key = key(keepers(name).getFirst(), name);
        Cell cell = key == null ? null : key.string();
        Number n = cell == null ? Long.valueOf(0) : cell.number();
        // A late increment is in the sum or waits for a person, never both.
        long got = (n == null ? 0 : n.longValue()) + late.added(name);
        long sure = 0;
        long maybe = 0;
        for (Ledger.Entry entry : entries) {
            if (entry.acknowledged && !excused(entry)) {
                sure += entry.amount;
            } else if (!entry.refused) {
                maybe += entry.amount;
            }
        }
        if (got < sure || got > sure + maybe) {
            throw new World.Violation("V9", name + " is " + got + ", acknowledged " + sure + ", unknown " + maybe);
        }
    }

    private void deleted(String name, List<Ledger.Entry> entries) {
        for (Ledger.Entry entry : entries) {
            for (String region : keepers(name)) {
                Key key = key(region, name);
                if (entry.acknowledged && !excused(entry) && key != null && key.string() != null) {
                    throw new World.Violation(
                            "V8", name + " is back in region " + region + "; it was deleted in " + where(entry));
                }
            }
        }
    }
}
