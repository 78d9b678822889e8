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

    /** Rows with a fixed form have it. {@code value} is null in a removal. */
    public static void check(Type type, byte[] element, byte @Nullable [] value) {
        boolean valid = switch (type) {
            case BITMAP -> value != null && Bitmap.valid(element, value);
            case HYPERLOGLOG -> element.length == 2 && (value == null || value.length == 1);
            default -> true;
        };
        if (!valid) {
            throw new MalformedBytesException("a row of type " + type + " in a wrong form");
        }
    }
}
