package dev.meridian.kernel.command;

import dev.meridian.kernel.data.Cell;
import dev.meridian.kernel.data.Key;
import dev.meridian.kernel.data.Type;
import java.util.Arrays;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** GET, SET and their kin: values as a whole or by range. */
final class StringCommands {
    /**
     * The longest string a command makes. Redis allows 512 MiB; here a mutation must fit into one record of the log.
     */
    static final int STRING_BYTES_MAX = 32 << 20;

    static final String TOO_LONG = "ERR string exceeds maximum allowed size (proto-max-bulk-len)";
    static final String NOT_AN_INTEGER = "ERR value is not an integer or out of range";
    static final String SYNTAX = "ERR syntax error";

    private StringCommands() {}

    static void bind(BiConsumer<String, Command> table) {
        table.accept("GET", StringCommands::get);
        table.accept("SET", StringCommands::set);
        table.accept("SETEX", x -> setWithLifetime(x, SetOptions.EX, "setex"));
        table.accept("PSETEX", x -> setWithLifetime(x, SetOptions.PX, "psetex"));
        table.accept("SETNX", StringCommands::setNx);
        table.accept("GETSET", StringCommands::getSet);
        table.accept("GETDEL", StringCommands::getDel);
        table.accept("GETEX", StringCommands::getEx);
        table.accept("STRLEN", StringCommands::strlen);
        table.accept("APPEND", StringCommands::append);
        table.accept("GETRANGE", StringCommands::getRange);
        table.accept("SUBSTR", StringCommands::getRange);
        table.accept("SETRANGE", StringCommands::setRange);
        table.accept("MGET", StringCommands::mGet);
        table.accept("MSET", StringCommands::mSet);
        table.accept("MSETNX", StringCommands::mSetNx);
    }

    /** Writes the string that readers of the key see, or nil. */
    static void reply(Execution x, @Nullable Key key) {
        if (key == null) {
            x.reply().nil();
            return;
        }
        Cell cell = key.string();
        if (cell != null && cell.contributions() != null && key.bits() == null && cell.number() instanceof Long n) {
            x.reply().bulk(n.longValue());
            return;
        }
        byte[] text = key.text();
        if (text == null) {
            x.reply().nil();
        } else {
            x.reply().bulk(text);
        }
    }

    /** The string that readers of the key see; null when there is none. Not to be changed. */
    static byte @Nullable [] text(@Nullable Key key) {
        return key == null ? null : key.text();
    }

    /** As {@link #text}, for a key whose type was checked; an absent key is empty. */
    static byte[] textOrEmpty(@Nullable Key key) {
        byte[] text = text(key);
        return text == null ? new byte[0] : text;
    }

    /** The key for writing: the one that was found, or as {@link Execution#obtain(int)} makes it. */
    static Key writable(Execution x, int i, @Nullable Key found) {
        return found == null || found.hidesOthers() ? x.obtain(i) : found;
    }

    /** Gives the key that argument {@code i} names this string, whatever was there. */
    static Key put(Execution x, int i, byte[] value) {
        Key key = x.obtain(i);
        Type type = key.type();
        if (type != null && type != Type.STRING) {
            x.delete(key);
            key = x.obtain(i);
        }
        x.mutation().putString(key, value);
        return key;
    }

    /** As {@link #put}, and takes a lifetime away. */
    static Key putForEver(Execution x, int i, byte[] value) {
        Key key = put(x, i, value);
        if (key.expireAtMs() != 0) {
            x.mutation().persist(key);
        }
        return key;
    }

    private static void get(Execution x) {
        Key key = x.find(1);
        if (!x.wrongType(key, Type.STRING)) {
            reply(x, key);
        }
    }

    private static void set(Execution x) {
        Args args = x.args();
        if (args.count() == 3) {
            putForEver(x, 1, args.copy(2));
            x.event('$', "set", args.copy(1));
            x.reply().ok();
            return;
        }
        SetOptions options = SetOptions.parse(args, 3, false);
        if (options == null) {
            x.reply().error(SYNTAX);
            return;
        }
        long expireAtMs = options.expireAtMs(x, "set");
        if (expireAtMs < 0) {
            return;
        }
        if ((options.has(SetOptions.NX) || options.has(SetOptions.XX)) && !x.conditional(1)) {
            return;
        }
        Key key = x.find(1);
        boolean get = options.has(SetOptions.GET);
        if (get) {
            if (x.wrongType(key, Type.STRING)) {
                return;
            }
            reply(x, key);
        }
        if (options.has(SetOptions.NX) && key != null || options.has(SetOptions.XX) && key == null) {
            if (!get) {
                x.reply().nil();
            }
            return;
        }
        set(x, args.copy(2), expireAtMs, options.has(SetOptions.KEEPTTL));
        if (!get) {
            x.reply().ok();
        }
    }

    private static void set(Execution x, byte[] value, long expireAtMs, boolean keepLifetime) {
        byte[] id = x.args().copy(1);
        if (expireAtMs != 0 && expireAtMs <= x.nowMs()) {
            // What ends before it began was never there.
            Key before = x.find(1);
            if (before != null) {
                x.delete(before);
                x.event('g', "del", id);
            }
            return;
        }
        if (expireAtMs != 0) {
            x.mutation().expireAt(put(x, 1, value), expireAtMs);
            x.event('$', "set", id);
            x.event('g', "expire", id);
            return;
        }
        if (keepLifetime) {
            Key before = x.find(1);
            long keptMs = before == null ? 0 : before.expireAtMs();
            Key key = put(x, 1, value);
            if (keptMs != 0 && key.expireAtMs() == 0) {
                x.mutation().expireAt(key, keptMs);
            }
        } else {
            putForEver(x, 1, value);
        }
        x.event('$', "set", id);
    }

    private static void setWithLifetime(Execution x, int unit, String command) {
        SetOptions options = SetOptions.lifetime(unit, 2);
        long expireAtMs = options.expireAtMs(x, command);
        if (expireAtMs < 0) {
            return;
        }
        set(x, x.args().copy(3), expireAtMs, false);
        x.reply().ok();
    }

    private static void setNx(Execution x) {
        if (!x.conditional(1)) {
            return;
        }
        if (x.find(1) != null) {
            x.reply().integer(0);
            return;
        }
        set(x, x.args().copy(2), 0, false);
        x.reply().integer(1);
    }

    private static void getSet(Execution x) {
        Key key = x.find(1);
        if (x.wrongType(key, Type.STRING)) {
            return;
        }
        reply(x, key);
        set(x, x.args().copy(2), 0, false);
    }

    private static void getDel(Execution x) {
        Key key = x.find(1);
        if (x.wrongType(key, Type.STRING)) {
            return;
        }
        reply(x, key);
        if (key != null) {
            x.delete(key);
            x.event('g', "del", x.args().copy(1));
        }
    }

    private static void getEx(Execution x) {
        Args args = x.args();
        SetOptions options = SetOptions.parse(args, 2, true);
        if (options == null) {
            x.reply().error(SYNTAX);
            return;
        }
        Key key = x.find(1);
        if (key == null) {
            x.reply().nil();
            return;
        }
        if (x.wrongType(key, Type.STRING)) {
            return;
        }
        long expireAtMs = options.expireAtMs(x, "getex");
        if (expireAtMs < 0) {
            return;
        }
        reply(x, key);
        if (expireAtMs != 0) {
            if (expireAtMs <= x.nowMs()) {
                x.delete(key);
                x.event('g', "del", args.copy(1));
            } else {
                x.mutation().expireAt(writable(x, 1, key), expireAtMs);
                x.event('g', "expire", args.copy(1));
            }
        } else if (options.has(SetOptions.PERSIST) && key.expireAtMs() != 0) {
            x.mutation().persist(writable(x, 1, key));
            x.event('g', "persist", args.copy(1));
        }
    }

    private static void strlen(Execution x) {
        Key key = x.find(1);
        if (!x.wrongType(key, Type.STRING)) {
            x.reply().integer(textOrEmpty(key).length);
        }
    }

    private static void append(Execution x) {
        Args args = x.args();
        Key key = x.find(1);
        if (x.wrongType(key, Type.STRING)) {
            return;
        }
        byte[] before = textOrEmpty(key);
        int more = args.length(2);
        if ((long) before.length + more > STRING_BYTES_MAX) {
            x.reply().error(TOO_LONG);
            return;
        }
        byte[] now = Arrays.copyOf(before, before.length + more);
        System.arraycopy(args.buffer(), args.offset(2), now, before.length, more);
        x.mutation().putString(writable(x, 1, key), now);
        x.event('$', "append", args.copy(1));
        x.reply().integer(now.length);
    }

    private static void getRange(Execution x) {
        Args args = x.args();
        long start = args.longAt(2);
        boolean ok = args.ok();
        long end = args.longAt(3);
        if (!ok || !args.ok()) {
            x.reply().error(NOT_AN_INTEGER);
            return;
        }
        Key key = x.find(1);
        if (x.wrongType(key, Type.STRING)) {
            return;
        }
        byte[] text = textOrEmpty(key);
        if (start < 0 && end < 0 && start > end) {
            x.reply().bulk(text, 0, 0);
            return;
        }
        start = Math.max(0, start < 0 ? text.length + start : start);
        end = Math.min(text.length - 1L, Math.max(0, end < 0 ? text.length + end : end));
        if (start > end) {
            x.reply().bulk(text, 0, 0);
        } else {
            x.reply().bulk(text, (int) start, (int) (end - start + 1));
        }
    }

    private static void setRange(Execution x) {
        Args args = x.args();
        long offset = args.longAt(2);
        if (!args.ok()) {
            x.reply().error(NOT_AN_INTEGER);
            return;
        }
        if (offset < 0) {
            x.reply().error("ERR offset is out of range");
            return;
        }
        Key key = x.find(1);
        if (x.wrongType(key, Type.STRING)) {
            return;
        }
        byte[] before = textOrEmpty(key);
        int length = args.length(3);
        if (length == 0) {
            x.reply().integer(before.length);
            return;
        }
        if (offset > STRING_BYTES_MAX - length) {
            x.reply().error(TOO_LONG);
            return;
        }
        byte[] now = Arrays.copyOf(before, Math.max(before.length, (int) offset + length));
        System.arraycopy(args.buffer(), args.offset(3), now, (int) offset, length);
        x.mutation().putString(writable(x, 1, key), now);
        x.event('$', "setrange", args.copy(1));
        x.reply().integer(now.length);
    }

    private static void mGet(Execution x) {
        int count = x.args().count();
        x.reply().array(count - 1L);
        for (int i = 1; i < count; i++) {
            Key key = x.find(i);
            reply(x, key != null && key.type() == Type.STRING ? key : null);
        }
    }

    private static void mSet(Execution x) {
        if (x.args().count() % 2 == 0) {
            x.reply().error("ERR wrong number of arguments for 'mset' command");
            return;
        }
        setAll(x);
        x.reply().ok();
    }

    private static void mSetNx(Execution x) {
        Args args = x.args();
        if (args.count() % 2 == 0) {
            x.reply().error("ERR wrong number of arguments for 'msetnx' command");
            return;
        }
        for (int i = 1; i < args.count(); i += 2) {
            if (!x.conditional(i)) {
                return;
            }
        }
        for (int i = 1; i < args.count(); i += 2) {
            if (x.find(i) != null) {
                x.reply().integer(0);
                return;
            }
        }
        setAll(x);
        x.reply().integer(1);
    }

    private static void setAll(Execution x) {
        Args args = x.args();
        for (int i = 1; i < args.count(); i += 2) {
            putForEver(x, i, args.copy(i + 1));
            x.event('$', "set", args.copy(i));
        }
    }
}
