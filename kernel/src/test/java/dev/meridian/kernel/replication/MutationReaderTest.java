package dev.meridian.kernel.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.meridian.kernel.bytes.ByteWriter;
import dev.meridian.kernel.bytes.MalformedBytesException;
import dev.meridian.kernel.data.Cell;
import dev.meridian.kernel.data.Contribution.Kind;
import dev.meridian.kernel.data.DataNode;
import dev.meridian.kernel.data.Fuzz;
import dev.meridian.kernel.data.Gen;
import dev.meridian.kernel.data.Key;
import dev.meridian.kernel.data.Type;
import dev.meridian.kernel.data.VersionVector;
import dev.meridian.kernel.replication.MutationReader.Verdict;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MutationReaderTest {
    private static final long A = 10;
    private static final long B = 11;
    private static final byte[] NONE = {};

    private static byte[] set(DataNode node, String key) {
        node.writer.putString(node.key(key), DataNode.bytes("v"));
        return node.take();
    }

    @Test
    void recordsWaitForTheirTurnAndAreTakenOnce_C1() {
        DataNode a = new DataNode(0, A, A, B);
        DataNode b = new DataNode(1, B, A, B);
        DataNode c = new DataNode(2, 12, A, B);
        byte[] one = set(a, "k");
        byte[] two = set(a, "k");
        b.receive(one);
        byte[] three = set(b, "l");
        assertThat(c.receive(two)).isEqualTo(Verdict.WAITS);
        assertThat(c.receive(three)).isEqualTo(Verdict.WAITS);
        assertThat(c.receive(one)).isEqualTo(Verdict.READY);
        assertThat(c.receive(three)).isEqualTo(Verdict.READY);
        assertThat(c.receive(two)).isEqualTo(Verdict.READY);
        for (byte[] record : new byte[][] {one, two, three}) {
            assertThat(c.receive(record)).isEqualTo(Verdict.KNOWN);
        }
        assertThat(c.group.applied().get(c.origins.find(A))).isEqualTo(2);
    }

    @Test
    void anOriginNeverIntroducedIsAStranger() {
        DataNode a = new DataNode(0, A);
        DataNode b = new DataNode(1, B);
        byte[] record = set(a, "k");
        assertThat(b.receive(record)).isEqualTo(Verdict.STRANGER);
        b.introduce(A);
        assertThat(b.receive(record)).isEqualTo(Verdict.READY);
    }

    @Test
    void whatAStrangerHadSeenIsWaitedFor() {
        DataNode a = new DataNode(0, A, B);
        DataNode b = new DataNode(1, B, A);
        DataNode c = new DataNode(2, 12, B);
        a.introduce(A);
        byte[] one = set(a, "k");
        b.receive(one);
        assertThat(c.receive(set(b, "l"))).isEqualTo(Verdict.WAITS);
    }

    @Test
    void aGroupThatIsNotHereIsMisplaced() {
        DataNode a = new DataNode(0, A, B);
        byte[] record = set(a, "k");
        record[1] ^= 1;
        assertThat(new DataNode(1, B, A).receive(record)).isEqualTo(Verdict.MISPLACED);
    }

    @Test
    void aValueThatItsTypeCannotHoldIsMalformed() {
        byte[] member = DataNode.bytes("m");
        byte[] notANumber = Cell.instantBytes(Double.doubleToRawLongBits(Double.NaN));
        refused(a -> a.writer.put(a.key("k"), Type.EXPIRY, NONE, new byte[3]));
        refused(a -> a.writer.put(a.key("k"), Type.EXPIRY, NONE, Cell.instantBytes(-5)));
        refused(a -> a.writer.put(a.key("k"), Type.ZSET, member, new byte[9]));
        refused(a -> a.writer.put(a.key("k"), Type.ZSET, member, notANumber));
        refused(a -> a.writer.add(a.key("k"), Type.STRING, NONE, Kind.DOUBLE, 1.0));
        refused(a -> a.writer.add(a.key("k"), Type.ZSET, member, Kind.INTEGER, 1L));
        refused(a -> a.writer.add(a.key("k"), Type.ZSET, member, Kind.DOUBLE, Double.NaN));
        refused(a -> a.writer.add(a.key("k"), Type.SET, member, Kind.INTEGER, 1L));
    }

    private interface Writing {
        void write(DataNode node);
    }

    private static void refused(Writing writing) {
        DataNode a = new DataNode(0, A, B);
        writing.write(a);
        byte[] record = a.take();
        DataNode b = new DataNode(1, B, A);
        assertThatThrownBy(() -> b.receive(record)).isInstanceOf(MalformedBytesException.class);
        assertThat(b.keyspace.find(DataNode.bytes("k"))).isNull();
    }

    @Test
    void damagedRecordsAreRefusedWholeOrMeanSomething() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        int[] outcomes = new int[3];
        Gen.seeds(1, 4000, seed -> {
            Gen gen = new Gen(seed);
            DataNode a = new DataNode(0, A, A, B);
            DataNode b = new DataNode(1, B, B, A);
            List<byte[]> records = new ArrayList<>();
            for (int i = 1 + gen.below(4); i > 0; i--) {
                if (gen.chance(50)) {
                    b.receive(mutation(gen, a, records));
                } else {
                    a.receive(mutation(gen, b, records));
                }
            }
            DataNode c = new DataNode(2, 12, B, A);
            for (int i = 0; i < records.size() - 1; i++) {
                assertThat(c.receive(records.get(i))).isEqualTo(Verdict.READY);
            }
            byte[] bad = Fuzz.damage(gen, records.getLast());
            if (gen.chance(30)) {
                bad = Fuzz.damage(gen, bad);
            }
            byte[] before = everything(c);
            VersionVector applied = c.group.applied().copy();
            Verdict verdict = null;
            long allocated = threads.getCurrentThreadAllocatedBytes();
            try {
                verdict = c.receive(bad);
            } catch (MalformedBytesException e) {
                outcomes[0]++;
            }
            allocated = threads.getCurrentThreadAllocatedBytes() - allocated;
            // The first of a kind loads classes, too.
            assertThat(allocated).isLessThan(400_000L + 100L * bad.length);
            if (verdict != Verdict.READY) {
                outcomes[1]++;
                assertThat(everything(c)).isEqualTo(before);
                assertThat(c.group.applied()).isEqualTo(applied);
            } else {
                outcomes[2]++;
            }
            assertThat(c.inconsistency()).isNull();
            everything(c);
        });
        assertThat(outcomes).as("malformed, not applied, applied").doesNotContain(0);
    }

    private static byte[] everything(DataNode node) {
        node.keyspace.forEach(key -> {
            Cell string = key.string();
            if (string != null) {
                assertThat(string.visible()).isNotNull();
            }
            if (key.collection() != null) {
                key.collection().forEach(cell -> assertThat(cell.visible()).isNotNull());
            }
        });
        ByteWriter out = new ByteWriter(100);
        out.bytes(node.canonical());
        out.varint(node.keyspace.tombstones(0));
        return out.toByteArray();
    }

    private static byte[] mutation(Gen gen, DataNode node, List<byte[]> records) {
        for (int i = 1 + gen.below(4); i > 0; i--) {
            Key key = node.key(gen.of("k", "crdt:k"));
            switch (gen.below(8)) {
                case 0 -> node.writer.putString(key, gen.bytes(20));
                case 1 -> node.writer.add(key, Type.STRING, NONE, Kind.INTEGER, (long) gen.below(100));
                case 2 -> node.writer.add(key, Type.HASH, DataNode.bytes("f"), Kind.DECIMAL, new BigDecimal("1.25"));
                case 3 -> node.writer.add(key, Type.ZSET, DataNode.bytes("m"), Kind.DOUBLE, 1.5);
                case 4 -> node.writer.expireAt(key, 5000);
                case 5 -> node.writer.put(key, Type.SET, gen.bytes(5), NONE);
                case 6 -> node.writer.remove(key, Type.HASH, DataNode.bytes("f"));
                default -> node.writer.clear(key);
            }
        }
        byte[] record = node.take();
        records.add(record);
        return record;
    }

    @Test
    void aHugeCountAllocatesNothing() {
        DataNode a = new DataNode(0, A, B);
        byte[] record = set(a, "k");
        ByteWriter out = new ByteWriter(100);
        out.raw(record, 0, MutationCodec.HEADER_BYTES);
        out.varint(1 << 20);
        out.raw(new byte[1 << 20], 0, 1 << 20);
        DataNode b = new DataNode(1, B, A);
        assertThatThrownBy(() -> b.receive(out.toByteArray())).isInstanceOf(MalformedBytesException.class);
    }
}
