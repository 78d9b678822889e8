package dev.meridian.kernel.command;

import dev.meridian.kernel.data.Cell;
import dev.meridian.kernel.data.Collection;
import dev.meridian.kernel.data.Key;
import dev.meridian.kernel.data.Type;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Commands on one set. Each member merges on its own. */
public final class SetCommands {
    private SetCommands() {}

    public static void bind(BiConsumer<String, Command> table) {
        table.accept("SADD", SetCommands::add);
        table.accept("SREM", SetCommands::remove);
        table.accept("SMEMBERS", SetCommands::members);
        table.accept("SISMEMBER", SetCommands::isMember);
        table.accept("SMISMEMBER", SetCommands::areMembers);
        table.accept("SCARD", SetCommands::size);
        table.accept("SPOP", SetCommands::pop);
        table.accept("SRANDMEMBER", SetCommands::random);
        table.accept("SMOVE", SetCommands::move);
        table.accept("SSCAN", x -> ElementScan.run(x, Type.SET, null));
    }

    private static void add(Execution x) {
        Args args = x.args();
        Key key = x.find(1);
        if (x.wrongType(key, Type.SET)) {
            return;
        }
        Key written = null;
        int added = 0;
        for (int i = 2; i < args.count(); i++) {
            Cell cell = Elements.find(Execution.collection(written == null ? key : written), args, i);
            if (cell != null && !Elements.worthRestating(x, cell.key(), cell)) {
                continue;
            }
            if (written == null) {
                written = x.obtain(1);
            }
            x.mutation().put(written, Type.SET, cell == null ? args.copy(i) : cell.id(), Elements.NO_VALUE);
            added += cell == null ? 1 : 0;
        }
        if (added > 0 && written != null) {
            x.event('s', "sadd", written.id());
        }
        x.reply().integer(added);
    }

    private static void remove(Execution x) {
        Key key = x.find(1);
        if (!x.wrongType(key, Type.SET)) {
            x.reply().integer(remove(x, key, Type.SET, 's', "srem"));
        }
    }

    /** Removes the elements that the arguments from the second on name. Returns how many there were. */
    static int remove(Execution x, @Nullable Key key, Type type, char eventClass, String event) {
        Args args = x.args();
        if (key == null) {
            return 0;
        }
        byte[] id = key.id();
        int removed = 0;
        Key at = key;
        for (int i = 2; i < args.count(); i++) {
            Cell cell = Elements.find(at.collection(), args, i);
            if (cell == null) {
                continue;
            }
            if (removed == 0) {
                at = x.obtain(1);
            }
            x.mutation().remove(at, type, cell.id());
            removed++;
            if (x.find(id) == null) {
                break;
            }
        }
        if (removed > 0) {
            Elements.removed(x, eventClass, event, id);
        }
        return removed;
    }

    private static void members(Execution x) {
        Key key = x.find(1);
        if (x.wrongType(key, Type.SET)) {
            return;
        }
        Collection set = Execution.collection(key);
        x.reply().set(Elements.size(set));
        if (set != null) {
            set.forEach(cell -> x.reply().bulk(cell.id()));
        }
    }

    private static void isMember(Execution x) {
        Key key = x.find(1);
        if (!x.wrongType(key, Type.SET)) {
            x.reply().integer(Elements.find(Execution.collection(key), x.args(), 2) == null ? 0 : 1);
        }
    }

    private static void areMembers(Execution x) {
        Key key = x.find(1);
        if (x.wrongType(key, Type.SET)) {
            return;
        }
        Collection set = Execution.collection(key);
        x.reply().array(x.args().count() - 2L);
        for (int i = 2; i < x.args().count(); i++) {
            x.reply().integer(Elements.find(set, x.args(), i) == null ? 0 : 1);
        }
    }

    private static void size(Execution x) {
        Key key = x.find(1);
        if (!x.wrongType(key, Type.SET)) {
            x.reply().integer(Elements.size(Execution.collection(key)));
        }
    }

    private static void pop(Execution x) {
        Args args = x.args();
        if (args.count() > 3) {
            x.reply().error(Operands.SYNTAX);
            return;
        }
        boolean counted = args.count() == 3;
        if (counted && Operands.negative(x, 2)) {
            return;
        }
        long count = counted ? args.longAt(2) : 1;
        Key key = x.find(1);
        if (x.wrongType(key, Type.SET)) {
            return;
        }
        Collection set = Execution.collection(key);
        if (key == null || set == null || count == 0) {
            if (counted) {
                x.reply().set(0);
            } else {
                x.reply().nil();
            }
            return;
        }
        java.util.Collection<Cell> popped = Elements.sample(set, count, x.random());
        if (counted) {
            x.reply().set(popped.size());
        }
        byte[] id = key.id();
        Key at = x.obtain(1);
        for (Cell cell : popped) {
            x.reply().bulk(cell.id());
        }
        Elements.remove(x, at, Type.SET, popped);
        Elements.removed(x, 's', "spop", id);
    }

    private static void random(Execution x) {
        if (x.args().count() > 2) {
            Elements.random(x, Type.SET, null, cell -> {});
            return;
        }
        Key key = x.find(1);
        if (!x.wrongType(key, Type.SET)) {
            anyElement(x, Execution.collection(key));
        }
    }

    /** One element's name at random, or nil. */
    static void anyElement(Execution x, @Nullable Collection collection) {
        Cell cell = collection == null ? null : collection.sample(x.random());
        if (cell == null) {
            x.reply().nil();
        } else {
            x.reply().bulk(cell.id());
        }
    }

    private static void move(Execution x) {
        Args args = x.args();
        Key from = x.find(1);
        Key to = x.find(2);
        if (from == null) {
            x.reply().integer(0);
            return;
        }
        if (x.wrongType(from, Type.SET) || x.wrongType(to, Type.SET)) {
            return;
        }
        Cell cell = Elements.find(from.collection(), args, 3);
        if (cell == null || from == to) {
            x.reply().integer(cell == null ? 0 : 1);
            return;
        }
        byte[] member = cell.id();
        byte[] source = from.id();
        x.mutation().remove(x.obtain(1), Type.SET, member);
        Elements.removed(x, 's', "srem", source);
        Cell there = Elements.find(Execution.collection(to), args, 3);
        if (there == null || Elements.worthRestating(x, there.key(), there)) {
            Key target = x.obtain(2);
            x.mutation().put(target, Type.SET, member, Elements.NO_VALUE);
            if (there == null) {
                x.event('s', "sadd", target.id());
            }
        }
        x.reply().integer(1);
    }
}
