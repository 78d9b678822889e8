package dev.meridian.kernel.command;

import dev.meridian.kernel.data.Cell;
import dev.meridian.kernel.data.Collection;
import dev.meridian.kernel.data.Contribution;
import dev.meridian.kernel.data.Key;
import dev.meridian.kernel.data.Type;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** OBJECT and MEMORY USAGE: what is known of a value besides the value. */
final class ObjectCommands {
    private static final List<String> HELP = List.of(
            "OBJECT <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
            "ENCODING <key>",
            "    Return the kind of internal representation used in order to store the value",
            "    associated with a <key>.",
            "FREQ <key>",
            "    Return the access frequency index of the <key>. The returned integer is",
            "    proportional to the logarithm of the recent access frequency of the key.",
            "IDLETIME <key>",
            "    Return the idle time of the <key>, that is the approximated number of",
            "    seconds elapsed since the last access to the key.",
            "REFCOUNT <key>",
            "    Return the number of references of the value associated with the specified",
            "    <key>.",
            "HELP",
            "    Prints this help.");

    // Sizes in a JVM with compressed references: a key or cell with its place in a table, an array's header, a sibling,
    // a
    // counter's contribution, an entry of an order.
    private static final int KEY_BYTES = 96;
    private static final int CELL_BYTES = 72;
    private static final int ARRAY_BYTES = 16;
    private static final int SIBLING_BYTES = 40;
    private static final int CONTRIBUTION_BYTES = 88;
    private static final int ORDER_BYTES = 8;
    private static final int COLLECTION_BYTES = 96;

    private ObjectCommands() {}

    static void bind(BiConsumer<String, Command> table) {
        table.accept("OBJECT|ENCODING", ObjectCommands::encoding);
        table.accept("OBJECT|FREQ", ObjectCommands::frequency);
        table.accept("OBJECT|IDLETIME", x -> constant(x, 0));
        table.accept("OBJECT|REFCOUNT", x -> constant(x, 1));
        table.accept("OBJECT|HELP", ObjectCommands::help);
        table.accept("MEMORY|USAGE", ObjectCommands::memoryUsage);
    }

    private static void help(Execution x) {
        x.reply().array(HELP.size());
        for (String line : HELP) {
            x.reply().simple(line);
        }
    }

    /** Uses are not tracked: a key is as if used just now, by one reader. */
    private static void constant(Execution x, long value) {
        if (x.find(2) == null) {
            x.reply().nil();
        } else {
            x.reply().integer(value);
        }
    }

    private static void frequency(Execution x) {
        if (x.find(2) == null) {
            x.reply().nil();
        } else {
            x.reply()
                    .error(
                            "ERR An LFU maxmemory policy is not selected, access frequency not tracked. Please note that"
                                    + " when switching between policies at runtime LRU and LFU data will take some time to adjust.");
        }
    }

    /** The name of the encoding that Redis 7.2 chooses for a value of this type and size; rows here have one form only. */
    private static void encoding(Execution x) {
        Key key = x.find(2);
        if (key == null) {
            x.reply().nil();
        } else {
            x.reply().bulk(encoding(key));
        }
    }

    private static String encoding(Key key) {
        Collection collection = key.collection();
        if (collection == null) {
            byte[] text = StringCommands.textOrEmpty(key);
            return Numbers.isLong(text, 0, text.length) ? "int" : text.length <= 44 ? "embstr" : "raw";
        }
        long[] sizes = {0, 0, 1};
        collection.forEach(cell -> {
            byte[] value = collection.type() == Type.ZSET ? null : cell.visible();
            int valueLength = value == null ? 0 : value.length;
            sizes[0] = Math.max(sizes[0], Math.max(collection.type() == Type.LIST ? 0 : cell.id().length, valueLength));
            sizes[1] += valueLength + 11L;
            sizes[2] &= Numbers.isLong(cell.id(), 0, cell.id().length) ? 1 : 0;
        });
        boolean small = collection.size() <= 128 && sizes[0] <= 64;
        return switch (collection.type()) {
            case HASH -> small ? "listpack" : "hashtable";
            case SET -> sizes[2] == 1 && collection.size() <= 512 ? "intset" : small ? "listpack" : "hashtable";
            case ZSET -> small ? "listpack" : "skiplist";
            case LIST -> sizes[1] <= 8192 ? "listpack" : "quicklist";
            default -> "raw";
        };
    }

    private static void memoryUsage(Execution x) {
        Args args = x.args();
        for (int i = 3; i < args.count(); i += 2) {
            if (!args.is(i, "SAMPLES") || i + 1 == args.count()) {
                x.reply().error(StringCommands.SYNTAX);
                return;
            }
            long samples = args.longAt(i + 1);
            if (!args.ok() || samples < 0) {
                x.reply().error(args.ok() ? StringCommands.SYNTAX : StringCommands.NOT_AN_INTEGER);
                return;
            }
        }
        Key key = x.find(2);
        if (key == null) {
            x.reply().nil();
        } else {
            x.reply().integer(bytes(key));
        }
    }

    /** An estimate of the heap that the key takes: what readers see, its siblings and counters, without tombstones. */
    private static long bytes(Key key) {
        long[] bytes = {KEY_BYTES + array(key.id()) + bytes(key.string()) + bytes(key.expiry())};
        for (Collection c : new Collection[] {key.collection(), key.bits()}) {
            if (c != null) {
                bytes[0] += COLLECTION_BYTES;
                int order = c.type() == Type.ZSET || c.type() == Type.LIST ? ORDER_BYTES : 0;
                c.forEach(cell -> bytes[0] += bytes(cell) + array(cell.id()) + order);
            }
        }
        return bytes[0];
    }

    private static long bytes(@Nullable Cell cell) {
        if (cell == null) {
            return 0;
        }
        long bytes = CELL_BYTES + array(cell.register());
        for (Cell.Sibling s = cell.siblings(); s != null; s = s.next()) {
            bytes += SIBLING_BYTES + array(s.value());
        }
        for (Contribution c = cell.contributions(); c != null; c = c.next()) {
            bytes += CONTRIBUTION_BYTES;
        }
        return bytes;
    }

    private static long array(byte @Nullable [] bytes) {
        return bytes == null ? 0 : ARRAY_BYTES + (bytes.length + 7L & ~7L);
    }
}
