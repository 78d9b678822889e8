package dev.meridian.kernel.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.kernel.replication.MutationReader.Verdict;
import org.junit.jupiter.api.Test;

class ExpiryTest {
    private static final long A = 10;
    private static final long B = 11;
    private final DataNode a = new DataNode(0, A, A, B);
    private final DataNode b = new DataNode(1, B, B, A);

    private static byte[] set(DataNode node, String key, long expireAtMs) {
        node.writer.putString(node.key(key), DataNode.bytes("v"));
        if (expireAtMs != 0) {
            node.writer.expireAt(node.key(key), expireAtMs);
        }
        return node.take();
    }

    private static void give(DataNode node, byte[] record) {
        assertThat(node.receive(record)).isEqualTo(Verdict.READY);
    }

    private static boolean visible(DataNode node, String key, long nowMs) {
        Key k = node.keyspace.find(DataNode.bytes(key));
        return k != null && k.visibleAt(nowMs);
    }

    @Test
    void aKeyEndsAtOneInstantInEveryRegion_V10() {
        give(b, set(a, "k", 2000));
        for (DataNode node : new DataNode[] {a, b}) {
            assertThat(visible(node, "k", 1999)).isTrue();
            assertThat(visible(node, "k", 2000)).isFalse();
            assertThat(node.keyspace.nextExpiryMs()).isEqualTo(2000);
            assertThat(node.keyspace.pollExpired(1999, 100)).isNull();
            assertThat(node.keyspace.pollExpired(2000, 100)).isSameAs(node.key("k"));
            assertThat(node.keyspace.pollExpired(2000, 100)).isNull();
        }
    }

    @Test
    void anEndedKeyIsToldAgainUntilItIsGone() {
        set(a, "k", 2000);
        a.wallMs = 2000;
        a.writer.turn(2000);
        assertThat(a.keyspace.pollExpired(2000, 100)).isNotNull();
        assertThat(a.keyspace.pollExpired(2099, 100)).isNull();
        assertThat(a.keyspace.pollExpired(2100, 100)).isNotNull();
        a.writer.end(a.key("k"));
        a.take();
        assertThat(a.keyspace.pollExpired(9000, 100)).isNull();
        assertThat(a.keyspace.size()).isZero();
    }

    @Test
    void aWriteAfterTheInstantByARegionThatDidNotKnowOfItStays_V10() {
        for (String key : new String[] {"k", "crdt:k"}) {
            DataNode x = new DataNode(0, A, A, B);
            DataNode y = new DataNode(1, B, B, A);
            give(y, set(x, key, 0));
            x.writer.expireAt(x.key(key), 2000);
            byte[] expire = x.take();
            y.writer.turn(2001);
            y.writer.put(y.key(key), Type.SET, DataNode.bytes("m"), Cell.EMPTY);
            byte[] later = y.take();
            give(x, later);
            x.writer.turn(2002);
            x.writer.end(x.key(key));
            byte[] end = x.take();
            give(y, expire);
            give(y, end);
            for (DataNode node : new DataNode[] {x, y}) {
                assertThat(node.key(key).type()).isEqualTo(Type.SET);
                assertThat(visible(node, key, 3000)).isTrue();
            }
            assertThat(x.canonical()).isEqualTo(y.canonical());
        }
    }

    @Test
    void aLifetimeWithoutAValueLeavesToo() {
        byte[] value = set(a, "crdt:k", 0);
        give(b, value);
        a.writer.clear(a.key("crdt:k"));
        byte[] del = a.take();
        b.writer.expireAt(b.key("crdt:k"), 2000);
        byte[] expire = b.take();
        give(a, expire);
        give(b, del);
        assertThat(a.keyspace.size()).isZero();
        a.writer.turn(2000);
        Key key = a.keyspace.pollExpired(2000, 100);
        assertThat(key).isNotNull();
        a.writer.end(key);
        give(b, a.take());
        for (DataNode node : new DataNode[] {a, b}) {
            assertThat(node.keyspace.find(DataNode.bytes("crdt:k"))).isNull();
        }
    }

    @Test
    void aKeyThatComesToLifeAfterItsLifetimeWasGivenStillEnds() {
        a.writer.expireAt(a.key("k"), 2000);
        a.take();
        byte[] value = set(b, "k", 0);
        give(a, value);
        assertThat(a.keyspace.pollExpired(2000, 100)).isNotNull();
    }

    @Test
    void renewingLifetimesKeepsOneEntryEach() {
        for (int i = 0; i < 100_000; i++) {
            a.writer.expireAt(a.key("k"), 2000 + i % 2);
            a.take();
        }
        assertThat(a.keyspace.lifetimeEntries()).isLessThan(2000);
        assertThat(a.keyspace.pollExpired(3000, 100)).isNotNull();
        assertThat(a.keyspace.pollExpired(3000, 100)).isNull();
    }

    @Test
    void removingAndAddingAgainKeepsFewTombstonesWhateverIsStable() {
        for (int i = 0; i < 100_000; i++) {
            a.writer.put(a.key("k"), Type.SET, DataNode.bytes("m"), Cell.EMPTY);
            a.take();
            a.writer.remove(a.key("k"), Type.SET, DataNode.bytes("m"));
            a.take();
        }
        assertThat(a.keyspace.tombstones(0)).isLessThan(2000);
    }
}
