package dev.meridian.kernel.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.kernel.bytes.ByteReader;
import dev.meridian.kernel.bytes.MalformedBytesException;
import dev.meridian.kernel.replication.MutationReader.Verdict;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BitmapTest {
    private static void set(DataNode node, String key, int offset, int bit) {
        node.writer.put(node.key(key), Type.BITMAP, Bitmap.element(offset), Bitmap.value(bit));
        node.take();
    }

    private static int rows(DataNode node, String key) {
        Collection bits = node.key(key).bits();
        return bits == null ? 0 : bits.size();
    }

    @ParameterizedTest
    @ValueSource(strings = {"k", "crdt:k"})
    void stableBitsShareABlockAndReadTheSame_V2(String key) {
        DataNode folding = new DataNode(0, 10);
        DataNode plain = new DataNode(0, 10);
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < 3000; i++) {
            int offset = random.nextInt(100_000);
            int bit = random.nextInt(2);
            set(folding, key, offset, bit);
            set(plain, key, offset, bit);
            folding.keyspace.collect(0, (origin, seq) -> true, random.nextInt(3));
        }
        assertThat(folding.canonical()).isEqualTo(plain.canonical());
        folding.keyspace.collect(0, (origin, seq) -> true, Integer.MAX_VALUE);
        assertThat(folding.key(key).text()).isEqualTo(plain.key(key).text());
        assertThat(folding.canonical()).isEqualTo(plain.canonical());
        assertThat(rows(folding, key)).isLessThan(50);
        assertThat(folding.inconsistency()).isNull();
    }

    @Test
    void bitsAndBlocksSurviveARestart_D1() {
        DataNode live = new DataNode(0, 10);
        SplittableRandom random = new SplittableRandom(6);
        TreeMap<byte[], byte[]> rest = new TreeMap<>(Arrays::compareUnsigned);
        for (int cut = 0; cut < 20; cut++) {
            for (int i = 0; i < 100; i++) {
                set(live, "k", random.nextInt(20_000), random.nextInt(2));
            }
            live.keyspace.collect(0, (origin, seq) -> true, random.nextInt(120));
            live.keyspace.dirty().cut();
            live.keyspace.dirty().encode(Integer.MAX_VALUE);
            take(live, rest);
        }
        DataNode restarted = new DataNode(0, 10);
        RowCodec codec = new RowCodec();
        rest.forEach((row, value) ->
                codec.load(restarted.keyspace, row, value, restarted.placement::datasetOf, new int[] {0, 1}));
        assertThat(rows(restarted, "k")).isEqualTo(rows(live, "k"));
        assertThat(restarted.canonical()).isEqualTo(live.canonical());
        restarted.keyspace.collect(0, (origin, seq) -> true, Integer.MAX_VALUE);
        assertThat(restarted.canonical()).isEqualTo(live.canonical());
        assertThat(rows(restarted, "k")).isLessThan(20);
    }

    private static void take(DataNode node, TreeMap<byte[], byte[]> into) {
        ByteReader in = new ByteReader(node.keyspace.dirty().rows().toByteArray());
        while (in.remaining() > 0) {
            int keyLength = in.i32();
            int valueLength = in.i32();
            byte[] key = slice(in, keyLength);
            if (valueLength < 0) {
                into.remove(key);
            } else {
                into.put(key, slice(in, valueLength));
            }
        }
    }

    private static byte[] slice(ByteReader in, int length) {
        int at = in.skip(length);
        return Arrays.copyOfRange(in.array(), at, at + length);
    }

    @Test
    void aBitWithAnUnstableSiblingKeepsItsStamp() {
        DataNode a = new DataNode(0, 10, 11);
        DataNode b = new DataNode(1, 11, 10);
        a.writer.put(a.key("k"), Type.BITMAP, Bitmap.element(3), Bitmap.value(1));
        a.take();
        b.writer.put(b.key("k"), Type.BITMAP, Bitmap.element(3), Bitmap.value(0));
        assertThat(a.receive(b.take())).isEqualTo(Verdict.READY);
        int own = a.group.self();
        a.keyspace.collect(0, (origin, seq) -> origin == own, 10);
        assertThat(a.key("k").bits().find(Bitmap.element(3))).isNotNull();
        a.keyspace.collect(0, (origin, seq) -> true, 10);
        assertThat(a.key("k").bits().find(Bitmap.element(3))).isNull();
    }

    @Test
    void aBitThatMayOutliveItsKeysEndIsNotFolded() {
        DataNode a = new DataNode(0, 10);
        a.writer.turn(a.wallMs);
        set(a, "k", 3, 1);
        a.writer.expireAt(a.key("k"), 500);
        a.take();
        a.keyspace.collect(0, (origin, seq) -> true, 10);
        assertThat(a.key("k").bits().find(Bitmap.element(3))).isNotNull();
    }

    @Test
    void rowsInAWrongFormAreRefused() {
        for (byte[][] row : new byte[][][] {
            {{0, 0, 3}, {1}}, {{0, 0, 0, 3}, {2}}, {{0, 0, 0, 3}, {}}, {{0x10, 0, 0, 0}, {1}}, {{-1, 0, 0, 0}, {1}}
        }) {
            DataNode a = new DataNode(0, 10, 11);
            DataNode b = new DataNode(1, 11, 10);
            a.writer.put(a.key("k"), Type.BITMAP, row[0], row[1]);
            byte[] record = a.take();
            org.assertj.core.api.Assertions.assertThatThrownBy(() -> b.receive(record))
                    .isInstanceOf(MalformedBytesException.class);
            assertThat(b.key("k").type()).isNull();
        }
    }
}
