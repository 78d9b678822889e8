package dev.meridian.kernel.data;

import dev.meridian.kernel.bytes.MalformedBytesException;
import org.jspecify.annotations.Nullable;

/** What rows of each type can hold. Whatever comes from a link or a disk is held to it before it takes effect. */
public final class RowForm {
    private RowForm() {}

    /** Refuses what a register of the type cannot hold. */
    public static void checkValue(Type type, byte[] value) {
        if (type == Type.EXPIRY && (value.length != Long.BYTES || Cell.instant(value) <= 0)) {
            throw new MalformedBytesException("a lifetime whose end is not an instant");
        }
        if (type == Type.ZSET && (value.length != Long.BYTES || Double.isNaN(ScoredCell.decode(value)))) {
            throw new MalformedBytesException("a score that is not a number");
        }
    }

    /** Refuses a counter that the type does not have. */
    public static void checkKind(Type type, Contribution.Kind kind) {
        boolean fits = kind == Contribution.Kind.DOUBLE ? type == Type.ZSET : type == Type.STRING || type == Type.HASH;
        if (!fits) {
            throw new MalformedBytesException("a counter of kind " + kind + " in a " + type);
        }
    }

    /** What an operation writes has the form of its type. {@code value} is null in a removal. */
    public static void check(Type type, byte[] element, byte @Nullable [] value) {
        holds(type, type == Type.BITMAP ? value != null && Bitmap.valid(element, value) : plain(type, element, value));
    }

    /** The same of a row at rest; {@code value} is null where only counters or a stamp are left. */
    static void checkRow(Type type, byte[] element, byte @Nullable [] value) {
        holds(type, type == Type.BITMAP ? Bitmap.validRow(element, value) : plain(type, element, value));
        if (value != null) {
            checkValue(type, value);
        }
    }

    private static boolean plain(Type type, byte[] element, byte @Nullable [] value) {
        return type != Type.HYPERLOGLOG || element.length == 2 && (value == null || value.length == 1);
    }

    private static void holds(Type type, boolean valid) {
        if (!valid) {
            throw new MalformedBytesException("a row of type " + type + " in a wrong form");
        }
    }
}
