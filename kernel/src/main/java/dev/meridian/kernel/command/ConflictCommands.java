package dev.meridian.kernel.command;

import dev.meridian.kernel.Kernel;
import dev.meridian.kernel.bytes.MalformedBytesException;
import dev.meridian.kernel.data.Cell;
import dev.meridian.kernel.data.Conflicts;
import dev.meridian.kernel.data.DroppedValue;
import dev.meridian.kernel.data.Key;
import dev.meridian.kernel.data.ScoredCell;
import dev.meridian.kernel.data.Type;
import dev.meridian.kernel.placement.Dataset;
import dev.meridian.kernel.replication.Group;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * MERIDIAN.CONFLICTS lists what waits for a person in this region, or what was dropped; MERIDIAN.CONFLICT shows a key's
 * conflicts whole; MERIDIAN.RESOLVE ends one by a write, if it is still the one that the person saw.
 */
public final class ConflictCommands {
    private static final String SYNTAX =
            "ERR syntax: MERIDIAN.CONFLICTS [dataset] [DROPPED] [CURSOR cursor] [COUNT count]";
    private static final String RESOLVE_SYNTAX = "ERR syntax: MERIDIAN.RESOLVE key token SIBLING number | VALUE value";
    private static final String START = "0";
    private static final int COUNT_DEFAULT = 100;
    private static final int COUNT_MAX = 1_000;

    private final Kernel kernel;

    private ConflictCommands(Kernel kernel) {
        this.kernel = kernel;
    }

    public static void bind(Kernel kernel, BiConsumer<String, Command> table) {
        ConflictCommands commands = new ConflictCommands(kernel);
        table.accept("MERIDIAN.CONFLICTS", commands::list);
        table.accept("MERIDIAN.CONFLICT", commands::show);
        table.accept("MERIDIAN.RESOLVE", commands::resolve);
    }

    // ---- listing ----

    private static final class Listing {
        @Nullable
        Dataset only;

        boolean dropped;
        int count = COUNT_DEFAULT;
        int firstDataset;
        byte @Nullable [] after;
    }

    private void list(Execution x) {
        Listing listing = listing(x);
        if (listing == null) {
            return;
        }
        List<Dataset> datasets = kernel.placement().datasets();
        List<Cell> found = new ArrayList<>();
        String cursor = START;
        for (int d = listing.firstDataset; d < datasets.size() && cursor.equals(START); d++) {
            Dataset dataset = datasets.get(d);
            boolean asked = listing.only == null || dataset == listing.only;
            if (asked && kernel.groups()[dataset.group()].serving()) {
                byte[] after = d == listing.firstDataset ? listing.after : null;
                found.addAll(page(dataset, listing.dropped, after, listing.count + 1 - found.size()));
                if (found.size() > listing.count) {
                    found.removeLast();
                    cursor = cursor(found.getLast());
                }
            }
        }
        found.removeIf(cell -> !listing.dropped && !cell.key().visibleAt(x.nowMs()));
        ReplyWriter out = x.reply();
        ConflictView view = new ConflictView(kernel, out, ConflictView.VALUE_BYTES_LISTED);
        out.map(2);
        out.bulk("cursor");
        out.bulk(cursor);
        out.bulk(listing.dropped ? "dropped" : "conflicts");
        out.array(found.size());
        for (Cell cell : found) {
            if (cell instanceof DroppedValue dropped) {
                view.dropped(dropped);
            } else {
                view.conflict(cell);
            }
        }
    }

    private List<? extends Cell> page(Dataset dataset, boolean dropped, byte @Nullable [] after, int limit) {
        Conflicts conflicts = kernel.keyspace().conflicts();
        return dropped ? conflicts.droppedPage(dataset, after, limit) : conflicts.page(dataset, after, limit);
    }

    private String cursor(Cell last) {
        return last.key().dataset().index() + "."
                + HexFormat.of().formatHex(kernel.keyspace().conflicts().position(last));
    }

    /** Null after an error, which is then written. */
    private @Nullable Listing listing(Execution x) {
        Args args = x.args();
        Listing listing = new Listing();
        int i = 1;
        if (args.count() > 1 && !args.is(1, "CURSOR") && !args.is(1, "COUNT") && !args.is(1, "DROPPED")) {
            listing.only = dataset(x);
            if (listing.only == null) {
                return null;
            }
            i = 2;
        }
        for (; i < args.count(); i++) {
            boolean more = i + 1 < args.count();
            if (args.is(i, "DROPPED")) {
                listing.dropped = true;
            } else if (more && args.is(i, "COUNT")) {
                long count = args.longAt(++i);
                if (!args.ok() || count < 1 || count > COUNT_MAX) {
                    x.reply().error("ERR COUNT is a number from 1 to " + COUNT_MAX);
                    return null;
                }
                listing.count = (int) count;
            } else if (more && args.is(i, "CURSOR")) {
                if (!cursor(args.latin1(++i), listing)) {
                    x.reply().error("ERR invalid cursor: give the one of the page before, or 0");
                    return null;
                }
            } else {
                x.reply().error(SYNTAX);
                return null;
            }
        }
        return listing;
    }

    private @Nullable Dataset dataset(Execution x) {
        Args args = x.args();
        List<Dataset> named = kernel.placement().named(args.text(1));
        Dataset dataset = named.stream()
                .filter(kernel.placement()::holds)
                .findFirst()
                .orElse(named.isEmpty() ? null : named.getFirst());
        if (dataset == null) {
            x.reply().error(("ERR no dataset is named '" + args.latin1(1) + "'").getBytes(StandardCharsets.ISO_8859_1));
            return null;
        }
        Group group = kernel.groups()[dataset.group()];
        if (!group.held()) {
            x.reply()
                    .error("ERR dataset '" + dataset.name() + "' is not kept in "
                            + kernel.placement().self() + ": ask in "
                            + String.join(", ", group.policy().members()));
            return null;
        }
        if (!group.serving()) {
            x.reply()
                    .error("LOADING region " + kernel.placement().self() + " is being filled with dataset '"
                            + dataset.name() + "'");
            return null;
        }
        return dataset;
    }

    private boolean cursor(String text, Listing into) {
        if (text.equals(START)) {
            return true;
        }
        int dot = text.indexOf('.');
        try {
            into.firstDataset = Integer.parseInt(text, 0, Math.max(dot, 0), 10);
            into.after = HexFormat.of().parseHex(text, dot + 1, text.length());
            List<Dataset> datasets = kernel.placement().datasets();
            if (into.firstDataset < 0 || into.firstDataset >= datasets.size()) {
                return false;
            }
            page(datasets.get(into.firstDataset), into.dropped, into.after, 1);
            return true;
        } catch (IllegalArgumentException | IndexOutOfBoundsException | MalformedBytesException e) {
            return false;
        }
    }

    // ---- one key ----

    private void show(Execution x) {
        Key key = x.find(1);
        List<Cell> cells =
                key == null ? List.of() : kernel.keyspace().conflicts().of(key);
        ConflictView view = new ConflictView(kernel, x.reply(), ConflictView.VALUE_BYTES_SHOWN);
        x.reply().array(cells.size());
        cells.forEach(view::conflict);
    }

    private void resolve(Execution x) {
        Args args = x.args();
        boolean sibling = args.count() == 5 && args.is(3, "SIBLING");
        if (!sibling && !(args.count() == 5 && args.is(3, "VALUE"))) {
            x.reply().error(RESOLVE_SYNTAX);
            return;
        }
        Conflicts conflicts = kernel.keyspace().conflicts();
        Key key = x.find(1);
        Cell named = null;
        List<Cell> waiting = key == null ? List.of() : conflicts.of(key);
        for (Cell cell : waiting) {
            named = conflicts.token(cell).equals(args.latin1(2)) ? cell : named;
        }
        if (key == null || named == null) {
            x.reply()
                    .error(
                            waiting.isEmpty()
                                    ? "NOCONFLICT nothing waits at this key: it was resolved, or never in conflict"
                                    : "CONFLICT the siblings are others by now: look again and give their token");
            return;
        }
        byte[] value = sibling ? sibling(x, named) : value(x, named);
        if (value == null) {
            return;
        }
        Type seen = key.type();
        if (named.type() != seen) {
            x.reply()
                    .error("CONFLICT a " + (seen == null ? "removal" : seen.redisName()) + " hides this "
                            + named.type().redisName() + ": write the key, or delete it");
            return;
        }
        Key target = x.obtain(1);
        x.mutation().put(target, named.type(), named.id(), value);
        switch (named.type()) {
            case HASH -> x.event('h', "hset", args.copy(1));
            case LIST -> x.event('l', "lset", args.copy(1));
            case ZSET -> x.event('z', "zadd", args.copy(1));
            default -> x.event('$', "set", args.copy(1));
        }
        x.reply().ok();
    }

    private static byte @Nullable [] sibling(Execution x, Cell cell) {
        List<Cell.Sibling> versions = cell.versions();
        long number = x.args().longAt(4);
        if (!x.args().ok() || number < 1 || number > versions.size()) {
            x.reply().error("ERR SIBLING is a number from 1 to " + versions.size() + ", the oldest being 1");
            return null;
        }
        return versions.get((int) number - 1).value();
    }

    private static byte @Nullable [] value(Execution x, Cell cell) {
        if (cell.type() != Type.ZSET) {
            return x.args().copy(4);
        }
        double score = x.args().doubleAt(4);
        if (!x.args().ok() || Double.isNaN(score)) {
            x.reply().error(Operands.NOT_A_FLOAT);
            return null;
        }
        return ScoredCell.encode(score);
    }
}
