package dev.meridian.kernel.command;

import dev.meridian.kernel.data.BytesTable;
import dev.meridian.kernel.data.Cell;
import dev.meridian.kernel.data.Collection;
import dev.meridian.kernel.data.Key;
import dev.meridian.kernel.data.ScoredCell;
import dev.meridian.kernel.data.Type;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Commands on several sorted sets, or sets, whose members score 1: intersections, unions, differences. A stored result
 * replaces its destination.
 */
public final class SortedSetAlgebra {
    private enum Operation {
        INTERSECTION,
        UNION,
        DIFFERENCE
    }

    private enum Aggregate {
        SUM,
        MIN,
        MAX;

        double of(double a, double b) {
            return switch (this) {
                case SUM -> number(a + b);
                case MIN -> b < a ? b : a;
                case MAX -> b > a ? b : a;
            };
        }
    }

    private record Source(@Nullable Collection members, double weight) {
        int size() {
            return members == null ? 0 : members.size();
        }

        /** May be NaN: an infinity without weight. */
        double score(Cell cell) {
            return weight * (cell instanceof ScoredCell scored ? scored.score() : 1);
        }
    }

    private static final class Sum extends BytesTable.Node {
        double score;

        Sum(byte[] id, double score) {
            super(id);
            this.score = score;
        }
    }

    private record Query(List<Source> sources, Aggregate aggregate, boolean withScores, long limit) {}

    private SortedSetAlgebra() {}

    public static void bind(BiConsumer<String, Command> table) {
        table.accept("ZUNION", x -> answer(x, Operation.UNION, "zunion"));
        table.accept("ZINTER", x -> answer(x, Operation.INTERSECTION, "zinter"));
        table.accept("ZDIFF", x -> answer(x, Operation.DIFFERENCE, "zdiff"));
        table.accept("ZUNIONSTORE", x -> store(x, Operation.UNION, "zunionstore"));
        table.accept("ZINTERSTORE", x -> store(x, Operation.INTERSECTION, "zinterstore"));
        table.accept("ZDIFFSTORE", x -> store(x, Operation.DIFFERENCE, "zdiffstore"));
        table.accept("ZINTERCARD", SortedSetAlgebra::intersectionSize);
    }

    /** Infinities that cancel out give 0, as in Redis; there is no -0. */
    private static double number(double score) {
        return Double.isNaN(score) ? 0 : score + 0.0;
    }

    private static void answer(Execution x, Operation operation, String name) {
        Query operands = parse(x, 1, operation, name, false);
        if (operands == null) {
            return;
        }
        List<ScoredMember> found = members(operation, operands);
        Elements.header(x, found.size(), operands.withScores);
        for (ScoredMember member : found) {
            if (operands.withScores && x.reply().protocol() == 3) {
                x.reply().array(2);
            }
            x.reply().bulk(member.id());
            if (operands.withScores) {
                x.reply().doubleValue(member.score());
            }
        }
    }

    private static void store(Execution x, Operation operation, String name) {
        Query operands = parse(x, 2, operation, name, false);
        if (operands != null) {
            store(x, 1, members(operation, operands), name);
        }
    }

    /** Makes these the members of the sorted set that argument {@code i} names, and answers how many. */
    static void store(Execution x, int i, List<ScoredMember> members, String event) {
        boolean replaced = Elements.clear(x, i);
        if (!members.isEmpty()) {
            Key key = x.obtain(i);
            for (ScoredMember member : members) {
                x.mutation().put(key, Type.ZSET, member.id(), ScoredCell.encode(member.score()));
            }
            x.event('z', event, key.id());
        } else if (replaced) {
            x.event('g', "del", x.args().copy(i));
        }
        x.reply().integer(members.size());
    }

    private static void intersectionSize(Execution x) {
        Query operands = parse(x, 1, Operation.INTERSECTION, "zintercard", true);
        if (operands != null) {
            int size = members(Operation.INTERSECTION, operands).size();
            x.reply().integer(operands.limit == 0 ? size : Math.min(size, operands.limit));
        }
    }

    private static @Nullable Query parse(Execution x, int numkeys, Operation operation, String name, boolean sizeOnly) {
        Args args = x.args();
        if (Operands.notLong(x, numkeys)) {
            return null;
        }
        if (args.longAt(numkeys) < 1) {
            x.reply().error("ERR at least 1 input key is needed for '" + name + "' command");
            return null;
        }
        if (args.longAt(numkeys) > args.count() - numkeys - 1) {
            x.reply().error(Operands.SYNTAX);
            return null;
        }
        int keys = (int) args.longAt(numkeys);
        int keysFrom = numkeys + 1;
        List<@Nullable Collection> collections = new ArrayList<>(keys);
        for (int i = keysFrom; i < keysFrom + keys; i++) {
            Key key = x.find(i);
            if (key != null && key.type() != Type.SET && x.wrongType(key, Type.ZSET)) {
                return null;
            }
            collections.add(Execution.collection(key));
        }
        int weights = -1;
        Aggregate aggregate = Aggregate.SUM;
        boolean withScores = false;
        long limit = 0;
        boolean weighs = operation != Operation.DIFFERENCE && !sizeOnly;
        for (int i = keysFrom + keys; i < args.count(); i++) {
            int left = args.count() - i;
            if (weighs && left > keys && args.is(i, "WEIGHTS")) {
                weights = i + 1;
                for (int w = 0; w < keys; w++) {
                    if (Operands.notDouble(x, weights + w, "ERR weight value is not a float")) {
                        return null;
                    }
                }
                i += keys;
            } else if (weighs && left >= 2 && args.is(i, "AGGREGATE")) {
                i++;
                if (args.is(i, "SUM")) {
                    aggregate = Aggregate.SUM;
                } else if (args.is(i, "MIN")) {
                    aggregate = Aggregate.MIN;
                } else if (args.is(i, "MAX")) {
                    aggregate = Aggregate.MAX;
                } else {
                    x.reply().error(Operands.SYNTAX);
                    return null;
                }
            } else if (numkeys == 1 && !sizeOnly && args.is(i, "WITHSCORES")) {
                withScores = true;
            } else if (sizeOnly && left >= 2 && args.is(i, "LIMIT")) {
                if (Operands.below(x, ++i, 0, "ERR LIMIT can't be negative")) {
                    return null;
                }
                limit = args.longAt(i);
            } else {
                x.reply().error(Operands.SYNTAX);
                return null;
            }
        }
        List<Source> sources = new ArrayList<>(keys);
        for (int i = 0; i < keys; i++) {
            sources.add(new Source(collections.get(i), weights < 0 ? 1 : args.doubleAt(weights + i)));
        }
        return new Query(sources, aggregate, withScores, limit);
    }

    private static List<ScoredMember> members(Operation operation, Query operands) {
        List<Source> sources = new ArrayList<>(operands.sources);
        if (operation == Operation.DIFFERENCE) {
            return difference(sources);
        }
        // As in Redis, the smallest first: sums of doubles depend on their order.
        sources.sort(Comparator.comparingInt(Source::size));
        return operation == Operation.UNION
                ? union(sources, operands.aggregate)
                : intersection(sources, operands.aggregate);
    }

    private static List<ScoredMember> union(List<Source> sources, Aggregate aggregate) {
        BytesTable<Sum> sums = new BytesTable<>(16);
        for (Source source : sources) {
            if (source.members == null) {
                continue;
            }
            source.members.forEach(cell -> {
                double score = number(source.score(cell));
                Sum sum = sums.find(cell.id());
                if (sum == null) {
                    sums.add(new Sum(cell.id(), score));
                } else {
                    sum.score = aggregate.of(sum.score, score);
                }
            });
        }
        List<ScoredMember> found = new ArrayList<>(sums.size());
        sums.forEach(sum -> found.add(new ScoredMember(sum.id(), sum.score)));
        Collections.sort(found);
        return found;
    }

    private static List<ScoredMember> intersection(List<Source> sources, Aggregate aggregate) {
        List<ScoredMember> found = new ArrayList<>();
        Source smallest = sources.getFirst();
        if (smallest.members == null) {
            return found;
        }
        smallest.members.forEach(cell -> {
            double score = smallest.score(cell);
            for (Source other : sources.subList(1, sources.size())) {
                Cell match = other.members == null ? null : other.members.find(cell.id());
                if (match == null) {
                    return;
                }
                score = aggregate.of(score, other.score(match));
            }
            found.add(new ScoredMember(cell.id(), number(score)));
        });
        Collections.sort(found);
        return found;
    }

    private static List<ScoredMember> difference(List<Source> sources) {
        List<ScoredMember> found = new ArrayList<>();
        Source first = sources.getFirst();
        if (first.members == null) {
            return found;
        }
        first.members.forEach(cell -> {
            for (Source other : sources.subList(1, sources.size())) {
                if (other.members != null && other.members.find(cell.id()) != null) {
                    return;
                }
            }
            found.add(new ScoredMember(cell.id(), number(first.score(cell))));
        });
        Collections.sort(found);
        return found;
    }
}
