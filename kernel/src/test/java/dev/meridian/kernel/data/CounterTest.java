package dev.meridian.kernel.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.kernel.data.Contribution.Kind;
import dev.meridian.kernel.replication.MutationReader.Verdict;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Counters in words: the cases that random histories meet, small enough to be read. */
class CounterTest {
    private static final long A = 10;
    private static final long B = 11;
    private static final long C = 12;
    private static final byte[] NONE = {};
    private final DataNode a = new DataNode(0, A, A, B, C);
    private final DataNode b = new DataNode(1, B, C, B, A);
    private final DataNode c = new DataNode(2, C, B, A, C);

    private static byte[] incr(DataNode node, long by) {
        assertThat(node.writer.add(node.key("crdt:n"), Type.STRING, NONE, Kind.INTEGER, by))
                .isTrue();
        return node.take();
    }

    private static byte[] set(DataNode node, String value) {
        node.writer.putString(node.key("crdt:n"), DataNode.bytes(value));
        return node.take();
    }

    private static byte[] del(DataNode node) {
        node.writer.clear(node.key("crdt:n"));
        return node.take();
    }

    private static void give(DataNode node, byte[]... records) {
        for (byte[] record : records) {
            assertThat(node.receive(record)).isEqualTo(Verdict.READY);
        }
    }

    private static String value(DataNode node) {
        Cell cell = node.key("crdt:n").string;
        return cell == null || !cell.present() ? "none" : new String(cell.visible(), StandardCharsets.ISO_8859_1);
    }

    @Test
    void concurrentIncrementsAddUp_V9() {
        byte[] one = incr(a, 5);
        byte[] two = incr(b, 7);
        give(a, two);
        give(b, one);
        assertThat(value(a)).isEqualTo("12");
        assertThat(value(b)).isEqualTo("12");
    }

    @Test
    void aResetTakesOnlyWhatItHadSeenWhereverItIsMet_V9() {
        byte[] five = incr(a, 5);
        give(b, five);
        byte[] reset = set(b, "100");
        byte[] three = incr(a, 3);
        give(a, reset);
        give(b, three);
        give(c, five, reset, three);
        assertThat(value(a)).isEqualTo("103");
        assertThat(value(b)).isEqualTo("103");
        assertThat(value(c)).isEqualTo("103");
        assertThat(c.canonical()).isEqualTo(a.canonical()).isEqualTo(b.canonical());
    }

    @Test
    void twoConcurrentResetsTakeTheSameIncrementOnce_V9() {
        byte[] five = incr(a, 5);
        give(b, five);
        byte[] first = del(b);
        byte[] three = incr(a, 3);
        give(c, five, three);
        byte[] second = del(c);
        byte[] one = incr(a, 1);
        give(a, second, first);
        give(b, three, one, second);
        give(c, first, one);
        assertThat(value(a)).isEqualTo("1");
        assertThat(value(b)).isEqualTo("1");
        assertThat(value(c)).isEqualTo("1");
    }

    @Test
    void aRestartedOriginCountsAnewBesideItsFormerRun_V9() {
        byte[] five = incr(a, 5);
        a.writer(A + 1000);
        b.introduce(A + 1000);
        byte[] three = incr(a, 3);
        give(b, five);
        byte[] reset = del(b);
        give(b, three);
        give(a, reset);
        assertThat(value(a)).isEqualTo("3");
        assertThat(value(b)).isEqualTo("3");
    }

    @Test
    void sumsBeyondALongStayAtItsEndInEveryOrder() {
        byte[] most = incr(a, Long.MAX_VALUE);
        byte[] more = incr(b, Long.MAX_VALUE);
        byte[] less = incr(c, -10);
        give(a, more, less);
        give(b, less, most);
        give(c, most, more);
        assertThat(value(a)).isEqualTo(Long.toString(Long.MAX_VALUE));
        assertThat(value(b)).isEqualTo(value(a));
        assertThat(value(c)).isEqualTo(value(a));
        assertThat(a.writer.add(a.key("crdt:n"), Type.STRING, NONE, Kind.INTEGER, 1L))
                .isFalse();
        assertThat(a.writer.isOpen()).isFalse();
    }

    @Test
    void decimalsAreExactAndPrintedAsRedisDoes() {
        a.writer.add(a.key("crdt:n"), Type.STRING, NONE, Kind.DECIMAL, new BigDecimal("0.1"));
        a.writer.add(a.key("crdt:n"), Type.STRING, NONE, Kind.DECIMAL, new BigDecimal("0.2"));
        a.take();
        assertThat(value(a)).isEqualTo("0.3");
        incr(a, 3);
        assertThat(value(a)).isEqualTo("3.3");
        assertThat(Cell.decimalText(new BigDecimal("5.0e3"))).isEqualTo("5000");
        assertThat(Cell.decimalText(new BigDecimal("0.000"))).isEqualTo("0");
    }

    @Test
    void aTextBesideIncrementsHidesThemUntilItIsReplaced() {
        byte[] text = set(a, "text");
        byte[] five = incr(b, 5);
        give(a, five);
        give(b, text);
        assertThat(value(a)).isEqualTo("text");
        assertThat(value(b)).isEqualTo("text");
    }

    @Test
    void integersAreReadAsRedisReadsThem() {
        assertThat(Cell.integer(DataNode.bytes("9223372036854775807"))).isEqualTo(Long.MAX_VALUE);
        assertThat(Cell.integer(DataNode.bytes("-9223372036854775808"))).isEqualTo(Long.MIN_VALUE);
        assertThat(Cell.integer(DataNode.bytes("0"))).isZero();
        for (String not : new String[] {
            "9223372036854775808",
            "-9223372036854775809",
            "99999999999999999999",
            "",
            "-",
            "-0",
            "01",
            "+1",
            " 1",
            "1 ",
            "1a",
            "18446744073709551617"
        }) {
            assertThat(Cell.integer(DataNode.bytes(not))).as(not).isNull();
        }
        Gen.seeds(1, 2000, seed -> {
            long n = new Gen(seed).random.nextLong() >> new Gen(seed).below(64);
            assertThat(Cell.integer(DataNode.bytes(Long.toString(n)))).isEqualTo(n);
        });
    }
}
