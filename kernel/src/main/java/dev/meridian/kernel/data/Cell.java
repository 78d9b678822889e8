package dev.meridian.kernel.data;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The smallest thing that merges: a string, a hash's field, a member of a set or sorted set, an element of a
 * list, a register of a HyperLogLog, a bit, a key's lifetime. A register (the value written last, with its stamp, and
 * beside it the siblings that were written without knowledge of it) and the counters' contributions.
 *
 * <p>Invariant: with {@link Resolution#LAST_WRITE_WINS} there are no siblings, and a register without a value
 * (hlc not 0, value null) is a tombstone, kept until every member has applied it; with
 * the other resolutions, and with types that merge by nature, there are no tombstones, and the inline entry orders after
 * all siblings.
 */
public class Cell extends BytesTable.Node {
    static final byte[] NO_ID = {};
    static final byte[] EMPTY = {};

    /** One value written without knowledge of the cell's winner. */
    public static final class Sibling {
        final byte[] value;
        final int origin;
        final long seq;
        final long hlc;

        @Nullable
        Sibling next;

        /** Of a cell's first sibling, where the dataset has a rule: what the rule made of them all. */
        Conflicts.@Nullable Outcome outcome;

        Sibling(byte[] value, int origin, long seq, long hlc, @Nullable Sibling next) {
            this.value = value;
            this.origin = origin;
            this.seq = seq;
            this.hlc = hlc;
            this.next = next;
        }

        public byte[] value() {
            return value;
        }

        public int origin() {
            return origin;
        }

        public long seq() {
            return seq;
        }

        public long hlc() {
            return hlc;
        }

        public @Nullable Sibling next() {
            return next;
        }
    }

    final Key key;
    final Type type;
    byte @Nullable [] value;
    int origin;
    long seq;
    long hlc;

    @Nullable
    Sibling siblings;

    @Nullable
    Contribution contributions;

    /** See {@link Keyspace}: DIRTY, PENDING, GONE, WAS_PRESENT; and {@link Conflicts}. */
    byte marks;

    Cell(Key key, Type type, byte[] id) {
        super(id);
        this.key = key;
        this.type = type;
    }

    public Key key() {
        return key;
    }

    public Type type() {
        return type;
    }

    /** Whether there is a value: one written, or one counted. */
    public final boolean present() {
        return value != null || contributions != null;
    }

    /** Nothing that would have to be remembered. */
    final boolean blank() {
        return hlc == 0 && contributions == null;
    }

    /** The value last written, without counters; null when none stands. */
    public byte @Nullable [] register() {
        return value;
    }

    public int origin() {
        return origin;
    }

    public long seq() {
        return seq;
    }

    /** The HLC of the last write or removal of the register; 0 when there was none. */
    public long hlc() {
        return hlc;
    }

    public @Nullable Sibling siblings() {
        return siblings;
    }

    public @Nullable Contribution contributions() {
        return contributions;
    }

    /** The greatest HLC of any write that shows in this cell. */
    public final long newestHlc() {
        long newest = hlc;
        for (Sibling s = siblings; s != null; s = s.next) {
            newest = Math.max(newest, s.hlc);
        }
        for (Contribution c = contributions; c != null; c = c.next) {
            newest = Math.max(newest, c.hlc);
        }
        return newest;
    }

    /** Every value that stands in the register, the newest last. */
    public final List<Sibling> versions() {
        List<Sibling> versions = new ArrayList<>();
        byte[] newest = value;
        if (newest != null) {
            versions.add(new Sibling(newest, origin, seq, hlc, null));
        }
        for (Sibling s = siblings; s != null; s = s.next) {
            versions.add(s);
        }
        Collections.reverse(versions);
        return versions;
    }

    /** What the dataset's rule made of the siblings; null where there are none, or there is no rule. */
    public final Conflicts.@Nullable Outcome outcome() {
        return siblings == null ? null : siblings.outcome;
    }

    /** The register as it is served: what a rule made of siblings, or the value written last. */
    private byte @Nullable [] served() {
        Conflicts.Outcome outcome = outcome();
        byte[] made = outcome == null ? null : outcome.value();
        return made == null ? value : made;
    }

    /** What a reader sees: the register, or its number with the contributions added; null when absent. */
    public final byte @Nullable [] visible() {
        if (contributions == null) {
            return siblings == null ? value : served();
        }
        Number n = number();
        if (n == null) {
            return served();
        }
        return (n instanceof BigDecimal d ? decimalText(d) : n.toString()).getBytes(StandardCharsets.ISO_8859_1);
    }

    /**
     * The value as a number with everything counted: a Long, or a BigDecimal where a decimal takes part; null
     * where the register holds something else than a number (contributions then do not show).
     */
    public final @Nullable Number number() {
        long sum = 0;
        byte[] base = served();
        BigDecimal decimal = null;
        if (base != null) {
            Long parsed = integer(base);
            if (parsed != null) {
                sum = parsed;
            } else {
                decimal = decimal(base);
                if (decimal == null) {
                    return null;
                }
            }
        }
        boolean clamped = false;
        for (Contribution c = contributions; c != null; c = c.next) {
            if (c.kind == Contribution.Kind.INTEGER) {
                long amount = c.amount().longValue();
                long next = sum + amount;
                clamped |= ((sum ^ next) & (amount ^ next)) < 0;
                sum = next;
            } else {
                BigDecimal amount = c.kind == Contribution.Kind.DECIMAL
                        ? (BigDecimal) c.amount()
                        : new BigDecimal(c.amount().doubleValue());
                decimal = decimal == null ? amount : decimal.add(amount);
            }
        }
        if (clamped) {
            sum = exactSum(base);
        }
        return decimal == null ? (Number) sum : decimal.add(BigDecimal.valueOf(sum));
    }

    private long exactSum(byte @Nullable [] base) {
        Long parsed = base == null ? null : integer(base);
        BigInteger exact = BigInteger.valueOf(parsed == null ? 0 : parsed);
        for (Contribution c = contributions; c != null; c = c.next) {
            if (c.kind == Contribution.Kind.INTEGER) {
                exact = exact.add(BigInteger.valueOf(c.amount().longValue()));
            }
        }
        return Contribution.clamped(exact);
    }

    /** The sum as Redis prints long doubles: at most 17 decimals, no exponent, no trailing zeros. */
    public static String decimalText(BigDecimal n) {
        BigDecimal rounded = n.scale() > 17 ? n.setScale(17, RoundingMode.HALF_EVEN) : n;
        return rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
    }

    /** Milliseconds since 1970 as the eight bytes of an {@link Type#EXPIRY} register. */
    public static byte[] instantBytes(long ms) {
        byte[] bytes = new byte[8];
        for (int i = 0; i < 8; i++) {
            bytes[i] = (byte) (ms >>> 56 - 8 * i);
        }
        return bytes;
    }

    /** What {@link #instantBytes} wrote. */
    public static long instant(byte[] register) {
        long ms = 0;
        for (byte b : register) {
            ms = ms << 8 | b & 0xFF;
        }
        return ms;
    }

    /** A canonical decimal integer in the range of a long, or null. */
    public static @Nullable Long integer(byte[] text) {
        int length = text.length;
        if (length == 0 || length > 20) {
            return null;
        }
        int at = 0;
        boolean negative = text[0] == '-';
        if (negative) {
            at = 1;
            if (length == 1) {
                return null;
            }
        }
        if (text[at] == '0') {
            return length == 1 ? 0L : null;
        }
        long n = 0;
        for (; at < length; at++) {
            int digit = text[at] - '0';
            if (digit < 0 || digit > 9 || n < (Long.MIN_VALUE + digit) / 10) {
                return null;
            }
            n = n * 10 - digit;
        }
        if (negative) {
            return n;
        }
        return n == Long.MIN_VALUE ? null : -n;
    }

    /** A finite decimal as Redis accepts one for INCRBYFLOAT, or null. */
    public static @Nullable BigDecimal decimal(byte[] text) {
        if (text.length == 0 || text.length > 256) {
            return null;
        }
        for (byte b : text) {
            if ((b < '0' || b > '9') && b != '-' && b != '+' && b != '.' && b != 'e' && b != 'E') {
                return null;
            }
        }
        try {
            BigDecimal n = new BigDecimal(new String(text, StandardCharsets.ISO_8859_1));
            return Math.abs((long) n.scale()) > 400 || n.precision() - (long) n.scale() > 400 ? null : n;
        } catch (NumberFormatException e) {
            return null;
        }
    }
}
