package dev.meridian.kernel.command;

import dev.meridian.kernel.data.Key;
import dev.meridian.kernel.data.Marker;
import dev.meridian.kernel.data.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Commands on keys of any type: existence, names, and walks over the keyspace. */
final class KeyCommands {
    private static final int SAMPLES_MAX = 128;

    /** A small keyspace is walked through in one call, though its table be nearly empty. */
    private static final long SCAN_BUCKETS_MIN = 4096;

    private static final long FLUSH_BYTES_MAX = 8 << 20;

    private KeyCommands() {}

    static void bind(BiConsumer<String, Command> table) {
        table.accept("DEL", KeyCommands::del);
        table.accept("UNLINK", KeyCommands::del);
        table.accept("EXISTS", KeyCommands::exists);
        table.accept("TOUCH", KeyCommands::exists);
        table.accept("TYPE", KeyCommands::type);
        table.accept("KEYS", KeyCommands::keys);
        table.accept("SCAN", KeyCommands::scan);
        table.accept("RANDOMKEY", KeyCommands::randomKey);
        table.accept("DBSIZE", x -> x.reply().integer(x.keyspace().size()));
        table.accept("FLUSHDB", KeyCommands::flush);
        table.accept("FLUSHALL", KeyCommands::flush);
        table.accept("RENAME", KeyCommands::rename);
        table.accept("RENAMENX", KeyCommands::renameNx);
        table.accept("COPY", KeyCommands::copy);
    }

    private static void del(Execution x) {
        Args args = x.args();
        int deleted = 0;
        for (int i = 1; i < args.count(); i++) {
            Key key = x.find(i);
            if (key != null) {
                x.delete(key);
                x.event('g', "del", args.copy(i));
                deleted++;
            }
        }
        x.reply().integer(deleted);
    }

    private static void exists(Execution x) {
        int found = 0;
        for (int i = 1; i < x.args().count(); i++) {
            found += x.find(i) != null ? 1 : 0;
        }
        x.reply().integer(found);
    }

    private static void type(Execution x) {
        Key key = x.find(1);
        Type type = key == null ? null : key.type();
        x.reply().simple(type == null ? "none" : type.redisName());
    }

    // ---- walks ----

    private static void keys(Execution x) {
        // A star alone is no pattern: it lets the empty name pass, which no pattern with a star does.
        byte[] pattern = x.args().is(1, "*") ? null : x.args().copy(1);
        if (pattern != null && patternTooLong(x, pattern)) {
            return;
        }
        long nowMs = x.nowMs();
        List<Key> found = new ArrayList<>();
        x.keyspace().forEach(key -> {
            if (isSeen(key, nowMs) && (pattern == null || Glob.matches(pattern, key.id()))) {
                found.add(key);
            }
        });
        reply(x, found);
    }

    private static boolean isSeen(Key key, long nowMs) {
        return key.visibleAt(nowMs) && !Marker.is(key.id());
    }

    private static boolean patternTooLong(Execution x, byte[] pattern) {
        if (pattern.length > Glob.PATTERN_BYTES_MAX) {
            x.reply()
                    .error("ERR pattern of " + pattern.length + " bytes: a pattern has at most "
                            + Glob.PATTERN_BYTES_MAX);
            return true;
        }
        return false;
    }

    private static void reply(Execution x, List<Key> found) {
        x.reply().array(found.size());
        for (Key key : found) {
            x.reply().bulk(key.id());
        }
    }

    private static void scan(Execution x) {
        Args args = x.args();
        long cursor;
        try {
            cursor = Long.parseUnsignedLong(args.latin1(1));
        } catch (NumberFormatException e) {
            x.reply().error("ERR invalid cursor");
            return;
        }
        byte[] match = null;
        String type = null;
        long count = 10;
        for (int i = 2; i < args.count(); i += 2) {
            if (i + 1 == args.count()) {
                x.reply().error(StringCommands.SYNTAX);
                return;
            } else if (args.is(i, "COUNT")) {
                count = args.longAt(i + 1);
                if (!args.ok()) {
                    x.reply().error(StringCommands.NOT_AN_INTEGER);
                    return;
                }
                if (count < 1) {
                    x.reply().error(StringCommands.SYNTAX);
                    return;
                }
            } else if (args.is(i, "MATCH")) {
                match = args.is(i + 1, "*") ? null : args.copy(i + 1);
                if (match != null && patternTooLong(x, match)) {
                    return;
                }
            } else if (args.is(i, "TYPE")) {
                type = args.latin1(i + 1);
            } else {
                x.reply().error(StringCommands.SYNTAX);
                return;
            }
        }
        scan(x, cursor, match, type, count);
    }

    private static void scan(Execution x, long from, byte @Nullable [] match, @Nullable String type, long count) {
        long nowMs = x.nowMs();
        List<Key> found = new ArrayList<>();
        long[] visited = {0};
        long buckets = count > Long.MAX_VALUE / 10 ? Long.MAX_VALUE : Math.max(SCAN_BUCKETS_MIN, count * 10);
        long cursor = from;
        do {
            cursor = x.keyspace().scan(cursor, key -> {
                visited[0]++;
                if (isSeen(key, nowMs) && (match == null || Glob.matches(match, key.id())) && isOfType(key, type)) {
                    found.add(key);
                }
            });
        } while (cursor != 0 && visited[0] < count && --buckets > 0);
        x.reply().array(2);
        x.reply().bulk(Long.toUnsignedString(cursor));
        reply(x, found);
    }

    private static boolean isOfType(Key key, @Nullable String name) {
        Type type = key.type();
        return name == null || type != null && type.redisName().equalsIgnoreCase(name);
    }

    private static void randomKey(Execution x) {
        long nowMs = x.nowMs();
        for (int i = 0; i < SAMPLES_MAX; i++) {
            Key key = x.keyspace().sample(x.random().nextLong());
            if (key == null) {
                break;
            }
            if (isSeen(key, nowMs)) {
                x.reply().bulk(key.id());
                return;
            }
        }
        // Nearly all keys have expired or are gone: look at each, and take any that is left with the same chance.
        Key[] chosen = {null};
        int[] visible = {0};
        x.keyspace().forEach(key -> {
            if (isSeen(key, nowMs) && x.random().nextInt(++visible[0]) == 0) {
                chosen[0] = key;
            }
        });
        if (chosen[0] == null) {
            x.reply().nil();
        } else {
            x.reply().bulk(chosen[0].id());
        }
    }

    /**
     * Deletes the keys of every dataset that this region writes; those of other datasets stay. One mutation a group, or
     * several where it would not fit a record.
     */
    private static void flush(Execution x) {
        Args args = x.args();
        if (args.count() > 2 || args.count() == 2 && !args.is(1, "ASYNC") && !args.is(1, "SYNC")) {
            x.reply().error(StringCommands.SYNTAX);
            return;
        }
        List<List<Key>> byGroup = new ArrayList<>();
        for (int g = 0; g < x.placement().groups().size(); g++) {
            byGroup.add(new ArrayList<>());
        }
        x.keyspace().forEach(key -> {
            if (key.type() != null && x.mutation().isWriter(key.dataset()) && !Marker.is(key.id())) {
                byGroup.get(key.dataset().group()).add(key);
            }
        });
        for (int g = 0; g < byGroup.size(); g++) {
            String pause = x.mutation().pause(g);
            if (pause != null) {
                x.reply().error("CLUSTERDOWN " + pause);
                return;
            }
        }
        for (List<Key> keys : byGroup) {
            long bytes = 0;
            x.mutation().commit();
            for (Key key : keys) {
                bytes += key.id().length + 64L;
                if (bytes > FLUSH_BYTES_MAX) {
                    x.mutation().commit();
                    bytes = 0;
                }
                x.delete(key);
            }
        }
        x.reply().ok();
    }

    // ---- names ----

    private static void rename(Execution x) {
        Key from = x.find(1);
        if (from == null) {
            x.reply().error("ERR no such key");
            return;
        }
        move(x, from);
        x.reply().ok();
    }

    private static void renameNx(Execution x) {
        if (!x.conditional(2)) {
            return;
        }
        Key from = x.find(1);
        if (from == null) {
            x.reply().error("ERR no such key");
        } else if (x.find(2) != null) {
            x.reply().integer(0);
        } else {
            move(x, from);
            x.reply().integer(1);
        }
    }

    private static void move(Execution x, Key from) {
        Args args = x.args();
        if (args.equals(1, args, 2)) {
            return;
        }
        KeyValue value = KeyValue.of(from);
        x.delete(from);
        value.write(x, 2);
        x.event('g', "rename_from", args.copy(1));
        x.event('g', "rename_to", args.copy(2));
    }

    private static void copy(Execution x) {
        Args args = x.args();
        boolean replace = false;
        for (int i = 3; i < args.count(); i++) {
            if (args.is(i, "REPLACE")) {
                replace = true;
            } else if (args.is(i, "DB") && i + 1 < args.count()) {
                long database = args.longAt(++i);
                if (!args.ok() || database != (int) database) {
                    x.reply().error(StringCommands.NOT_AN_INTEGER);
                    return;
                }
                if (database != 0) {
                    x.reply().error("ERR DB index is out of range");
                    return;
                }
            } else {
                x.reply().error(StringCommands.SYNTAX);
                return;
            }
        }
        if (args.equals(1, args, 2)) {
            x.reply().error("ERR source and destination objects are the same");
            return;
        }
        Key from = x.find(1);
        if (from == null || x.find(2) != null && !replace) {
            x.reply().integer(0);
            return;
        }
        KeyValue.of(from).write(x, 2);
        x.event('g', "copy_to", args.copy(2));
        x.reply().integer(1);
    }
}
