package dev.meridian.kernel.command;

import dev.meridian.kernel.data.Cell;
import dev.meridian.kernel.data.Contribution;
import dev.meridian.kernel.data.Key;
import dev.meridian.kernel.data.Type;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.function.BiConsumer;

/** The INCR family: additions that regions sum up. */
final class CounterCommands {
    private static final byte[] NO_ELEMENT = {};

    /** More digits than this cannot be added up exactly; such numbers are written as a whole. */
    private static final int DIGITS_MAX = 34;

    private CounterCommands() {}

    static void bind(BiConsumer<String, Command> table) {
        table.accept("INCR", x -> add(x, 1));
        table.accept("DECR", x -> add(x, -1));
        table.accept("INCRBY", CounterCommands::incrBy);
        table.accept("DECRBY", CounterCommands::decrBy);
        table.accept("INCRBYFLOAT", CounterCommands::incrByFloat);
    }

    private static void incrBy(Execution x) {
        long amount = x.args().longAt(2);
        if (x.args().ok()) {
            add(x, amount);
        } else {
            x.reply().error(StringCommands.NOT_AN_INTEGER);
        }
    }

    private static void decrBy(Execution x) {
        long amount = x.args().longAt(2);
        if (!x.args().ok()) {
            x.reply().error(StringCommands.NOT_AN_INTEGER);
        } else if (amount == Long.MIN_VALUE) {
            x.reply().error("ERR decrement would overflow");
        } else {
            add(x, -amount);
        }
    }

    private static void add(Execution x, long amount) {
        Key key = x.find(1);
        if (x.wrongType(key, Type.STRING)) {
            return;
        }
        long before = 0;
        if (key != null) {
            Cell cell = key.string();
            if (cell != null && cell.contributions() != null && key.bits() == null && cell.number() instanceof Long n) {
                before = n;
            } else {
                byte[] text = StringCommands.textOrEmpty(key);
                if (!Numbers.isLong(text, 0, text.length)) {
                    x.reply().error(StringCommands.NOT_AN_INTEGER);
                    return;
                }
                before = Numbers.parseLong(text, 0, text.length);
            }
        }
        long now = before + amount;
        if (((before ^ now) & (amount ^ now)) < 0) {
            x.reply().error("ERR increment or decrement would overflow");
            return;
        }
        Key target = StringCommands.writable(x, 1, key);
        if (target.bits() != null
                || !x.mutation().add(target, Type.STRING, NO_ELEMENT, Contribution.Kind.INTEGER, amount)) {
            x.mutation().putString(target, Numbers.bytes(now));
        }
        x.event('$', "incrby", x.args().copy(1));
        x.reply().integer(now);
    }

    private static void incrByFloat(Execution x) {
        Args args = x.args();
        Key key = x.find(1);
        if (x.wrongType(key, Type.STRING)) {
            return;
        }
        byte[] text = key == null ? new byte[] {'0'} : StringCommands.textOrEmpty(key);
        BigDecimal before = Numbers.parseLongDouble(text, 0, text.length);
        BigDecimal more = Numbers.parseLongDouble(args.buffer(), args.offset(2), args.length(2));
        if (before == null && !infinite(text, 0, text.length)
                || more == null && !infinite(args.buffer(), args.offset(2), args.length(2))) {
            x.reply().error("ERR value is not a valid float");
            return;
        }
        BigDecimal now = before == null || more == null ? null : Numbers.addLongDouble(before, more);
        if (now == null) {
            x.reply().error("ERR increment would produce NaN or Infinity");
            return;
        }
        byte[] result = Numbers.bytes(now);
        Key target = StringCommands.writable(x, 1, key);
        addDecimal(x, target, text, result);
        x.event('$', "incrbyfloat", args.copy(1));
        x.reply().bulk(result);
    }

    /**
     * Adds what leads from one text to the other, so that this region shows what Redis would and other regions' additions
     * keep their weight; numbers beyond what can be added exactly are written as a whole.
     */
    private static void addDecimal(Execution x, Key target, byte[] before, byte[] result) {
        BigDecimal from = Cell.decimal(before);
        BigDecimal to = Cell.decimal(result);
        if (from != null && to != null) {
            BigDecimal amount = to.subtract(from);
            if (amount.precision() <= DIGITS_MAX) {
                boolean added = x.mutation().add(target, Type.STRING, NO_ELEMENT, Contribution.Kind.DECIMAL, amount);
                if (added && Arrays.equals(result, StringCommands.text(target))) {
                    return;
                }
            }
        }
        x.mutation().putString(target, result);
    }

    private static boolean infinite(byte[] text, int offset, int length) {
        return Double.isInfinite(Numbers.parseDouble(text, offset, length));
    }
}
