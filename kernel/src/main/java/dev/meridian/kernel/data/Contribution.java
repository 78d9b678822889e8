package dev.meridian.kernel.data;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import org.jspecify.annotations.Nullable;

/**
 * What one origin added to one counter since the origin last saw it reset: a running sum, valid from
 * {@code startSeq} up to the mutation {@code seq}. A reset that knew only a part of it subtracts the sum it
 * knew, the floor; the floor with the highest sequence number holds, so resets may arrive in any order and
 * more than once.
 */
public final class Contribution {
    /** How the sum is kept; stored on disk by ordinal. */
    public enum Kind {
        INTEGER,
        /** Exact decimals, at most 34 digits, for INCRBYFLOAT and HINCRBYFLOAT. */
        DECIMAL,
        /** IEEE doubles, for ZINCRBY. */
        DOUBLE;

        static final Kind[] ALL = values();

        public static @Nullable Kind of(int code) {
            return code >= 0 && code < ALL.length ? ALL[code] : null;
        }
    }

    final int origin;
    final Kind kind;
    long startSeq;
    long seq;
    long hlc;
    Number sum;
    long floorSeq;

    @Nullable
    Number floor;

    @Nullable
    Contribution next;

    Contribution(int origin, Kind kind, long startSeq, long seq, long hlc, Number sum) {
        this.origin = origin;
        this.kind = kind;
        this.startSeq = startSeq;
        this.seq = seq;
        this.hlc = hlc;
        this.sum = sum;
    }

    public int origin() {
        return origin;
    }

    public Kind kind() {
        return kind;
    }

    public long startSeq() {
        return startSeq;
    }

    public long seq() {
        return seq;
    }

    /** The HLC of the last addition. */
    public long hlc() {
        return hlc;
    }

    /** The running sum since {@link #startSeq}, floors not subtracted. */
    public Number sum() {
        return sum;
    }

    public @Nullable Contribution next() {
        return next;
    }

    /** What this adds to the counter now. */
    public Number amount() {
        return floor == null ? sum : plus(kind, sum, negate(kind, floor));
    }

    static Number negate(Kind kind, Number n) {
        return switch (kind) {
            case INTEGER -> n.longValue() == Long.MIN_VALUE ? Long.MAX_VALUE : -n.longValue();
            case DECIMAL -> ((BigDecimal) n).negate();
            case DOUBLE -> -n.doubleValue();
        };
    }

    /** The sum of two amounts of a kind. Integers that leave the range of a long stay at its end. */
    static Number plus(Kind kind, Number a, Number b) {
        return switch (kind) {
            case INTEGER -> clamped(a.longValue(), b.longValue());
            case DECIMAL -> ((BigDecimal) a).add((BigDecimal) b, MathContext.DECIMAL128);
            case DOUBLE -> a.doubleValue() + b.doubleValue();
        };
    }

    static long clamped(long a, long b) {
        long sum = a + b;
        if (((a ^ sum) & (b ^ sum)) < 0) {
            return a < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
        return sum;
    }

    static long clamped(BigInteger n) {
        if (n.bitLength() < 64) {
            return n.longValue();
        }
        return n.signum() < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
    }
}
