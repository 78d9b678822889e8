package dev.meridian.kernel.command;

import dev.meridian.kernel.data.Cell;
import dev.meridian.kernel.data.Collection;
import dev.meridian.kernel.data.Contribution;
import dev.meridian.kernel.data.Key;
import dev.meridian.kernel.data.Type;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Commands on hashes. Each field merges on its own; HINCRBY and HINCRBYFLOAT merge as sums. */
public final class HashCommands {
    private HashCommands() {}

    public static void bind(BiConsumer<String, Command> table) {
        table.accept("HSET", x -> set(x, false));
        table.accept("HMSET", x -> set(x, true));
        table.accept("HSETNX", HashCommands::setIfAbsent);
        table.accept("HGET", HashCommands::get);
        table.accept("HMGET", HashCommands::getMany);
        table.accept("HGETALL", HashCommands::getAll);
        table.accept("HKEYS", HashCommands::fields);
        table.accept("HVALS", HashCommands::values);
        table.accept("HDEL", HashCommands::delete);
        table.accept("HEXISTS", HashCommands::exists);
        table.accept("HLEN", HashCommands::length);
        table.accept("HSTRLEN", HashCommands::valueLength);
        table.accept("HINCRBY", HashCommands::increment);
        table.accept("HINCRBYFLOAT", HashCommands::incrementDecimal);
        table.accept("HRANDFIELD", HashCommands::random);
        table.accept(
                "HSCAN", x -> ElementScan.run(x, Type.HASH, cell -> x.reply().bulk(Elements.value(cell))));
    }

    private static void set(Execution x, boolean answerOk) {
        Args args = x.args();
        if ((args.count() & 1) != 0) {
            x.reply().error("ERR wrong number of arguments for '" + (answerOk ? "hmset" : "hset") + "' command");
            return;
        }
        Key key = x.find(1);
        if (x.wrongType(key, Type.HASH)) {
            return;
        }
        key = x.obtain(1);
        int added = 0;
        for (int i = 2; i < args.count(); i += 2) {
            added += put(x, key, i) ? 1 : 0;
        }
        x.event('h', "hset", key.id());
        if (answerOk) {
            x.reply().ok();
        } else {
            x.reply().integer(added);
        }
    }

    private static boolean put(Execution x, Key key, int i) {
        Cell cell = Elements.find(key.collection(), x.args(), i);
        byte[] field = cell == null ? x.args().copy(i) : cell.id();
        x.mutation().put(key, Type.HASH, field, x.args().copy(i + 1));
        return cell == null;
    }

    private static void setIfAbsent(Execution x) {
        if (!x.conditional(1)) {
            return;
        }
        Key key = x.find(1);
        if (x.wrongType(key, Type.HASH)) {
            return;
        }
        if (Elements.find(Execution.collection(key), x.args(), 2) != null) {
            x.reply().integer(0);
            return;
        }
        key = x.obtain(1);
        put(x, key, 2);
        x.event('h', "hset", key.id());
        x.reply().integer(1);
    }

    private static void get(Execution x) {
        Key key = x.find(1);
        if (!x.wrongType(key, Type.HASH)) {
            value(x, Elements.find(Execution.collection(key), x.args(), 2));
        }
    }

    private static void value(Execution x, @Nullable Cell cell) {
        if (cell == null) {
            x.reply().nil();
        } else {
            x.reply().bulk(Elements.value(cell));
        }
    }

    private static void getMany(Execution x) {
        Key key = x.find(1);
        if (x.wrongType(key, Type.HASH)) {
            return;
        }
        Collection hash = Execution.collection(key);
        x.reply().array(x.args().count() - 2L);
        for (int i = 2; i < x.args().count(); i++) {
            value(x, Elements.find(hash, x.args(), i));
        }
    }

    private static void getAll(Execution x) {
        Key key = x.find(1);
        if (x.wrongType(key, Type.HASH)) {
            return;
        }
        Collection hash = Execution.collection(key);
        x.reply().map(Elements.size(hash));
        if (hash != null) {
            hash.forEach(cell -> {
                x.reply().bulk(cell.id());
                x.reply().bulk(Elements.value(cell));
            });
        }
    }

    private static void fields(Execution x) {
        Key key = x.find(1);
        if (x.wrongType(key, Type.HASH)) {
            return;
        }
        Collection hash = Execution.collection(key);
        x.reply().array(Elements.size(hash));
        if (hash != null) {
            hash.forEach(cell -> x.reply().bulk(cell.id()));
        }
    }

    private static void values(Execution x) {
        Key key = x.find(1);
        if (x.wrongType(key, Type.HASH)) {
            return;
        }
        Collection hash = Execution.collection(key);
        x.reply().array(Elements.size(hash));
        if (hash != null) {
            hash.forEach(cell -> x.reply().bulk(Elements.value(cell)));
        }
    }

    private static void delete(Execution x) {
        Key key = x.find(1);
        if (x.wrongType(key, Type.HASH)) {
            return;
        }
        x.reply().integer(SetCommands.remove(x, key, Type.HASH, 'h', "hdel"));
    }

    private static void exists(Execution x) {
        Key key = x.find(1);
        if (!x.wrongType(key, Type.HASH)) {
            x.reply().integer(Elements.find(Execution.collection(key), x.args(), 2) == null ? 0 : 1);
        }
    }

    private static void length(Execution x) {
        Key key = x.find(1);
        if (!x.wrongType(key, Type.HASH)) {
            x.reply().integer(Elements.size(Execution.collection(key)));
        }
    }

    private static void valueLength(Execution x) {
        Key key = x.find(1);
        if (!x.wrongType(key, Type.HASH)) {
            Cell cell = Elements.find(Execution.collection(key), x.args(), 2);
            x.reply().integer(cell == null ? 0 : Elements.value(cell).length);
        }
    }

    private static void increment(Execution x) {
        Args args = x.args();
        if (Operands.notLong(x, 3)) {
            return;
        }
        long amount = args.longAt(3);
        Key key = x.find(1);
        if (x.wrongType(key, Type.HASH)) {
            return;
        }
        Cell cell = Elements.find(Execution.collection(key), args, 2);
        long now = 0;
        if (cell != null) {
            byte[] text = Elements.value(cell);
            if (!Numbers.isLong(text, 0, text.length)) {
                x.reply().error("ERR hash value is not an integer");
                return;
            }
            now = Numbers.parseLong(text, 0, text.length);
        }
        long sum = now + amount;
        if (((now ^ sum) & (amount ^ sum)) < 0) {
            x.reply().error("ERR increment or decrement would overflow");
            return;
        }
        key = x.obtain(1);
        byte[] field = cell == null ? args.copy(2) : cell.id();
        if (!x.mutation().add(key, Type.HASH, field, Contribution.Kind.INTEGER, amount)) {
            x.mutation().put(key, Type.HASH, field, Numbers.bytes(sum));
        }
        x.event('h', "hincrby", key.id());
        x.reply().integer(sum);
    }

    private static void incrementDecimal(Execution x) {
        Args args = x.args();
        BigDecimal amount = Numbers.parseLongDouble(args.buffer(), args.offset(3), args.length(3));
        if (amount == null) {
            boolean infinite = Double.isInfinite(args.doubleAt(3));
            x.reply().error(infinite ? "ERR value is NaN or Infinity" : Operands.NOT_A_FLOAT);
            return;
        }
        Key key = x.find(1);
        if (x.wrongType(key, Type.HASH)) {
            return;
        }
        Cell cell = Elements.find(Execution.collection(key), args, 2);
        BigDecimal now = BigDecimal.ZERO;
        if (cell != null) {
            byte[] text = Elements.value(cell);
            BigDecimal parsed = Numbers.parseLongDouble(text, 0, text.length);
            if (parsed == null) {
                boolean infinite = Double.isInfinite(Numbers.parseDouble(text, 0, text.length));
                x.reply()
                        .error(
                                infinite
                                        ? "ERR increment would produce NaN or Infinity"
                                        : "ERR hash value is not a float");
                return;
            }
            now = parsed;
        }
        BigDecimal sum = Numbers.addLongDouble(now, amount);
        if (sum == null) {
            x.reply().error("ERR increment would produce NaN or Infinity");
            return;
        }
        key = x.obtain(1);
        byte[] field = cell == null ? args.copy(2) : cell.id();
        byte[] result = Numbers.bytes(sum);
        BigDecimal difference = difference(cell, result);
        if (difference == null || !x.mutation().add(key, Type.HASH, field, Contribution.Kind.DECIMAL, difference)) {
            x.mutation().put(key, Type.HASH, field, result);
        }
        x.event('h', "hincrbyfloat", key.id());
        x.reply().bulk(result);
    }

    /**
     * What has to be added for the result that Redis' arithmetic gives; null where the field can only be overwritten,
     * because the numbers are beyond what counters hold.
     */
    private static @Nullable BigDecimal difference(@Nullable Cell cell, byte[] result) {
        Number now = cell == null ? Long.valueOf(0) : cell.number();
        if (now == null || Cell.decimal(result) == null) {
            return null;
        }
        BigDecimal exact = now instanceof BigDecimal d ? d : BigDecimal.valueOf(now.longValue());
        BigDecimal difference = new BigDecimal(new String(result, StandardCharsets.US_ASCII)).subtract(exact);
        return difference.precision() > 34 ? null : difference;
    }

    private static void random(Execution x) {
        if (x.args().count() > 2) {
            Elements.random(x, Type.HASH, "WITHVALUES", cell -> x.reply().bulk(Elements.value(cell)));
            return;
        }
        Key key = x.find(1);
        if (!x.wrongType(key, Type.HASH)) {
            SetCommands.anyElement(x, Execution.collection(key));
        }
    }
}
