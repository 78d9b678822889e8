package dev.meridian.kernel.command;

import dev.meridian.kernel.data.Key;
import dev.meridian.kernel.data.RankedList;
import dev.meridian.kernel.data.ScoredCell;
import dev.meridian.kernel.data.Type;
import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;

/** Commands that take the lowest or highest members out of sorted sets, and those that wait for one. */
public final class SortedSetPops {
    private SortedSetPops() {}

    public static void bind(BiConsumer<String, Command> table) {
        table.accept("ZPOPMIN", x -> pop(x, true));
        table.accept("ZPOPMAX", x -> pop(x, false));
        table.accept("BZPOPMIN", x -> popWaiting(x, true));
        table.accept("BZPOPMAX", x -> popWaiting(x, false));
        table.accept("ZMPOP", x -> popMany(x, 1));
        table.accept("BZMPOP", x -> popMany(x, 2));
    }

    private static void pop(Execution x, boolean lowest) {
        Args args = x.args();
        if (args.count() > 3) {
            x.reply().error(Operands.SYNTAX);
            return;
        }
        boolean counted = args.count() == 3;
        if (counted && Operands.negative(x, 2)) {
            return;
        }
        Key key = x.find(1);
        if (x.wrongType(key, Type.ZSET)) {
            return;
        }
        if (key == null || (counted && args.longAt(2) == 0)) {
            x.reply().array(0);
            return;
        }
        int count = counted ? atMost(key, args.longAt(2)) : 1;
        boolean nested = counted && x.reply().protocol() == 3;
        x.reply().array(nested ? count : count * 2L);
        pop(x, key, lowest, count, nested);
    }

    private static int atMost(Key key, long count) {
        return (int) Math.min(count, Elements.size(key.collection()));
    }

    /** Takes members out of a sorted set that has so many and writes them, each with its score. */
    private static void pop(Execution x, Key found, boolean lowest, int count, boolean nested) {
        RankedList<ScoredCell> list = Objects.requireNonNull(SortedSetCommands.byScore(found));
        List<ScoredCell> popped = ListCommands.cells(list, lowest ? 0 : list.size() - 1, count, !lowest);
        for (ScoredCell cell : popped) {
            if (nested) {
                x.reply().array(2);
            }
            x.reply().bulk(cell.id());
            x.reply().doubleValue(cell.score());
        }
        byte[] id = found.id();
        Elements.remove(x, x.obtain(id), Type.ZSET, popped);
        Elements.removed(x, 'z', lowest ? "zpopmin" : "zpopmax", id);
    }

    private static void popWaiting(Execution x, boolean lowest) {
        int timeout = x.args().count() - 1;
        if (Operands.notTimeout(x, timeout)) {
            return;
        }
        for (int i = 1; i < timeout; i++) {
            Key key = x.find(i);
            if (x.wrongType(key, Type.ZSET)) {
                return;
            }
            if (key != null) {
                x.reply().array(3);
                x.reply().bulk(key.id());
                pop(x, key, lowest, 1, false);
                return;
            }
        }
        if (!Blocking.waits(x, 1, timeout, timeout)) {
            x.reply().nilArray();
        }
    }

    /** @param numkeys the argument that says how many keys follow; the timeout comes before it, if there is one */
    private static void popMany(Execution x, int numkeys) {
        MultiPop operands = MultiPop.parse(x, numkeys, "MIN", "MAX");
        if (operands == null || (numkeys == 2 && Operands.notTimeout(x, 1))) {
            return;
        }
        for (int i = numkeys + 1; i < operands.keysEnd(); i++) {
            Key key = x.find(i);
            if (x.wrongType(key, Type.ZSET)) {
                return;
            }
            if (key != null) {
                int count = atMost(key, operands.count());
                x.reply().array(2);
                x.reply().bulk(key.id());
                x.reply().array(count);
                pop(x, key, operands.first(), count, true);
                return;
            }
        }
        if (numkeys != 2 || !Blocking.waits(x, numkeys + 1, operands.keysEnd(), 1)) {
            x.reply().nilArray();
        }
    }
}
