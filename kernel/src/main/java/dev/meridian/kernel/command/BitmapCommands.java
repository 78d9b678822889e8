package dev.meridian.kernel.command;

import dev.meridian.kernel.data.Bitmap;
import dev.meridian.kernel.data.Key;
import dev.meridian.kernel.data.Type;
import java.util.function.BiConsumer;

/** SETBIT and its kin: bits of strings. */
final class BitmapCommands {
    private static final String BAD_OFFSET = "ERR bit offset is not an integer or out of range";

    private BitmapCommands() {}

    static void bind(BiConsumer<String, Command> table) {
        table.accept("SETBIT", BitmapCommands::setBit);
        table.accept("GETBIT", BitmapCommands::getBit);
        table.accept("BITCOUNT", BitmapCommands::bitCount);
        table.accept("BITPOS", BitmapCommands::bitPos);
        table.accept("BITOP", BitmapCommands::bitOp);
    }

    /** The offset of a bit; -1 where it is none, and the error is then written. */
    private static int offset(Execution x, int i) {
        long offset = x.args().longAt(i);
        if (x.args().ok() && offset >= 0 && offset < Bitmap.OFFSET_END) {
            return (int) offset;
        }
        x.reply().error(BAD_OFFSET);
        return -1;
    }

    private static void setBit(Execution x) {
        Args args = x.args();
        int offset = offset(x, 2);
        if (offset < 0) {
            return;
        }
        long bit = args.longAt(3);
        if (!args.ok() || (bit & ~1L) != 0) {
            x.reply().error("ERR bit is not an integer or out of range");
            return;
        }
        Key key = x.find(1);
        if (x.wrongType(key, Type.STRING)) {
            return;
        }
        int before = key == null ? 0 : Bitmap.bit(key, offset);
        put(x, StringCommands.writable(x, 1, key), offset, (int) bit);
        x.event('$', "setbit", args.copy(1));
        x.reply().integer(before);
    }

    static void put(Execution x, Key key, int offset, int bit) {
        x.mutation().put(key, Type.BITMAP, Bitmap.element(offset), Bitmap.value(bit));
    }

    private static void getBit(Execution x) {
        int offset = offset(x, 2);
        if (offset < 0) {
            return;
        }
        Key key = x.find(1);
        if (!x.wrongType(key, Type.STRING)) {
            x.reply().integer(key == null ? 0 : Bitmap.bit(key, offset));
        }
    }

    // ---- counting and searching ----

    /** Bits {@code from} to {@code end} (exclusive) of a string, after negative indices are counted from its end. */
    private record Range(long from, long end) {
        static Range of(long start, long last, long units, int bitsPerUnit) {
            long from = Math.max(0, start < 0 ? units + start : start);
            long to = Math.min(units - 1, Math.max(0, last < 0 ? units + last : last));
            return from > to ? new Range(0, 0) : new Range(from * bitsPerUnit, (to + 1) * bitsPerUnit);
        }

        boolean isEmpty() {
            return from == end;
        }
    }

    /** 1 or 8, or 0 where argument {@code i} is neither BIT nor BYTE. */
    private static int bitsPerUnit(Args args, int i) {
        return i >= args.count() || args.is(i, "BYTE") ? 8 : args.is(i, "BIT") ? 1 : 0;
    }

    private static void bitCount(Execution x) {
        Args args = x.args();
        Key key = x.find(1);
        if (x.wrongType(key, Type.STRING)) {
            return;
        }
        if (key == null) {
            // As up to Redis 7.2, whatever else is asked; 8.0 is stricter (its pull requests 11734 and 12394).
            x.reply().integer(0);
            return;
        }
        if (args.count() == 3 || args.count() > 5) {
            x.reply().error(StringCommands.SYNTAX);
            return;
        }
        long start = 0;
        long last = -1;
        int unit = bitsPerUnit(args, 4);
        if (args.count() > 3) {
            start = args.longAt(2);
            boolean ok = args.ok();
            last = args.longAt(3);
            if (!ok || !args.ok()) {
                x.reply().error(StringCommands.NOT_AN_INTEGER);
                return;
            }
            if (start < 0 && last < 0 && start > last) {
                x.reply().integer(0);
                return;
            }
            if (unit == 0) {
                x.reply().error(StringCommands.SYNTAX);
                return;
            }
        }
        byte[] text = StringCommands.textOrEmpty(key);
        Range range = Range.of(start, last, text.length * 8L / unit, unit);
        long count = 0;
        long at = range.from;
        while (at < range.end && (at & 7) != 0) {
            count += bit(text, at++);
        }
        for (; at + 8 <= range.end; at += 8) {
            count += Integer.bitCount(text[(int) (at >>> 3)] & 0xFF);
        }
        while (at < range.end) {
            count += bit(text, at++);
        }
        x.reply().integer(count);
    }

    static int bit(byte[] text, long offset) {
        int at = (int) (offset >>> 3);
        return at < text.length ? text[at] >>> 7 - (int) (offset & 7) & 1 : 0;
    }

    private static void bitPos(Execution x) {
        Args args = x.args();
        long wanted = args.longAt(2);
        if (!args.ok()) {
            x.reply().error(StringCommands.NOT_AN_INTEGER);
            return;
        }
        if (wanted != 0 && wanted != 1) {
            x.reply().error("ERR The bit argument must be 1 or 0.");
            return;
        }
        Key key = x.find(1);
        if (x.wrongType(key, Type.STRING)) {
            return;
        }
        if (key == null) {
            x.reply().integer(wanted == 1 ? -1 : 0);
            return;
        }
        boolean endGiven = args.count() > 4;
        long start = 0;
        long last = -1;
        int unit = bitsPerUnit(args, 5);
        if (args.count() > 3) {
            start = args.longAt(3);
            boolean ok = args.ok();
            if (args.count() > 6 || ok && unit == 0) {
                x.reply().error(StringCommands.SYNTAX);
                return;
            }
            last = ok && endGiven ? args.longAt(4) : -1;
            if (!ok || !args.ok()) {
                x.reply().error(StringCommands.NOT_AN_INTEGER);
                return;
            }
        }
        byte[] text = StringCommands.textOrEmpty(key);
        Range range = Range.of(start, last, text.length * 8L / unit, unit);
        if (range.isEmpty()) {
            x.reply().integer(-1);
            return;
        }
        long found = position(text, (int) wanted, range);
        // Beyond its end a string is all zeros, unless the caller said where to stop.
        x.reply().integer(found < 0 && wanted == 0 && !endGiven ? text.length * 8L : found);
    }

    private static long position(byte[] text, int wanted, Range range) {
        byte skipped = (byte) (wanted == 0 ? 0xFF : 0);
        long at = range.from;
        while (at < range.end) {
            if ((at & 7) == 0 && text[(int) (at >>> 3)] == skipped) {
                at += 8;
            } else if (bit(text, at) == wanted) {
                return at;
            } else {
                at++;
            }
        }
        return -1;
    }

    // ---- whole bitmaps ----

    private enum Operation {
        AND,
        OR,
        XOR,
        NOT
    }

    private static void bitOp(Execution x) {
        Args args = x.args();
        Operation operation = null;
        for (Operation o : Operation.values()) {
            operation = args.is(1, o.name()) ? o : operation;
        }
        if (operation == null) {
            x.reply().error(StringCommands.SYNTAX);
            return;
        }
        if (operation == Operation.NOT && args.count() != 4) {
            x.reply().error("ERR BITOP NOT must be called with a single source key.");
            return;
        }
        byte[][] sources = new byte[args.count() - 3][];
        int length = 0;
        for (int i = 0; i < sources.length; i++) {
            Key key = x.find(i + 3);
            if (x.wrongType(key, Type.STRING)) {
                return;
            }
            sources[i] = StringCommands.textOrEmpty(key);
            length = Math.max(length, sources[i].length);
        }
        byte[] result = combined(operation, sources, length);
        byte[] destination = args.copy(2);
        if (length > 0) {
            StringCommands.putForEver(x, 2, result);
            x.event('$', "set", destination);
        } else {
            Key old = x.find(2);
            if (old != null) {
                x.delete(old);
                x.event('g', "del", destination);
            }
        }
        x.reply().integer(length);
    }

    private static byte[] combined(Operation operation, byte[][] sources, int length) {
        byte[] result = new byte[length];
        System.arraycopy(sources[0], 0, result, 0, sources[0].length);
        if (operation == Operation.NOT) {
            for (int at = 0; at < length; at++) {
                result[at] = (byte) ~result[at];
            }
            return result;
        }
        for (int i = 1; i < sources.length; i++) {
            byte[] source = sources[i];
            for (int at = 0; at < length; at++) {
                byte b = at < source.length ? source[at] : 0;
                result[at] = (byte)
                        switch (operation) {
                            case AND -> result[at] & b;
                            case OR -> result[at] | b;
                            default -> result[at] ^ b;
                        };
            }
        }
        return result;
    }
}
