package dev.meridian.kernel.command;

import dev.meridian.kernel.data.Collection;
import dev.meridian.kernel.data.Contribution;
import dev.meridian.kernel.data.Key;
import dev.meridian.kernel.data.RankedList;
import dev.meridian.kernel.data.ScoredCell;
import dev.meridian.kernel.data.Type;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Commands on the members of one sorted set. Each member's score merges on its own; increments merge as sums. */
public final class SortedSetCommands {
    private SortedSetCommands() {}

    public static void bind(BiConsumer<String, Command> table) {
        table.accept("ZADD", SortedSetCommands::add);
        table.accept("ZINCRBY", x -> add(x, 2, INCR));
        table.accept("ZREM", SortedSetCommands::remove);
        table.accept("ZSCORE", SortedSetCommands::score);
        table.accept("ZMSCORE", SortedSetCommands::scores);
        table.accept("ZCARD", SortedSetCommands::size);
        table.accept("ZRANK", x -> rank(x, false));
        table.accept("ZREVRANK", x -> rank(x, true));
        table.accept("ZRANDMEMBER", SortedSetCommands::random);
        table.accept(
                "ZSCAN",
                x -> ElementScan.run(x, Type.ZSET, cell -> x.reply().bulk(Numbers.bytes(((ScoredCell) cell).score()))));
    }

    private static final int NX = 1;
    private static final int XX = 2;
    private static final int GT = 4;
    private static final int LT = 8;
    private static final int CH = 16;
    private static final int INCR = 32;

    /** What became of one member: nothing, or one of these. */
    private static final int ADDED = 1;

    private static final int UPDATED = 2;
    private static final int SAME = 3;

    /** The members in order of the sorted set that readers see; null when there is none. */
    static @Nullable RankedList<ScoredCell> byScore(@Nullable Key key) {
        Collection zset = Execution.collection(key);
        return zset == null ? null : zset.byScore();
    }

    private static void add(Execution x) {
        Args args = x.args();
        int options = 0;
        int i = 2;
        for (; i < args.count(); i++) {
            int option = option(args, i);
            if (option == 0) {
                break;
            }
            options |= option;
        }
        add(x, i, options);
    }

    private static int option(Args args, int i) {
        if (args.length(i) == 2) {
            return args.is(i, "NX")
                    ? NX
                    : args.is(i, "XX") ? XX : args.is(i, "GT") ? GT : args.is(i, "LT") ? LT : args.is(i, "CH") ? CH : 0;
        }
        return args.is(i, "INCR") ? INCR : 0;
    }

    private static boolean has(int options, int option) {
        return (options & option) != 0;
    }

    private static void add(Execution x, int from, int options) {
        Args args = x.args();
        int operands = args.count() - from;
        if (operands == 0 || (operands & 1) != 0) {
            x.reply().error(Operands.SYNTAX);
            return;
        }
        if (has(options, NX) && has(options, XX)) {
            x.reply().error("ERR XX and NX options at the same time are not compatible");
            return;
        }
        if (Integer.bitCount(options & (NX | GT | LT)) > 1) {
            x.reply().error("ERR GT, LT, and/or NX options at the same time are not compatible");
            return;
        }
        if (has(options, INCR) && operands > 2) {
            x.reply().error("ERR INCR option supports a single increment-element pair");
            return;
        }
        for (int i = from; i < args.count(); i += 2) {
            if (Operands.notDouble(x, i, Operands.NOT_A_FLOAT)) {
                return;
            }
        }
        Key key = x.find(1);
        if (x.wrongType(key, Type.ZSET)) {
            return;
        }
        if (has(options, INCR)) {
            increment(x, key, from, options);
            return;
        }
        Key written = null;
        int added = 0;
        int updated = 0;
        for (int i = from; i < args.count(); i += 2) {
            ScoredCell cell = member(written == null ? key : written, args, i + 1);
            double score = args.doubleAt(i);
            int outcome = outcome(cell, score, options);
            if (outcome == 0 || (outcome == SAME && cell != null && !Elements.worthRestating(x, cell.key(), cell))) {
                continue;
            }
            if (written == null) {
                written = x.obtain(1);
            }
            byte[] member = cell == null ? args.copy(i + 1) : cell.id();
            x.mutation().put(written, Type.ZSET, member, ScoredCell.encode(score));
            added += outcome == ADDED ? 1 : 0;
            updated += outcome == UPDATED ? 1 : 0;
        }
        if (written != null && added + updated > 0) {
            x.event('z', "zadd", written.id());
        }
        x.reply().integer(has(options, CH) ? added + updated : added);
    }

    private static int outcome(@Nullable ScoredCell cell, double score, int options) {
        if (cell == null) {
            return has(options, XX) ? 0 : ADDED;
        }
        double now = cell.score();
        if (has(options, NX) || (has(options, GT) && score <= now) || (has(options, LT) && score >= now)) {
            return 0;
        }
        return score == now ? SAME : UPDATED;
    }

    private static void increment(Execution x, @Nullable Key key, int from, int options) {
        Args args = x.args();
        double amount = args.doubleAt(from);
        ScoredCell cell = member(key, args, from + 1);
        if (cell != null && has(options, NX)) {
            x.reply().nil();
            return;
        }
        double sum = cell == null ? amount : cell.score() + amount;
        if (Double.isNaN(sum)) {
            x.reply().error("ERR resulting score is not a number (NaN)");
            return;
        }
        int outcome = outcome(cell, sum, options);
        if (outcome == 0) {
            x.reply().nil();
            return;
        }
        Key written = x.obtain(1);
        byte[] member = cell == null ? args.copy(from + 1) : cell.id();
        Double addend = cell == null
                ? Double.valueOf(amount)
                : cell.addendTowards(sum, amount, x.mutation().self(written));
        if (addend == null
                || Double.isInfinite(sum)
                || !x.mutation().add(written, Type.ZSET, member, Contribution.Kind.DOUBLE, addend)) {
            x.mutation().put(written, Type.ZSET, member, ScoredCell.encode(sum));
        } else {
            sum = Objects.requireNonNull(member(written, args, from + 1)).score();
        }
        x.event('z', "zincr", written.id());
        x.reply().doubleValue(sum);
    }

    static @Nullable ScoredCell member(@Nullable Key key, Args args, int i) {
        return (ScoredCell) Elements.find(Execution.collection(key), args, i);
    }

    private static void remove(Execution x) {
        Key key = x.find(1);
        if (!x.wrongType(key, Type.ZSET)) {
            x.reply().integer(SetCommands.remove(x, key, Type.ZSET, 'z', "zrem"));
        }
    }

    private static void score(Execution x) {
        Key key = x.find(1);
        if (!x.wrongType(key, Type.ZSET)) {
            score(x, member(key, x.args(), 2));
        }
    }

    private static void score(Execution x, @Nullable ScoredCell cell) {
        if (cell == null) {
            x.reply().nil();
        } else {
            x.reply().doubleValue(cell.score());
        }
    }

    private static void scores(Execution x) {
        Key key = x.find(1);
        if (x.wrongType(key, Type.ZSET)) {
            return;
        }
        x.reply().array(x.args().count() - 2L);
        for (int i = 2; i < x.args().count(); i++) {
            score(x, member(key, x.args(), i));
        }
    }

    private static void size(Execution x) {
        Key key = x.find(1);
        if (!x.wrongType(key, Type.ZSET)) {
            x.reply().integer(Elements.size(Execution.collection(key)));
        }
    }

    private static void rank(Execution x, boolean reverse) {
        Args args = x.args();
        String name = reverse ? "zrevrank" : "zrank";
        if (args.count() > 4) {
            x.reply().error("ERR wrong number of arguments for '" + name + "' command");
            return;
        }
        boolean withScore = args.count() == 4;
        if (withScore && !args.is(3, "WITHSCORE")) {
            x.reply().error(Operands.SYNTAX);
            return;
        }
        Key key = x.find(1);
        if (x.wrongType(key, Type.ZSET)) {
            return;
        }
        RankedList<ScoredCell> members = byScore(key);
        ScoredCell cell = member(key, args, 2);
        if (cell == null || members == null) {
            if (withScore) {
                x.reply().nilArray();
            } else {
                x.reply().nil();
            }
            return;
        }
        int rank = members.rankOf(cell);
        if (withScore) {
            x.reply().array(2);
        }
        x.reply().integer(reverse ? members.size() - 1 - rank : rank);
        if (withScore) {
            x.reply().doubleValue(cell.score());
        }
    }

    private static void random(Execution x) {
        if (x.args().count() > 2) {
            Elements.random(x, Type.ZSET, "WITHSCORES", cell -> x.reply().doubleValue(((ScoredCell) cell).score()));
            return;
        }
        Key key = x.find(1);
        if (!x.wrongType(key, Type.ZSET)) {
            SetCommands.anyElement(x, Execution.collection(key));
        }
    }
}
