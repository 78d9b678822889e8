package dev.meridian.kernel.command;

import dev.meridian.kernel.data.Cell;
import dev.meridian.kernel.data.Collection;
import dev.meridian.kernel.data.Key;
import dev.meridian.kernel.data.RankedList;
import dev.meridian.kernel.data.Type;
import dev.meridian.kernel.replication.MutationWriter;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Commands on one list. An element keeps its position for ever, so pushes, inserts and removals of several regions
 * merge element by element.
 */
public final class ListCommands {
    private ListCommands() {}

    public static void bind(BiConsumer<String, Command> table) {
        table.accept("LPUSH", x -> push(x, true, false));
        table.accept("RPUSH", x -> push(x, false, false));
        table.accept("LPUSHX", x -> push(x, true, true));
        table.accept("RPUSHX", x -> push(x, false, true));
        table.accept("LPOP", x -> pop(x, true));
        table.accept("RPOP", x -> pop(x, false));
        table.accept("LLEN", ListCommands::length);
        table.accept("LRANGE", ListCommands::range);
        table.accept("LINDEX", ListCommands::index);
        table.accept("LSET", ListCommands::set);
        table.accept("LINSERT", ListCommands::insert);
        table.accept("LREM", ListCommands::remove);
        table.accept("LTRIM", ListCommands::trim);
        table.accept("LPOS", ListCommands::positions);
    }

    /** The elements of the list that readers see, in order; null when there is none. */
    static @Nullable RankedList<Cell> elements(@Nullable Key key) {
        Collection list = Execution.collection(key);
        return list == null ? null : list.byPosition();
    }

    private static void push(Execution x, boolean head, boolean ifPresent) {
        Args args = x.args();
        Key key = x.find(1);
        if (x.wrongType(key, Type.LIST)) {
            return;
        }
        if (ifPresent && key == null) {
            x.reply().integer(0);
            return;
        }
        key = x.obtain(1);
        for (int i = 2; i < args.count(); i++) {
            push(x.mutation(), key, head, args.copy(i));
        }
        x.event('l', head ? "lpush" : "rpush", key.id());
        x.reply().integer(Elements.size(key.collection()));
    }

    static void push(MutationWriter mutation, Key key, boolean head, byte[] value) {
        mutation.put(key, Type.LIST, mutation.positionAtEnd(key, head), value);
    }

    private static void pop(Execution x, boolean head) {
        Args args = x.args();
        if (args.count() > 3) {
            x.reply().error("ERR wrong number of arguments for '" + (head ? "lpop" : "rpop") + "' command");
            return;
        }
        boolean counted = args.count() == 3;
        if (counted && Operands.negative(x, 2)) {
            return;
        }
        Key key = x.find(1);
        if (x.wrongType(key, Type.LIST)) {
            return;
        }
        if (key == null) {
            if (counted) {
                x.reply().nilArray();
            } else {
                x.reply().nil();
            }
            return;
        }
        if (counted) {
            long count = Math.min(args.longAt(2), Elements.size(key.collection()));
            x.reply().array(count);
            popMany(x, key, head, (int) count);
        } else {
            popOne(x, key, head);
        }
    }

    /** Removes the element at an end of a list that is there, and writes it as the reply. */
    static void popOne(Execution x, Key found, boolean head) {
        RankedList<Cell> list = java.util.Objects.requireNonNull(elements(found));
        Cell cell = head ? list.first() : list.last();
        x.reply().bulk(Elements.value(cell));
        byte[] id = found.id();
        x.mutation().remove(x.obtain(id), Type.LIST, cell.id());
        Elements.removed(x, 'l', head ? "lpop" : "rpop", id);
    }

    /** Removes so many elements at an end of a list that has them, and writes them one after the other. */
    static void popMany(Execution x, Key found, boolean head, int count) {
        if (count == 0) {
            return;
        }
        RankedList<Cell> list = java.util.Objects.requireNonNull(elements(found));
        List<Cell> popped = cells(list, head ? 0 : list.size() - 1, count, !head);
        for (Cell cell : popped) {
            x.reply().bulk(Elements.value(cell));
        }
        byte[] id = found.id();
        Elements.remove(x, x.obtain(id), Type.LIST, popped);
        Elements.removed(x, 'l', head ? "lpop" : "rpop", id);
    }

    static <E> List<E> cells(RankedList<E> list, int from, int count, boolean backwards) {
        List<E> cells = new ArrayList<>(count);
        Iterator<E> walk = list.walk(from, backwards);
        for (int i = 0; i < count; i++) {
            cells.add(walk.next());
        }
        return cells;
    }

    private static void length(Execution x) {
        Key key = x.find(1);
        if (!x.wrongType(key, Type.LIST)) {
            x.reply().integer(Elements.size(Execution.collection(key)));
        }
    }

    private static void range(Execution x) {
        Args args = x.args();
        if (Operands.notLong(x, 2) || Operands.notLong(x, 3)) {
            return;
        }
        Key key = x.find(1);
        if (x.wrongType(key, Type.LIST)) {
            return;
        }
        RankedList<Cell> list = elements(key);
        int size = list == null ? 0 : list.size();
        int first = Operands.first(args.longAt(2), size);
        int count = Math.max(0, Operands.last(args.longAt(3), size) - first + 1);
        x.reply().array(count);
        if (list != null && count > 0) {
            Iterator<Cell> walk = list.walk(first, false);
            for (int i = 0; i < count; i++) {
                x.reply().bulk(Elements.value(walk.next()));
            }
        }
    }

    private static void index(Execution x) {
        Key key = x.find(1);
        if (x.wrongType(key, Type.LIST)) {
            return;
        }
        RankedList<Cell> list = elements(key);
        if (list == null) {
            x.reply().nil();
            return;
        }
        if (Operands.notLong(x, 2)) {
            return;
        }
        Cell cell = at(list, x.args().longAt(2));
        if (cell == null) {
            x.reply().nil();
        } else {
            x.reply().bulk(Elements.value(cell));
        }
    }

    private static @Nullable Cell at(RankedList<Cell> list, long index) {
        long rank = index < 0 ? index + list.size() : index;
        return rank < 0 || rank >= list.size() ? null : list.get((int) rank);
    }

    private static void set(Execution x) {
        Args args = x.args();
        Key key = x.find(1);
        if (x.wrongType(key, Type.LIST)) {
            return;
        }
        RankedList<Cell> list = elements(key);
        if (list == null) {
            x.reply().error("ERR no such key");
            return;
        }
        if (Operands.notLong(x, 2)) {
            return;
        }
        Cell cell = at(list, args.longAt(2));
        if (cell == null) {
            x.reply().error("ERR index out of range");
            return;
        }
        key = x.obtain(1);
        x.mutation().put(key, Type.LIST, cell.id(), args.copy(3));
        x.event('l', "lset", key.id());
        x.reply().ok();
    }

    private static void insert(Execution x) {
        Args args = x.args();
        boolean before = args.is(2, "BEFORE");
        if (!before && !args.is(2, "AFTER")) {
            x.reply().error(Operands.SYNTAX);
            return;
        }
        Key key = x.find(1);
        if (x.wrongType(key, Type.LIST)) {
            return;
        }
        RankedList<Cell> list = elements(key);
        if (list == null) {
            x.reply().integer(0);
            return;
        }
        Cell left = null;
        Cell pivot = null;
        Iterator<Cell> walk = list.walk(0, false);
        while (pivot == null && walk.hasNext()) {
            Cell cell = walk.next();
            if (args.equals(3, Elements.value(cell))) {
                pivot = cell;
            } else {
                left = cell;
            }
        }
        if (pivot == null) {
            x.reply().integer(-1);
            return;
        }
        Cell right = before ? pivot : walk.hasNext() ? walk.next() : null;
        left = before ? left : pivot;
        key = x.obtain(1);
        byte[] position = left == null || right == null
                ? x.mutation().positionAtEnd(key, left == null)
                : x.mutation().positionBetween(key, left.id(), right.id());
        x.mutation().put(key, Type.LIST, position, args.copy(4));
        x.event('l', "linsert", key.id());
        x.reply().integer(Elements.size(key.collection()));
    }

    private static void remove(Execution x) {
        Args args = x.args();
        if (Operands.notLong(x, 2)) {
            return;
        }
        Key key = x.find(1);
        if (x.wrongType(key, Type.LIST)) {
            return;
        }
        RankedList<Cell> list = elements(key);
        if (key == null || list == null) {
            x.reply().integer(0);
            return;
        }
        long count = args.longAt(2);
        // As many as there are where the count has no positive counterpart, as in Redis.
        long limit = count == 0 || count == Long.MIN_VALUE ? Long.MAX_VALUE : Math.abs(count);
        List<Cell> found = new ArrayList<>();
        Iterator<Cell> walk = list.walk(count < 0 ? list.size() - 1 : 0, count < 0);
        while (found.size() < limit && walk.hasNext()) {
            Cell cell = walk.next();
            if (args.equals(3, Elements.value(cell))) {
                found.add(cell);
            }
        }
        if (!found.isEmpty()) {
            byte[] id = key.id();
            Elements.remove(x, x.obtain(1), Type.LIST, found);
            Elements.removed(x, 'l', "lrem", id);
        }
        x.reply().integer(found.size());
    }

    private static void trim(Execution x) {
        Args args = x.args();
        if (Operands.notLong(x, 2) || Operands.notLong(x, 3)) {
            return;
        }
        Key key = x.find(1);
        if (x.wrongType(key, Type.LIST)) {
            return;
        }
        RankedList<Cell> list = elements(key);
        if (key != null && list != null) {
            int size = list.size();
            int first = Operands.first(args.longAt(2), size);
            int end = Math.max(first, Operands.last(args.longAt(3), size) + 1);
            List<Cell> cut = cells(list, 0, first, false);
            cut.addAll(cells(list, end, size - end, false));
            byte[] id = key.id();
            if (!cut.isEmpty()) {
                Elements.remove(x, x.obtain(1), Type.LIST, cut);
            }
            Elements.removed(x, 'l', "ltrim", id);
        }
        x.reply().ok();
    }

    private static void positions(Execution x) {
        Args args = x.args();
        long rank = 1;
        long count = -1;
        long lengthMax = 0;
        for (int i = 3; i < args.count(); i += 2) {
            if (i + 1 == args.count()) {
                x.reply().error(Operands.SYNTAX);
                return;
            }
            if (args.is(i, "RANK")) {
                if (Operands.notCount(x, i + 1)) {
                    return;
                }
                rank = args.longAt(i + 1);
                if (rank == 0) {
                    x.reply()
                            .error("ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ..."
                                    + " or use negative to start from the end of the list");
                    return;
                }
            } else if (args.is(i, "COUNT")) {
                if (Operands.below(x, i + 1, 0, "ERR COUNT can't be negative")) {
                    return;
                }
                count = args.longAt(i + 1);
            } else if (args.is(i, "MAXLEN")) {
                if (Operands.below(x, i + 1, 0, "ERR MAXLEN can't be negative")) {
                    return;
                }
                lengthMax = args.longAt(i + 1);
            } else {
                x.reply().error(Operands.SYNTAX);
                return;
            }
        }
        Key key = x.find(1);
        if (x.wrongType(key, Type.LIST)) {
            return;
        }
        List<Integer> found = positions(x, elements(key), rank, count < 0 ? 1 : count, lengthMax);
        if (count >= 0) {
            x.reply().array(found.size());
            for (int position : found) {
                x.reply().integer(position);
            }
        } else if (found.isEmpty()) {
            x.reply().nil();
        } else {
            x.reply().integer(found.getFirst());
        }
    }

    /** Where argument 2 stands: from match {@code rank} on, at most {@code count} (0 all) in {@code lengthMax} (0 all). */
    private static List<Integer> positions(
            Execution x, @Nullable RankedList<Cell> list, long rank, long count, long lengthMax) {
        List<Integer> found = new ArrayList<>();
        if (list == null) {
            return found;
        }
        boolean backwards = rank < 0;
        long skip = Math.abs(rank) - 1;
        int at = backwards ? list.size() - 1 : 0;
        Iterator<Cell> walk = list.walk(at, backwards);
        for (long seen = 0; walk.hasNext() && (lengthMax == 0 || seen < lengthMax); seen++) {
            if (x.args().equals(2, Elements.value(walk.next())) && --skip < 0) {
                found.add(at);
                if (count != 0 && found.size() == count) {
                    break;
                }
            }
            at += backwards ? -1 : 1;
        }
        return found;
    }
}
