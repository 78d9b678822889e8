package dev.meridian.kernel.command;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;

/**
 * Checks of operands that many commands share. Each answers whether the operand is bad, and has then written the
 * error that Redis gives; a good one is read with {@link Args#longAt} or {@link Args#doubleAt}.
 */
final class Operands {
    static final String SYNTAX = "ERR syntax error";
    static final String NOT_AN_INTEGER = "ERR value is not an integer or out of range";
    static final String NOT_A_FLOAT = "ERR value is not a valid float";
    private static final String NOT_POSITIVE = "ERR value is out of range, must be positive";

    private Operands() {}

    static boolean notLong(Execution x, int i) {
        x.args().longAt(i);
        return !x.args().ok() && refused(x, NOT_AN_INTEGER);
    }

    static boolean notDouble(Execution x, int i, String error) {
        x.args().doubleAt(i);
        return !x.args().ok() && refused(x, error);
    }

    /** A count of 0 or more. */
    static boolean negative(Execution x, int i) {
        return below(x, i, 0, NOT_POSITIVE);
    }

    static boolean below(Execution x, int i, long min, String error) {
        long value = x.args().longAt(i);
        return (!x.args().ok() || value < min) && refused(x, error);
    }

    /** A count with a sign; -2^63 has no counterpart and is refused. */
    static boolean notCount(Execution x, int i) {
        return notLong(x, i)
                || (x.args().longAt(i) == Long.MIN_VALUE
                        && refused(
                                x,
                                "ERR value is out of range, value must between -9223372036854775807 and"
                                        + " 9223372036854775807"));
    }

    /** Seconds to wait, with decimals. */
    static boolean notTimeout(Execution x, int i) {
        Args args = x.args();
        double seconds = args.doubleAt(i);
        boolean huge = !args.ok() && Numbers.parseLongDouble(args.copy(i), 0, args.length(i)) != null;
        if (huge) {
            // Redis reads a long double here, whose range is larger.
            return refused(
                    x, args.latin1(i).startsWith("-") ? "ERR timeout is negative" : "ERR timeout is out of range");
        }
        if (!args.ok()) {
            return refused(x, "ERR timeout is not a float or out of range");
        }
        if (seconds < 0) {
            return refused(x, "ERR timeout is negative");
        }
        return seconds * 1000 > Long.MAX_VALUE - (double) x.nowMs() && refused(x, "ERR timeout is out of range");
    }

    /** The seconds of argument {@code i} in milliseconds, rounded up. */
    static long timeoutMs(Execution x, int i) {
        return BigDecimal.valueOf(x.args().doubleAt(i))
                .movePointRight(3)
                .setScale(0, RoundingMode.CEILING)
                .longValue();
    }

    static boolean refused(Execution x, String error) {
        x.reply().error(error);
        return true;
    }

    /** The error of a subcommand whose arguments are too many. */
    static boolean subcommandSyntax(Execution x) {
        return refused(
                x,
                "ERR unknown subcommand or wrong number of arguments for '"
                        + x.args().latin1(1) + "'. Try " + x.args().latin1(0).toUpperCase(Locale.ROOT) + " HELP.");
    }

    static boolean syntax(Execution x) {
        return refused(x, SYNTAX);
    }

    /** A rank counted from the end when negative, kept within 0 and {@code size}; -1 stays the rank before the first. */
    static int first(long rank, int size) {
        return (int) Math.min(size, Math.max(0, rank < 0 ? rank + size : rank));
    }

    /** As {@link #first}, for the last rank of a range; -1 where the range is empty. */
    static int last(long rank, int size) {
        return (int) Math.min(size - 1L, Math.max(-1, rank < 0 ? rank + size : rank));
    }
}
