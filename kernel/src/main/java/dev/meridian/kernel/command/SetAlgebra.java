package dev.meridian.kernel.command;

import dev.meridian.kernel.data.Cell;
import dev.meridian.kernel.data.Collection;
import dev.meridian.kernel.data.Key;
import dev.meridian.kernel.data.Type;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Commands on several sets: intersections, unions, differences. A stored result replaces its destination. */
public final class SetAlgebra {
    private enum Operation {
        INTERSECTION,
        UNION,
        DIFFERENCE
    }

    private SetAlgebra() {}

    public static void bind(BiConsumer<String, Command> table) {
        table.accept("SINTER", x -> answer(x, Operation.INTERSECTION));
        table.accept("SUNION", x -> answer(x, Operation.UNION));
        table.accept("SDIFF", x -> answer(x, Operation.DIFFERENCE));
        table.accept("SINTERSTORE", x -> store(x, Operation.INTERSECTION, "sinterstore"));
        table.accept("SUNIONSTORE", x -> store(x, Operation.UNION, "sunionstore"));
        table.accept("SDIFFSTORE", x -> store(x, Operation.DIFFERENCE, "sdiffstore"));
        table.accept("SINTERCARD", SetAlgebra::intersectionSize);
    }

    private static void answer(Execution x, Operation operation) {
        List<@Nullable Collection> sets = sets(x, 1, x.args().count());
        if (sets == null) {
            return;
        }
        List<byte[]> members = members(operation, sets, Long.MAX_VALUE);
        x.reply().set(members.size());
        for (byte[] member : members) {
            x.reply().bulk(member);
        }
    }

    private static void store(Execution x, Operation operation, String event) {
        List<@Nullable Collection> sets = sets(x, 2, x.args().count());
        if (sets == null) {
            return;
        }
        List<byte[]> members = members(operation, sets, Long.MAX_VALUE);
        boolean replaced = Elements.clear(x, 1);
        if (!members.isEmpty()) {
            Key key = x.obtain(1);
            for (byte[] member : members) {
                x.mutation().put(key, Type.SET, member, Elements.NO_VALUE);
            }
            x.event('s', event, key.id());
        } else if (replaced) {
            x.event('g', "del", x.args().copy(1));
        }
        x.reply().integer(members.size());
    }

    private static void intersectionSize(Execution x) {
        Args args = x.args();
        if (Operands.below(x, 1, 1, "ERR numkeys should be greater than 0")) {
            return;
        }
        if (args.longAt(1) > args.count() - 2) {
            x.reply().error("ERR Number of keys can't be greater than number of args");
            return;
        }
        int end = 2 + (int) args.longAt(1);
        long limit = 0;
        for (int i = end; i < args.count(); i += 2) {
            if (!args.is(i, "LIMIT") || i + 1 == args.count()) {
                x.reply().error(Operands.SYNTAX);
                return;
            }
            if (Operands.below(x, i + 1, 0, "ERR LIMIT can't be negative")) {
                return;
            }
            limit = args.longAt(i + 1);
        }
        List<@Nullable Collection> sets = sets(x, 2, end);
        if (sets != null) {
            x.reply()
                    .integer(members(Operation.INTERSECTION, sets, limit == 0 ? Long.MAX_VALUE : limit)
                            .size());
        }
    }

    /** The sets that the arguments name, null for absent ones; null where one is of another type, the error written. */
    private static @Nullable List<@Nullable Collection> sets(Execution x, int from, int end) {
        List<@Nullable Collection> sets = new ArrayList<>(end - from);
        for (int i = from; i < end; i++) {
            Key key = x.find(i);
            if (x.wrongType(key, Type.SET)) {
                return null;
            }
            sets.add(Execution.collection(key));
        }
        return sets;
    }

    private static List<byte[]> members(Operation operation, List<@Nullable Collection> sets, long limit) {
        return switch (operation) {
            case INTERSECTION -> intersection(sets, limit);
            case UNION -> union(sets);
            case DIFFERENCE -> difference(sets);
        };
    }

    private static List<byte[]> intersection(List<@Nullable Collection> sets, long limit) {
        List<byte[]> members = new ArrayList<>();
        if (sets.contains(null)) {
            return members;
        }
        List<Collection> bySize = new ArrayList<>();
        for (Collection set : sets) {
            if (set != null) {
                bySize.add(set);
            }
        }
        bySize.sort(Comparator.comparingInt(Collection::size));
        bySize.getFirst().forEach(cell -> {
            if (members.size() < limit && inAll(bySize, cell)) {
                members.add(cell.id());
            }
        });
        return members;
    }

    private static boolean inAll(List<Collection> sets, Cell cell) {
        for (int i = 1; i < sets.size(); i++) {
            if (sets.get(i).find(cell.id()) == null) {
                return false;
            }
        }
        return true;
    }

    private static List<byte[]> union(List<@Nullable Collection> sets) {
        List<byte[]> members = new ArrayList<>();
        for (int i = 0; i < sets.size(); i++) {
            Collection set = sets.get(i);
            List<@Nullable Collection> earlier = sets.subList(0, i);
            if (set != null) {
                set.forEach(cell -> {
                    if (!inAny(earlier, cell)) {
                        members.add(cell.id());
                    }
                });
            }
        }
        return members;
    }

    private static List<byte[]> difference(List<@Nullable Collection> sets) {
        List<byte[]> members = new ArrayList<>();
        Collection first = sets.getFirst();
        List<@Nullable Collection> others = sets.subList(1, sets.size());
        if (first != null) {
            first.forEach(cell -> {
                if (!inAny(others, cell)) {
                    members.add(cell.id());
                }
            });
        }
        return members;
    }

    private static boolean inAny(List<@Nullable Collection> sets, Cell cell) {
        for (Collection set : sets) {
            if (set != null && set.find(cell.id()) != null) {
                return true;
            }
        }
        return false;
    }
}
