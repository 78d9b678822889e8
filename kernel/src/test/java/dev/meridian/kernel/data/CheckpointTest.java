package dev.meridian.kernel.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.kernel.bytes.ByteReader;
import dev.meridian.kernel.bytes.ByteWriter;
import dev.meridian.kernel.bytes.MalformedBytesException;
import dev.meridian.kernel.placement.Dataset;
import dev.meridian.kernel.replication.MutationReader.Verdict;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class CheckpointTest {
    private static final List<Type> ALL =
            List.of(Type.STRING, Type.HASH, Type.SET, Type.ZSET, Type.LIST, Type.HYPERLOGLOG, Type.EXPIRY);

    /** Rows at rest as a store keeps them, in the order of their keys. */
    private static final class Rest {
        final TreeMap<byte[], byte[]> rows = new TreeMap<>(Arrays::compareUnsigned);

        void write(ByteWriter checkpoint) {
            ByteReader in = new ByteReader(checkpoint.toByteArray());
            while (in.remaining() > 0) {
                int keyLength = in.i32();
                int valueLength = in.i32();
                byte[] key = slice(in, keyLength);
                if (valueLength < 0) {
                    rows.remove(key);
                } else {
                    rows.put(key, slice(in, valueLength));
                }
            }
        }

        private static byte[] slice(ByteReader in, int length) {
            int at = in.skip(length);
            return Arrays.copyOfRange(in.array(), at, at + length);
        }

        /** Loads all rows into a node; {@code translation} maps the writer's numbers of origins to the node's. */
        void load(DataNode node, int[] translation) {
            RowCodec codec = new RowCodec();
            rows.forEach((key, value) -> assertThat(
                            codec.load(node.keyspace, key, value, node.placement::datasetOf, translation))
                    .isTrue());
            node.keyspace.dirty().forgetAll();
        }
    }

    @Test
    void cutsAreExactAndRestartsLoseNothing_D1() {
        Gen.seeds(1, 1500, seed -> {
            Gen gen = new Gen(seed);
            World world = new World(gen, 2 + gen.below(2), 1 + gen.below(2), ALL);
            int writers = world.nodes.size();
            DataNode live = world.nodes.getFirst();
            DirtyRows dirty = live.keyspace.dirty();
            Rest rest = new Rest();
            Map<String, String> atCut = new TreeMap<>();
            BitSet appliedAtCut = new BitSet();
            List<VersionVector> seenAtCut = new ArrayList<>();
            boolean cutting = false;
            for (int i = 10 + gen.below(30); i > 0; i--) {
                int n = gen.chance(60) ? 0 : gen.below(writers);
                world.deliverSome(n, gen.below(4));
                world.mutate(n, gen.chance(50) ? 1 : 4);
                world.report(gen.below(writers), 0);
                world.collect(0, 3);
                if (cutting) {
                    dirty.encode(gen.below(4));
                    if (dirty.encoded()) {
                        cutting = false;
                        rest.write(dirty.rows());
                        check(world, live, rest, atCut, appliedAtCut, seenAtCut, gen);
                    }
                } else if (gen.chance(40)) {
                    dirty.cut();
                    cutting = true;
                    atCut = everything(live);
                    appliedAtCut = (BitSet) world.applied.getFirst().clone();
                    seenAtCut.clear();
                    for (int o = 0; o < live.origins.size(); o++) {
                        seenAtCut.add(live.group.seenBy(o).copy());
                    }
                }
            }
        });
    }

    private static Map<String, String> everything(DataNode node) {
        TreeMap<String, String> rows = Internals.of(node.keyspace);
        for (Dataset dataset : node.placement.datasets()) {
            for (DroppedValue dropped : node.keyspace.conflicts().droppedPage(dataset, null, Integer.MAX_VALUE)) {
                rows.put(
                        "dropped " + Arrays.toString(dropped.key().id()) + Arrays.toString(dropped.id()),
                        dropped.reason() + " " + Arrays.toString(dropped.beginning()) + " " + dropped.length() + " "
                                + node.origins.id(dropped.origin()) + "@" + dropped.seq() + " " + dropped.winnerHlc()
                                + " " + dropped.winnerOrigin());
            }
        }
        return rows;
    }

    private static void check(
            World world,
            DataNode live,
            Rest rest,
            Map<String, String> atCut,
            BitSet appliedAtCut,
            List<VersionVector> seenAtCut,
            Gen gen) {
        DataNode again = new DataNode(live.region, 9_999_990L + live.region);
        int[] translation = null;
        if (gen.chance(50)) {
            translation = new int[live.origins.size()];
            for (int o = translation.length - 1; o >= 0; o--) {
                translation[o] = again.introduce(live.origins.id(o));
            }
        } else {
            again = new DataNode(live.region, live.origins.id(0), ids(live));
        }
        rest.load(again, translation);
        DataNode loaded = again;
        assertThat(everything(loaded))
                .as(() -> "rows at rest, cut at " + appliedAtCut + " of " + world.story)
                .isEqualTo(atCut);
        assertThat(loaded.inconsistency()).isNull();
        assertThat(loaded.keyspace.dirty().size()).isZero();

        restoreVectors(world, live, loaded, appliedAtCut, seenAtCut);
        BitSet applied = (BitSet) appliedAtCut.clone();
        BitSet all = world.applied.getFirst();
        while (!applied.equals(all)) {
            for (int m = all.nextSetBit(0); m >= 0; m = all.nextSetBit(m + 1)) {
                if (!applied.get(m) && loaded.receive(world.records.get(m)) == Verdict.READY) {
                    applied.set(m);
                }
            }
        }
        assertThat(loaded.canonical())
                .as(() -> "replayed from " + appliedAtCut + " of " + world.story)
                .isEqualTo(live.canonical());
        assertThat(History.actual(loaded.keyspace)).isEqualTo(world.history.expected(all));

        loaded.keyspace.collect(0, (origin, seq) -> true, Integer.MAX_VALUE);
        assertThat(loaded.tombstonesStanding())
                .as("tombstones that no one will collect")
                .isZero();
    }

    private static long[] ids(DataNode node) {
        long[] ids = new long[node.origins.size()];
        for (int o = 0; o < ids.length; o++) {
            ids[o] = node.origins.id(o);
        }
        return ids;
    }

    private static void restoreVectors(
            World world, DataNode live, DataNode node, BitSet applied, List<VersionVector> seenAtCut) {
        for (int m = applied.nextSetBit(0); m >= 0; m = applied.nextSetBit(m + 1)) {
            long[] dot = world.dots.get(m);
            node.group.applied().raise(node.origins.find(dot[0]), dot[1]);
        }
        for (int o = 0; o < seenAtCut.size(); o++) {
            VersionVector seen = node.group.seenBy(node.origins.find(live.origins.id(o)));
            for (int of = 0; of < live.origins.size(); of++) {
                seen.set(
                        node.origins.find(live.origins.id(of)), seenAtCut.get(o).get(of));
            }
        }
    }

    @Test
    void damagedRowsAreRefusedByName() {
        Gen.seeds(1, 300, seed -> {
            Gen gen = new Gen(seed);
            World world = new World(gen, 2, 2, ALL);
            for (int i = 0; i < 6; i++) {
                world.mutate(0, 3);
            }
            DataNode live = world.nodes.getFirst();
            live.keyspace.dirty().cut();
            live.keyspace.dirty().encode(Integer.MAX_VALUE);
            Rest rest = new Rest();
            rest.write(live.keyspace.dirty().rows());
            rest.rows.forEach((key, value) -> {
                byte[] badKey = Fuzz.damage(gen, key);
                byte[] badValue = Fuzz.damage(gen, value);
                DataNode node = new DataNode(0, live.origins.id(0), ids(live));
                try {
                    new RowCodec().load(node.keyspace, badKey, badValue, node.placement::datasetOf, null);
                } catch (MalformedBytesException e) {
                    assertThat(e).hasMessageMatching(".+");
                }
            });
        });
    }
}
