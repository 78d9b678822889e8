package dev.meridian.kernel.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.kernel.replication.MutationReader.Verdict;
import org.junit.jupiter.api.Test;

class ConflictTest {
    private static final long A = 10;
    private static final long B = 11;
    private static final byte[] NONE = {};
    private final DataNode a = new DataNode(0, A, A, B);
    private final DataNode b = new DataNode(1, B, B, A);

    private static byte[] set(DataNode node, String key, String value) {
        node.writer.putString(node.key(key), DataNode.bytes(value));
        return node.take();
    }

    private static void give(DataNode node, byte[] record) {
        assertThat(node.receive(record)).isEqualTo(Verdict.READY);
    }

    private void exchange(byte[] ofA, byte[] ofB) {
        give(a, ofB);
        give(b, ofA);
        assertThat(a.canonical()).isEqualTo(b.canonical());
    }

    @Test
    void aValueDroppedForAConcurrentOneIsCountedWhereBothMet_V6() {
        exchange(set(a, "k", "1"), set(b, "k", "2"));
        assertThat(a.group.dropped()).isEqualTo(1);
        assertThat(b.group.dropped()).isEqualTo(1);
        give(b, set(a, "k", "3"));
        assertThat(b.group.dropped()).isEqualTo(1);
    }

    @Test
    void aValueMadeVoidByAConcurrentDelIsCountedInEitherOrder_V6() {
        give(b, set(a, "k", "0"));
        byte[] value = set(a, "k", "1");
        b.writer.turn(5_000);
        b.writer.clear(b.key("k"));
        exchange(value, b.take());
        assertThat(a.group.dropped()).isEqualTo(1);
        assertThat(b.group.dropped()).isEqualTo(1);
        assertThat(a.keyspace.size()).isZero();
    }

    @Test
    void removalsThatMeetDropNothing_V6() {
        give(b, set(a, "k", "0"));
        a.writer.remove(a.key("k"), Type.STRING, NONE);
        byte[] one = a.take();
        b.writer.remove(b.key("k"), Type.STRING, NONE);
        exchange(one, b.take());
        assertThat(a.group.dropped()).isZero();
        assertThat(b.group.dropped()).isZero();
    }

    @Test
    void nothingIsDroppedWhereSiblingsAreKept_V6() {
        exchange(set(a, "crdt:k", "1"), set(b, "crdt:k", "2"));
        assertThat(a.group.dropped()).isZero();
        assertThat(a.key("crdt:k").string().siblings()).isNotNull();
        give(b, set(a, "crdt:k", "3"));
        assertThat(b.key("crdt:k").string().siblings()).isNull();
    }

    @Test
    void aRegisterOfAHyperLogLogNeverShrinksByAConcurrentWrite() {
        for (String key : new String[] {"k", "crdt:k"}) {
            DataNode x = new DataNode(0, A, A, B);
            DataNode y = new DataNode(1, B, B, A);
            x.writer.put(x.key(key), Type.HYPERLOGLOG, DataNode.bytes("rr"), new byte[] {9});
            byte[] nine = x.take();
            y.writer.turn(5_000);
            y.writer.put(y.key(key), Type.HYPERLOGLOG, DataNode.bytes("rr"), new byte[] {3});
            byte[] three = y.take();
            give(x, three);
            give(y, nine);
            for (DataNode node : new DataNode[] {x, y}) {
                assertThat(node.key(key).collection().find(DataNode.bytes("rr")).register())
                        .containsExactly(9);
            }
        }
    }

    @Test
    void aCommandMayGoOnWithAKeyThatItHasEmptied() {
        byte[] member = DataNode.bytes("m");
        a.writer.put(a.key("crdt:k"), Type.SET, member, NONE);
        give(b, a.take());
        Key key = a.key("crdt:k");
        a.writer.remove(key, Type.SET, member);
        a.writer.put(key, Type.SET, member, NONE);
        give(b, a.take());
        assertThat(a.keyspace.find(DataNode.bytes("crdt:k"))).isSameAs(key);
        assertThat(a.keyspace.size()).isEqualTo(1);
        assertThat(a.canonical()).isEqualTo(b.canonical());
    }

    @Test
    void theTypeWrittenLastShowsUntilSomeoneWhoSawBothRemovesTheOther_V2() {
        byte[] text = set(a, "crdt:k", "1");
        b.writer.turn(5_000);
        b.writer.put(b.key("crdt:k"), Type.HASH, DataNode.bytes("f"), DataNode.bytes("v"));
        exchange(text, b.take());
        for (DataNode node : new DataNode[] {a, b}) {
            assertThat(node.key("crdt:k").type()).isEqualTo(Type.HASH);
            assertThat(node.key("crdt:k").string()).isNull();
            assertThat(node.key("crdt:k").hidesOthers()).isTrue();
        }
    }
}
