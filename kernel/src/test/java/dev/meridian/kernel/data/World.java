package dev.meridian.kernel.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.kernel.data.History.Action;
import dev.meridian.kernel.replication.MutationReader.Verdict;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** A few regions that write at random, every mutation of theirs, and who has applied what. */
final class World {
    final Gen gen;
    final List<DataNode> nodes = new ArrayList<>();
    final List<BitSet> applied = new ArrayList<>();
    final List<byte[]> records = new ArrayList<>();
    final List<long[]> dots = new ArrayList<>();
    final History history = new History();
    final List<String> keys;
    final List<Type> types;
    final StringBuilder story = new StringBuilder();
    /** What each node last heard of each, and of that what counts: all that the sender had written is there. */
    private final List<BitSet[]> reported = new ArrayList<>();

    private final List<BitSet[]> settled = new ArrayList<>();
    private final List<Integer> makers = new ArrayList<>();
    private final long[] ids;
    private int runs;

    World(Gen gen, int writers, int keyCount, List<Type> types) {
        this.gen = gen;
        this.types = types;
        keys = new ArrayList<>();
        boolean crdt = gen.chance(50);
        for (int k = 0; k < keyCount; k++) {
            keys.add((crdt == (k % 3 != 2) ? gen.of("crdt:k", "manual:k", "custom:k") : gen.of("k", "record:k")) + k);
        }
        ids = new long[writers];
        for (int n = 0; n < writers; n++) {
            ids[n] = identity(n);
        }
        for (int n = 0; n < writers; n++) {
            addNode(n, ids[n]);
        }
    }

    private long identity(int region) {
        // Half of them negative, as random identities are; the last digit is the region.
        long id = gen.random.nextLong() / 10 * 10;
        return id - Long.remainderUnsigned(id, 10) + region + 1000L * 10 * runs++;
    }

    /** One more node that only listens. */
    DataNode addListener() {
        int region = DataNode.REGIONS - 1;
        return addNode(region, identity(region));
    }

    private DataNode addNode(int region, long self) {
        // Every node numbers origins in an order of its own.
        long[] order = ids.clone();
        for (int i = order.length - 1; i > 0; i--) {
            int j = gen.below(i + 1);
            long swap = order[i];
            order[i] = order[j];
            order[j] = swap;
        }
        DataNode node = new DataNode(region, self, order);
        node.wallMs = 1_000 + gen.below(20);
        nodes.add(node);
        applied.add(new BitSet());
        reported.add(new BitSet[ids.length]);
        settled.add(new BitSet[ids.length]);
        return node;
    }

    /** The node's process starts again: memory as it was, a new origin. */
    void restart(int n) {
        long id = identity(nodes.get(n).region);
        nodes.get(n).writer(id);
        for (DataNode node : nodes) {
            node.introduce(id);
        }
    }

    /** Makes one mutation of up to {@code operationsMax} operations at a node. */
    int mutate(int n, int operationsMax) {
        DataNode node = nodes.get(n);
        node.wallMs += gen.below(3);
        node.writer.turn(node.wallMs);
        int id = records.size();
        BitSet seen = (BitSet) applied.get(n).clone();
        int count = 1 + gen.below(operationsMax);
        for (int i = 0; i < count; i++) {
            operate(node, id, i, seen);
        }
        long origin = node.origins.id(node.group.self());
        records.add(node.take());
        makers.add(n);
        dots.add(new long[] {origin, node.group.applied().get(node.group.self())});
        applied.get(n).set(id);
        return id;
    }

    private void operate(DataNode node, int mutation, int position, BitSet seen) {
        String name = gen.of(keys);
        Type type = gen.of(types);
        Key key = node.key(name);
        String element = type == Type.STRING || type == Type.EXPIRY
                ? ""
                : type == Type.LIST ? gen.of("00000000", "00000001") : gen.of("mm", "nn");
        Action action = gen.of(Action.PUT, Action.PUT, Action.REMOVE, Action.ADD, Action.ADD, Action.CLEAR);
        if (key.expiredAt(node.hlc.nowMs(node.wallMs)) && gen.chance(70)) {
            action = Action.END;
        }
        boolean counts = type == Type.STRING || type == Type.HASH || type == Type.ZSET;
        if (action == Action.ADD && (!counts || key.dataset().resolution().countsByWriting())) {
            action = Action.PUT;
        }
        byte[] value = null;
        Contribution.Kind kind = null;
        BigDecimal delta = null;
        long limit = 0;
        byte[] elementBytes = DataNode.bytes(element);
        switch (action) {
            case PUT -> {
                value = switch (type) {
                    case ZSET -> ScoredCell.encode(gen.below(5));
                    case EXPIRY -> Cell.instantBytes(node.hlc.nowMs(node.wallMs) + gen.below(8));
                    case SET -> Cell.EMPTY;
                    default -> new byte[] {(byte) ('0' + gen.below(10))};
                };
                node.writer.put(key, type, elementBytes, value);
            }
            case REMOVE -> node.writer.remove(key, type, elementBytes);
            case ADD -> {
                kind = type == Type.ZSET
                        ? Contribution.Kind.DOUBLE
                        : gen.chance(30) ? Contribution.Kind.DECIMAL : Contribution.Kind.INTEGER;
                delta = BigDecimal.valueOf(gen.below(20) - 8);
                Number amount = switch (kind) {
                    case INTEGER -> delta.longValue();
                    case DOUBLE -> delta.doubleValue();
                    case DECIMAL -> delta;
                };
                assertThat(node.writer.add(key, type, elementBytes, kind, amount))
                        .isTrue();
            }
            case CLEAR -> node.writer.clear(key);
            case END -> {
                limit = Math.max(Hlc.of(key.expireAtMs()), key.expiry.hlc + 1);
                node.writer.end(key);
            }
        }
        long hlc = node.hlc.last();
        history.add(new History.Operation(
                mutation,
                position,
                action,
                name,
                type,
                element,
                value,
                kind,
                delta,
                hlc,
                limit,
                node.origins.id(node.group.self()),
                seen));
        story.append("\n#" + mutation + " region " + node.region + " " + action + " " + name + " " + type + " "
                + element + " " + (delta == null ? java.util.Arrays.toString(value) : kind + " " + delta) + " hlc "
                + hlc + " saw " + seen);
    }

    /** A writer tells a node what it has applied. */
    void report(int from, int to) {
        reported.get(to)[from] = (BitSet) applied.get(from).clone();
    }

    private void settle(int n) {
        for (int from = 0; from < ids.length; from++) {
            BitSet report = from == n ? applied.get(n) : reported.get(n)[from];
            if (report == null) {
                continue;
            }
            boolean arrived = true;
            for (int m = 0; m < records.size(); m++) {
                arrived &= !report.get(m)
                        || makers.get(m) != from
                        || applied.get(n).get(m);
            }
            if (arrived) {
                settled.get(n)[from] = report;
            }
        }
    }

    /** Drops tombstones at a node; stable is what every writer's settled report contains. */
    int collect(int n, int limit) {
        settle(n);
        Origins origins = nodes.get(n).origins;
        return nodes.get(n)
                .keyspace
                .collect(
                        0,
                        (origin, seq) -> {
                            for (int m = 0; m < dots.size(); m++) {
                                if (dots.get(m)[0] == origins.id(origin) && dots.get(m)[1] == seq) {
                                    for (BitSet report : settled.get(n)) {
                                        if (report == null || !report.get(m)) {
                                            return false;
                                        }
                                    }
                                    return applied.get(n).get(m);
                                }
                            }
                            return false;
                        },
                        limit);
    }

    /** Everybody knows that everybody has everything, and drops what is no longer needed. */
    void collectEverything() {
        for (int n = 0; n < nodes.size(); n++) {
            deliverAll(n);
        }
        for (int n = 0; n < nodes.size(); n++) {
            for (int from = 0; from < ids.length; from++) {
                report(from, n);
            }
            collect(n, Integer.MAX_VALUE);
        }
    }

    /** Everything that exists is deleted at a node. */
    void deleteEverything(int n) {
        DataNode node = nodes.get(n);
        List<Key> all = new ArrayList<>();
        node.keyspace.forEach(all::add);
        for (Key key : all) {
            BitSet seen = (BitSet) applied.get(n).clone();
            int id = records.size();
            node.writer.clear(key);
            history.add(new History.Operation(
                    id,
                    0,
                    Action.CLEAR,
                    new String(key.id(), java.nio.charset.StandardCharsets.ISO_8859_1),
                    Type.HEADER,
                    "",
                    null,
                    null,
                    null,
                    node.hlc.last(),
                    0,
                    node.origins.id(node.group.self()),
                    seen));
            records.add(node.take());
            makers.add(n);
            dots.add(new long[] {
                node.origins.id(node.group.self()), node.group.applied().get(node.group.self())
            });
            applied.get(n).set(id);
        }
    }

    /** Offers a mutation to a node; whether it was applied. */
    boolean deliver(int n, int mutation) {
        if (nodes.get(n).receive(records.get(mutation)) != Verdict.READY) {
            return false;
        }
        applied.get(n).set(mutation);
        story.append("\n  #" + mutation + " -> node " + n);
        return true;
    }

    /** Offers random mutations to a node. */
    void deliverSome(int n, int tries) {
        for (int i = 0; i < tries && !records.isEmpty(); i++) {
            int m = gen.below(records.size());
            if (!applied.get(n).get(m)) {
                deliver(n, m);
            }
        }
    }

    /** Everything to a node, in a random order. */
    void deliverAll(int n) {
        while (applied.get(n).cardinality() < records.size()) {
            int m = applied.get(n).nextClearBit(gen.below(records.size()));
            if (m >= records.size()) {
                m = applied.get(n).nextClearBit(0);
            }
            for (int i = 0; i < records.size() && !deliver(n, m); i++) {
                m = applied.get(n).nextClearBit(m + 1);
                if (m >= records.size()) {
                    m = applied.get(n).nextClearBit(0);
                }
            }
        }
    }

    /** The node is what the history says that it ought to be. */
    void check(int n) {
        DataNode node = nodes.get(n);
        assertThat(History.actual(node.keyspace))
                .as(() -> "node " + n + " after " + story)
                .isEqualTo(history.expected(applied.get(n)));
        assertThat(node.inconsistency())
                .as(() -> "node " + n + " after " + story)
                .isNull();
    }

    void checkEqual() {
        for (int n = 1; n < nodes.size(); n++) {
            int node = n;
            assertThat(nodes.get(n).canonical())
                    .as(() -> "node " + node + " and node 0 after " + story)
                    .isEqualTo(nodes.getFirst().canonical());
        }
    }
}
