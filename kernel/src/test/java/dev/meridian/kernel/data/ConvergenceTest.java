package dev.meridian.kernel.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.kernel.replication.MutationReader.Verdict;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConvergenceTest {
    private static final List<Type> ALL =
            List.of(Type.STRING, Type.HASH, Type.SET, Type.ZSET, Type.LIST, Type.HYPERLOGLOG, Type.EXPIRY);
    private static final List<Type> COUNTING = List.of(Type.STRING, Type.HASH, Type.ZSET);

    @Test
    void everyCausalOrderOfAFewMutationsGivesTheDefinedState_V2() {
        Gen.seeds(1, 500, seed -> {
            Gen gen = new Gen(seed);
            World world = new World(
                    gen,
                    2 + gen.below(3),
                    1,
                    gen.chance(50) ? List.of(gen.of(ALL)) : List.of(gen.of(ALL), gen.of(ALL)));
            int writers = world.nodes.size();
            int mutations = 2 + gen.below(4);
            for (int i = 0; i < mutations; i++) {
                int n = gen.below(writers);
                if (gen.chance(30)) {
                    world.deliverSome(n, 2);
                }
                world.mutate(n, gen.chance(70) ? 1 : 3);
            }
            everyOrder(world, new ArrayList<>());
        });
    }

    /** Extends an order by each mutation that may come next; a complete one is played to a new node. */
    private static void everyOrder(World world, List<Integer> order) {
        DataNode node = world.addListener();
        int n = world.nodes.size() - 1;
        for (int m : order) {
            assertThat(world.deliver(n, m)).isTrue();
        }
        if (order.size() == world.records.size()) {
            world.check(n);
            if (n > 0) {
                assertThat(node.canonical())
                        .as(() -> order + " after " + world.story)
                        .isEqualTo(complete(world, node).canonical());
            }
            return;
        }
        List<Integer> next = new ArrayList<>();
        for (int m = 0; m < world.records.size(); m++) {
            byte[] record = world.records.get(m);
            if (!order.contains(m) && node.reader.read(record, 0, record.length) == Verdict.READY) {
                next.add(m);
            }
        }
        assertThat(next).isNotEmpty();
        world.nodes.remove(n);
        world.applied.remove(n);
        for (int m : next) {
            order.add(m);
            everyOrder(world, order);
            order.removeLast();
        }
    }

    /** The first node that has everything; it stays in the world to be compared with. */
    private static DataNode complete(World world, DataNode node) {
        int n = world.nodes.size() - 1;
        for (int i = 0; i < n; i++) {
            if (world.nodes.get(i).region == DataNode.REGIONS - 1) {
                world.nodes.remove(n);
                world.applied.remove(n);
                return world.nodes.get(i);
            }
        }
        return node;
    }

    @Test
    void longRandomHistoriesGiveTheDefinedStateAtEveryStep_V1() {
        Gen.seeds(1, 1500, seed -> play(seed, ALL, false, 3));
    }

    @Test
    void countersAreTheSumOfTheIncrementsThatNoResetHadSeen_V9() {
        Gen.seeds(100_000, 1500, seed -> play(seed, List.of(new Gen(seed).of(COUNTING)), false, 1));
    }

    @Test
    void collectingTombstonesAtAnyMomentChangesNothingAndLeavesNothing_V8() {
        Gen.seeds(200_000, 1500, seed -> {
            World world = play(seed, ALL, true, 3);
            world.deleteEverything(0);
            world.collectEverything();
            for (DataNode node : world.nodes) {
                int[] keys = {0};
                node.keyspace.forEach(key -> keys[0]++);
                assertThat(keys[0]).as("keys").isZero();
                assertThat(node.keyspace.tombstones(0)).as("tombstones").isZero();
                assertThat(node.keyspace.size()).isZero();
                assertThat(node.keyspace.nextExpiryMs()).isEqualTo(Long.MAX_VALUE);
            }
        });
    }

    private static World play(long seed, List<Type> types, boolean collecting, int keysMax) {
        Gen gen = new Gen(seed);
        World world = new World(gen, 2 + gen.below(3), 1 + gen.below(keysMax), types);
        world.addListener();
        int writers = world.nodes.size() - 1;
        int steps = 5 + gen.below(25);
        for (int i = 0; i < steps; i++) {
            int n = gen.below(writers);
            if (gen.chance(3)) {
                world.restart(n);
            }
            if (gen.chance(60)) {
                world.deliverSome(n, gen.below(6));
                world.check(n);
            }
            world.mutate(n, gen.chance(70) ? 1 : 4);
            world.check(n);
            if (collecting) {
                int to = gen.below(world.nodes.size());
                world.report(n, to);
                world.report(gen.below(writers), to);
                world.collect(to, gen.chance(50) ? 1 : 100);
                world.check(to);
            }
        }
        for (int n = 0; n < world.nodes.size(); n++) {
            world.deliverAll(n);
            world.check(n);
        }
        world.checkEqual();
        byte[] before = world.nodes.getFirst().canonical();
        for (byte[] record : world.records) {
            assertThat(world.nodes.getFirst().receive(record)).isEqualTo(Verdict.KNOWN);
        }
        assertThat(world.nodes.getFirst().canonical()).isEqualTo(before);
        return world;
    }
}
