package dev.meridian.kernel.command;

import dev.meridian.kernel.data.Bitmap;
import dev.meridian.kernel.data.Key;
import dev.meridian.kernel.data.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** BITFIELD: integers of 1 to 64 bits at any offset of a string. */
final class BitFieldCommands {
    private enum Overflow {
        WRAP,
        SAT,
        FAIL
    }

    private enum Action {
        GET,
        SET,
        INCRBY
    }

    private record Operation(Action action, boolean signed, int width, int offset, long value, Overflow overflow) {}

    private BitFieldCommands() {}

    static void bind(BiConsumer<String, Command> table) {
        table.accept("BITFIELD", x -> bitField(x, false));
        table.accept("BITFIELD_RO", x -> bitField(x, true));
    }

    private static void bitField(Execution x, boolean readOnly) {
        List<Operation> operations = parse(x, readOnly);
        if (operations == null) {
            return;
        }
        Key key = x.find(1);
        if (x.wrongType(key, Type.STRING)) {
            return;
        }
        boolean writes = false;
        int bytes = 0;
        for (Operation o : operations) {
            if (o.action != Action.GET) {
                writes = true;
                bytes = Math.max(bytes, (o.offset + o.width - 1 >>> 3) + 1);
            }
        }
        byte[] text = StringCommands.textOrEmpty(key);
        int length = text.length;
        if (length < bytes) {
            text = Arrays.copyOf(text, bytes);
        } else if (writes) {
            text = text.clone();
        }
        boolean changed = false;
        x.reply().array(operations.size());
        for (Operation o : operations) {
            changed |= perform(x, o, text);
        }
        if (writes && bytes > length && bytes > textLength(x)) {
            // Redis makes the string as long as the fields that it was told to write, even if none could be.
            BitmapCommands.put(x, x.obtain(1), bytes * 8 - 1, BitmapCommands.bit(text, bytes * 8L - 1));
        }
        if (changed) {
            x.event('$', "setbit", x.args().copy(1));
        }
    }

    private static int textLength(Execution x) {
        return StringCommands.textOrEmpty(x.find(1)).length;
    }

    /** Answers one operation and writes what it changes, also into {@code text}. */
    private static boolean perform(Execution x, Operation o, byte[] text) {
        long old = read(text, o);
        if (o.action == Action.GET) {
            x.reply().integer(old);
            return false;
        }
        Long value = o.action == Action.SET ? fitted(o, o.value) : sum(o, old);
        if (value == null) {
            x.reply().nil();
            return false;
        }
        x.reply().integer(o.action == Action.SET ? old : value);
        Key key = x.obtain(1);
        for (int i = 0; i < o.width; i++) {
            int bit = (int) (value >>> o.width - 1 - i & 1);
            int at = o.offset + i;
            int mask = 0x80 >>> (at & 7);
            text[at >>> 3] = (byte) (bit == 0 ? text[at >>> 3] & ~mask : text[at >>> 3] | mask);
            // All bits of the field are written, changed or not, so that of two concurrent writes one stays whole.
            BitmapCommands.put(x, key, at, bit);
        }
        return true;
    }

    private static long read(byte[] text, Operation o) {
        long value = 0;
        for (int i = 0; i < o.width; i++) {
            value = value << 1 | BitmapCommands.bit(text, o.offset + (long) i);
        }
        return wrapped(o, value);
    }

    /** The lowest bits of the value, read as the field's type does. */
    private static long wrapped(Operation o, long value) {
        int unused = 64 - o.width;
        return o.signed ? value << unused >> unused : value << unused >>> unused;
    }

    private static long max(Operation o) {
        return o.signed ? Long.MAX_VALUE >>> 64 - o.width : -1L >>> 64 - o.width;
    }

    private static long min(Operation o) {
        return o.signed ? -max(o) - 1 : 0;
    }

    /** What SET writes of a value; null where it overflows and shall fail. Redis reads SET's value as the field's type. */
    private static @Nullable Long fitted(Operation o, long value) {
        boolean above = o.signed ? value > max(o) : Long.compareUnsigned(value, max(o)) > 0;
        boolean below = o.signed && value < min(o);
        return above || below ? overflowed(o, wrapped(o, value), above) : (Long) value;
    }

    private static @Nullable Long sum(Operation o, long old) {
        long more = o.value;
        long sum = old + more;
        boolean above = more > 0 && old > max(o) - more;
        boolean below = more < 0 && (o.signed ? old < min(o) - more : sum < 0);
        return above || below ? overflowed(o, wrapped(o, sum), above) : (Long) sum;
    }

    private static @Nullable Long overflowed(Operation o, long wrapped, boolean above) {
        return switch (o.overflow) {
            case WRAP -> (Long) wrapped;
            case SAT -> (Long) (above ? max(o) : min(o));
            case FAIL -> null;
        };
    }

    // ---- arguments ----

    /** Null where something is wrong, and the error is then written. */
    private static @Nullable List<Operation> parse(Execution x, boolean readOnly) {
        Args args = x.args();
        List<Operation> operations = new ArrayList<>();
        Overflow overflow = Overflow.WRAP;
        for (int i = 2; i < args.count(); i++) {
            int left = args.count() - i - 1;
            Action action = null;
            if (args.is(i, "GET") && left >= 2) {
                action = Action.GET;
            } else if (args.is(i, "SET") && left >= 3) {
                action = Action.SET;
            } else if (args.is(i, "INCRBY") && left >= 3) {
                action = Action.INCRBY;
            } else if (args.is(i, "OVERFLOW") && left >= 1) {
                i++;
                if (args.is(i, "WRAP")) {
                    overflow = Overflow.WRAP;
                } else if (args.is(i, "SAT")) {
                    overflow = Overflow.SAT;
                } else if (args.is(i, "FAIL")) {
                    overflow = Overflow.FAIL;
                } else {
                    x.reply().error("ERR Invalid OVERFLOW type specified");
                    return null;
                }
                continue;
            }
            if (action == null) {
                x.reply().error(StringCommands.SYNTAX);
                return null;
            }
            Operation operation = operation(x, action, i, overflow);
            if (operation == null) {
                return null;
            }
            if (readOnly && action != Action.GET) {
                x.reply().error("ERR BITFIELD_RO only supports the GET subcommand");
                return null;
            }
            operations.add(operation);
            i += action == Action.GET ? 2 : 3;
        }
        return operations;
    }

    private static @Nullable Operation operation(Execution x, Action action, int i, Overflow overflow) {
        Args args = x.args();
        String type = args.latin1(i + 1);
        boolean signed = type.startsWith("i");
        long width = Numbers.parseLong(args.buffer(), args.offset(i + 1) + 1, Math.max(0, type.length() - 1));
        if (!signed && !type.startsWith("u") || width < 1 || width > (signed ? 64 : 63)) {
            x.reply()
                    .error(
                            "ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is.");
            return null;
        }
        long offset = offset(args, i + 2, width);
        if (offset < 0 || offset + width > Bitmap.OFFSET_END) {
            x.reply().error("ERR bit offset is not an integer or out of range");
            return null;
        }
        long value = 0;
        if (action != Action.GET) {
            value = args.longAt(i + 3);
            if (!args.ok()) {
                x.reply().error(StringCommands.NOT_AN_INTEGER);
                return null;
            }
        }
        return new Operation(action, signed, (int) width, (int) offset, value, overflow);
    }

    /** An offset in bits or, behind #, in fields of this width; -1 where it is none. */
    private static long offset(Args args, int i, long width) {
        int at = args.offset(i);
        int length = args.length(i);
        boolean fields = length > 0 && args.buffer()[at] == '#';
        long offset = fields
                ? Numbers.parseLong(args.buffer(), at + 1, length - 1)
                : Numbers.parseLong(args.buffer(), at, length);
        if (offset < 0 || offset > Bitmap.OFFSET_END) {
            return -1;
        }
        return fields ? offset * width : offset;
    }
}
