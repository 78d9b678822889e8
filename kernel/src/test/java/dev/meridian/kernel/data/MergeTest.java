package dev.meridian.kernel.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.kernel.placement.Dataset;
import dev.meridian.kernel.placement.Placement;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One operation on one cell: what it leaves, what it says that it did, and what it counts as dropped. */
class MergeTest {
    private static final int A = 0;
    private static final int B = 1;

    private final Origins origins = new Origins();
    private final Merge merge = new Merge(origins, new Conflicts(origins, new DirtyRows(), List.of()));
    private final Write write = new Write();

    @BeforeEach
    void twoOrigins() {
        origins.add(1, "a");
        origins.add(2, "b");
    }

    private static Cell cell(Type type) {
        Dataset dataset = new Dataset(
                Placement.DEFAULT,
                0,
                0,
                Resolution.LAST_WRITE_WINS,
                true,
                Dataset.RemoteAccess.NONE,
                false,
                Dataset.ReadLevel.EVENTUAL,
                0,
                List.of("a", "b"));
        return new Cell(new Key(bytes("k"), dataset), type, new byte[0]);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** A write that has seen so much of each origin. */
    private Write by(int origin, long seq, long hlc, long... seen) {
        VersionVector vector = new VersionVector();
        for (int i = 0; i < seen.length; i++) {
            vector.set(i, seen[i]);
        }
        write.begin(origin, seq, hlc, vector);
        return write;
    }

    @Test
    void aRegisterSaysWhetherItChangedAndCountsWhatIsDropped_V6() {
        Cell cell = cell(Type.STRING);
        assertThat(merge.register(cell, Resolution.LAST_WRITE_WINS, by(A, 1, 100), bytes("x")))
                .isTrue();
        assertThat(write.dropped).isZero();
        assertThat(merge.register(cell, Resolution.LAST_WRITE_WINS, by(B, 1, 90), bytes("older")))
                .isFalse();
        assertThat(write.dropped).as("the older one").isEqualTo(1);
        assertThat(cell.value).isEqualTo(bytes("x"));
        assertThat(merge.register(cell, Resolution.LAST_WRITE_WINS, by(B, 2, 110), bytes("newer")))
                .isTrue();
        assertThat(write.dropped).as("the one that stood").isEqualTo(2);
        assertThat(merge.register(cell, Resolution.LAST_WRITE_WINS, by(A, 2, 120, 1, 2), null))
                .isTrue();
        assertThat(write.dropped).as("a removal that had seen the value").isEqualTo(2);
        assertThat(merge.register(cell, Resolution.LAST_WRITE_WINS, by(B, 3, 130), bytes("again")))
                .isTrue();
        assertThat(write.dropped).as("a removal has no value to drop").isEqualTo(2);
    }

    @Test
    void theSameStampTwiceChangesNothing_V2() {
        Cell cell = cell(Type.STRING);
        merge.register(cell, Resolution.LAST_WRITE_WINS, by(A, 1, 100), bytes("x"));
        assertThat(merge.register(cell, Resolution.LAST_WRITE_WINS, by(A, 1, 100), bytes("y")))
                .isFalse();
        assertThat(cell.value).isEqualTo(bytes("x"));
        assertThat(merge.register(cell, Resolution.LAST_WRITE_WINS, by(B, 1, 100), bytes("z")))
                .as("equal clocks: the greater identity")
                .isTrue();
    }

    @Test
    void removingWhatIsNotThereIsNoChange_V2() {
        Cell cell = cell(Type.STRING);
        assertThat(merge.register(cell, Resolution.CRDT, by(A, 1, 100), null)).isFalse();
        assertThat(merge.register(cell, Resolution.CRDT, by(A, 2, 110), bytes("x")))
                .isTrue();
        assertThat(merge.register(cell, Resolution.CRDT, by(B, 1, 120, 2), null))
                .isTrue();
        assertThat(cell.present()).isFalse();
    }

    @Test
    void whatIsConcurrentStandsBesideTheOther_V2() {
        Cell cell = cell(Type.STRING);
        merge.register(cell, Resolution.CRDT, by(A, 1, 100), bytes("x"));
        merge.register(cell, Resolution.CRDT, by(B, 1, 90), bytes("y"));
        assertThat(cell.value).isEqualTo(bytes("x"));
        assertThat(cell.siblings).isNotNull();
        assertThat(cell.newestHlc()).isEqualTo(100);
        merge.register(cell, Resolution.CRDT, by(B, 2, 80, 1), null);
        assertThat(cell.present()).as("both were seen").isFalse();
        assertThat(cell.newestHlc()).isZero();
    }

    @Test
    void aDeletionTakesWhatIsNotNewerThanItself_V2() {
        Cell cell = cell(Type.STRING);
        merge.register(cell, Resolution.CRDT, by(A, 1, 100), bytes("x"));
        merge.register(cell, Resolution.CRDT, by(B, 1, 90), bytes("y"));
        merge.voidBefore(cell, 90, B);
        assertThat(cell.value).isEqualTo(bytes("x"));
        assertThat(cell.siblings).as("its own stamp").isNull();
        merge.voidBefore(cell, 100, A);
        assertThat(cell.value).isNull();
    }

    @Test
    void aSumThatStartsAnewReplacesTheOldOneAndAnEqualStartDoesNot_V9() {
        Cell cell = cell(Type.STRING);
        merge.add(cell, by(A, 1, 100), Contribution.Kind.INTEGER, 1, null, 5L);
        merge.add(cell, by(A, 2, 110), Contribution.Kind.INTEGER, 1, 5L, 8L);
        assertThat(cell.number()).as("a running sum").isEqualTo(8L);
        merge.add(cell, by(A, 4, 120), Contribution.Kind.INTEGER, 4, null, 2L);
        assertThat(cell.number()).as("begun anew").isEqualTo(2L);
        merge.add(cell, by(B, 1, 130), Contribution.Kind.INTEGER, 1, 3L, 4L);
        assertThat(cell.number())
                .as("a reset that the other had not seen took 3 of 4")
                .isEqualTo(3L);
        assertThat(cell.newestHlc()).isEqualTo(130);
    }

    @Test
    void aResetTakesTheMostThatAnyHadSeen_V9() {
        Cell cell = cell(Type.STRING);
        merge.add(cell, by(A, 5, 100), Contribution.Kind.INTEGER, 1, null, 10L);
        Merge.floor(cell, A, Contribution.Kind.INTEGER, 1, 3, 6L);
        assertThat(cell.number()).isEqualTo(4L);
        Merge.floor(cell, A, Contribution.Kind.INTEGER, 1, 3, 7L);
        assertThat(cell.number()).as("as much had been seen already").isEqualTo(4L);
        Merge.floor(cell, A, Contribution.Kind.INTEGER, 1, 2, 5L);
        assertThat(cell.number()).as("less had been seen").isEqualTo(4L);
        Merge.floor(cell, A, Contribution.Kind.INTEGER, 2, 9, 9L);
        assertThat(cell.number()).as("of another sum").isEqualTo(4L);
        Merge.floor(cell, A, Contribution.Kind.INTEGER, 1, 4, 8L);
        assertThat(cell.number()).isEqualTo(2L);
    }

    @Test
    void whatOriginsAddStandsInTheOrderOfTheirIdentitiesAndKindsHoweverItCame_V1() {
        Cell cell = cell(Type.STRING);
        merge.add(cell, by(B, 1, 100), Contribution.Kind.INTEGER, 1, null, 1L);
        merge.add(cell, by(A, 2, 110), Contribution.Kind.DECIMAL, 2, null, new BigDecimal("0.5"));
        merge.add(cell, by(A, 1, 90), Contribution.Kind.INTEGER, 1, null, 2L);
        StringBuilder order = new StringBuilder();
        for (Contribution c = cell.contributions; c != null; c = c.next) {
            order.append(c.origin == A ? "a " : "b ").append(c.kind).append(' ');
        }
        assertThat(order).hasToString("a INTEGER a DECIMAL b INTEGER ");
        assertThat(new BigDecimal(String.valueOf(cell.number()))).isEqualByComparingTo("3.5");
    }

    @Test
    void anEndTakesWhatIsOlderThanItselfOnly_V10() {
        Cell cell = cell(Type.STRING);
        merge.register(cell, Resolution.CRDT, by(A, 1, 100), bytes("x"));
        merge.add(cell, by(B, 1, 100), Contribution.Kind.INTEGER, 1, null, 1L);
        merge.end(cell, by(A, 2, 110, 1, 1), 100);
        merge.resetCounters(cell, write, 100);
        assertThat(cell.value).isEqualTo(bytes("x"));
        assertThat(cell.contributions).isNotNull();
        merge.end(cell, by(A, 3, 120, 2, 1), 101);
        merge.resetCounters(cell, write, 101);
        assertThat(cell.present()).isFalse();
    }

    @Test
    void sumsStayAtTheEndOfTheirRange_V9() {
        assertThat(Contribution.clamped(Long.MAX_VALUE, 1)).isEqualTo(Long.MAX_VALUE);
        assertThat(Contribution.clamped(Long.MIN_VALUE, -1)).isEqualTo(Long.MIN_VALUE);
        assertThat(Contribution.clamped(Long.MAX_VALUE, Long.MIN_VALUE)).isEqualTo(-1);
        assertThat(Contribution.clamped(Long.MAX_VALUE - 1, 1)).isEqualTo(Long.MAX_VALUE);
        assertThat(Contribution.clamped(-5, 3)).isEqualTo(-2);
        BigInteger most = BigInteger.valueOf(Long.MAX_VALUE);
        assertThat(Contribution.clamped(most)).isEqualTo(Long.MAX_VALUE);
        assertThat(Contribution.clamped(most.add(BigInteger.ONE))).isEqualTo(Long.MAX_VALUE);
        assertThat(Contribution.clamped(most.negate().subtract(BigInteger.TWO))).isEqualTo(Long.MIN_VALUE);
    }

    @Test
    void whatOriginsAddLeavesTheRangeOnlyTogether_V9() {
        Cell cell = cell(Type.STRING);
        merge.register(cell, Resolution.LAST_WRITE_WINS, by(A, 1, 100), bytes("-5"));
        merge.add(cell, by(A, 2, 110), Contribution.Kind.INTEGER, 2, null, Long.MAX_VALUE);
        merge.add(cell, by(B, 1, 120), Contribution.Kind.INTEGER, 1, null, 5L);
        assertThat(cell.number()).as("exactly at the end").isEqualTo(Long.MAX_VALUE);
        merge.add(cell, by(B, 2, 130), Contribution.Kind.INTEGER, 1, 5L, 6L);
        assertThat(cell.number()).as("beyond it").isEqualTo(Long.MAX_VALUE);
        merge.add(cell, by(B, 3, 140), Contribution.Kind.INTEGER, 1, 6L, -1L);
        assertThat(cell.number()).as("and back").isEqualTo(Long.MAX_VALUE - 6);
    }

    @Test
    void decimalsAreReadWithinTheirBoundsAndNothingElseIs_X2() {
        assertThat(Cell.decimal(bytes("-1.50e+2"))).isEqualByComparingTo("-150");
        assertThat(Cell.decimal(bytes("+3E-1"))).isEqualByComparingTo("0.3");
        for (String text : List.of("", "1x", "0x10", "NaN", "Infinity", "1/2", "1:2", "--1", ".", "1e", "1\u00A0")) {
            assertThat(Cell.decimal(bytes(text))).as(text).isNull();
        }
        assertThat(Cell.decimal(bytes("1".repeat(256)))).isNotNull();
        assertThat(Cell.decimal(bytes("1".repeat(257)))).isNull();
        assertThat(Cell.decimal(bytes("1e-400"))).isNotNull();
        assertThat(Cell.decimal(bytes("1e-401"))).isNull();
        assertThat(Cell.decimal(bytes("1e399"))).isNotNull();
        assertThat(Cell.decimal(bytes("1e400"))).isNull();
        assertThat(Cell.decimal(bytes("1e401"))).isNull();
        assertThat(Cell.decimal(bytes("1e99999999999"))).isNull();
    }

    @Test
    void decimalsArePrintedWithSeventeenPlacesAtMost() {
        assertThat(Cell.decimalText(new BigDecimal("0.12345678901234567"))).isEqualTo("0.12345678901234567");
        assertThat(Cell.decimalText(new BigDecimal("0.123456789012345678"))).isEqualTo("0.12345678901234568");
        assertThat(Cell.decimalText(new BigDecimal("1E+3"))).isEqualTo("1000");
        assertThat(Cell.decimalText(new BigDecimal("2.500"))).isEqualTo("2.5");
        assertThat(Cell.decimalText(new BigDecimal("-0.000"))).isEqualTo("0");
        assertThat(Cell.decimalText(new BigDecimal("1E-30"))).isEqualTo("0");
    }
}
