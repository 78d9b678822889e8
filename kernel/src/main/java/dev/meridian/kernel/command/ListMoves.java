package dev.meridian.kernel.command;

import dev.meridian.kernel.data.Cell;
import dev.meridian.kernel.data.Key;
import dev.meridian.kernel.data.RankedList;
import dev.meridian.kernel.data.Type;
import java.util.function.BiConsumer;

/** Commands that move elements from list to list, or pop from the first of several lists, and those that wait for that. */
public final class ListMoves {
    private ListMoves() {}

    public static void bind(BiConsumer<String, Command> table) {
        table.accept("LMOVE", x -> move(x, false));
        table.accept("BLMOVE", x -> move(x, true));
        table.accept("RPOPLPUSH", x -> move(x, false, true, -1));
        table.accept("BRPOPLPUSH", x -> move(x, false, true, 3));
        table.accept("BLPOP", x -> pop(x, true));
        table.accept("BRPOP", x -> pop(x, false));
        table.accept("LMPOP", x -> popMany(x, 1));
        table.accept("BLMPOP", x -> popMany(x, 2));
    }

    private static void move(Execution x, boolean blocking) {
        Args args = x.args();
        if (!args.is(3, "LEFT") && !args.is(3, "RIGHT") || !args.is(4, "LEFT") && !args.is(4, "RIGHT")) {
            x.reply().error(Operands.SYNTAX);
            return;
        }
        move(x, args.is(3, "LEFT"), args.is(4, "LEFT"), blocking ? 5 : -1);
    }

    /** @param timeout the argument that says how long to wait; -1 where the command does not */
    private static void move(Execution x, boolean fromHead, boolean toHead, int timeout) {
        if (timeout >= 0 && Operands.notTimeout(x, timeout)) {
            return;
        }
        Key source = x.find(1);
        if (x.wrongType(source, Type.LIST)) {
            return;
        }
        RankedList<Cell> list = ListCommands.elements(source);
        if (source == null || list == null) {
            if (timeout >= 0 && Blocking.waits(x, 1, 2, timeout)) {
                return;
            }
            if (x.timedOut()) {
                x.reply().nilArray();
            } else {
                x.reply().nil();
            }
            return;
        }
        if (x.wrongType(x.find(2), Type.LIST)) {
            return;
        }
        Cell cell = fromHead ? list.first() : list.last();
        byte[] value = Elements.value(cell);
        byte[] id = source.id();
        // The new element comes first: a list of one that turns in itself is never empty.
        Key target = x.obtain(2);
        ListCommands.push(x.mutation(), target, toHead, value);
        x.event('l', toHead ? "lpush" : "rpush", target.id());
        x.mutation().remove(x.obtain(1), Type.LIST, cell.id());
        Elements.removed(x, 'l', fromHead ? "lpop" : "rpop", id);
        x.reply().bulk(value);
    }

    private static void pop(Execution x, boolean head) {
        int timeout = x.args().count() - 1;
        if (Operands.notTimeout(x, timeout)) {
            return;
        }
        for (int i = 1; i < timeout; i++) {
            Key key = x.find(i);
            if (x.wrongType(key, Type.LIST)) {
                return;
            }
            if (key != null) {
                x.reply().array(2);
                x.reply().bulk(key.id());
                ListCommands.popOne(x, key, head);
                return;
            }
        }
        if (!Blocking.waits(x, 1, timeout, timeout)) {
            x.reply().nilArray();
        }
    }

    /** @param numkeys the argument that says how many keys follow; the timeout comes before it, if there is one */
    private static void popMany(Execution x, int numkeys) {
        Args args = x.args();
        MultiPop pop = MultiPop.parse(x, numkeys, "LEFT", "RIGHT");
        if (pop == null || (numkeys == 2 && Operands.notTimeout(x, 1))) {
            return;
        }
        for (int i = numkeys + 1; i < pop.keysEnd(); i++) {
            Key key = x.find(i);
            if (x.wrongType(key, Type.LIST)) {
                return;
            }
            RankedList<Cell> list = ListCommands.elements(key);
            if (key != null && list != null) {
                int count = (int) Math.min(pop.count(), list.size());
                x.reply().array(2);
                x.reply().bulk(args, i);
                x.reply().array(count);
                ListCommands.popMany(x, key, pop.first(), count);
                return;
            }
        }
        if (numkeys != 2 || !Blocking.waits(x, numkeys + 1, pop.keysEnd(), 1)) {
            x.reply().nilArray();
        }
    }
}
