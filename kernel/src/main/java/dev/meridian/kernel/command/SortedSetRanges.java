package dev.meridian.kernel.command;

import dev.meridian.kernel.data.Key;
import dev.meridian.kernel.data.RankedList;
import dev.meridian.kernel.data.ScoredCell;
import dev.meridian.kernel.data.Type;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Commands on ranges of one sorted set: by rank, by score, by name. */
public final class SortedSetRanges {
    private enum By {
        RANK,
        SCORE,
        LEX
    }

    /** Ranks {@code from} up to but not including {@code end}. */
    private record Ranks(int from, int end) {
        int size() {
            return Math.max(0, end - from);
        }
    }

    private SortedSetRanges() {}

    public static void bind(BiConsumer<String, Command> table) {
        table.accept("ZRANGE", x -> range(x, 1, null, null));
        table.accept("ZRANGESTORE", x -> range(x, 2, null, null));
        table.accept("ZREVRANGE", x -> range(x, 1, By.RANK, true));
        table.accept("ZRANGEBYSCORE", x -> range(x, 1, By.SCORE, false));
        table.accept("ZREVRANGEBYSCORE", x -> range(x, 1, By.SCORE, true));
        table.accept("ZRANGEBYLEX", x -> range(x, 1, By.LEX, false));
        table.accept("ZREVRANGEBYLEX", x -> range(x, 1, By.LEX, true));
        table.accept("ZCOUNT", x -> count(x, By.SCORE));
        table.accept("ZLEXCOUNT", x -> count(x, By.LEX));
        table.accept("ZREMRANGEBYRANK", x -> remove(x, By.RANK, "zremrangebyrank"));
        table.accept("ZREMRANGEBYSCORE", x -> remove(x, By.SCORE, "zremrangebyscore"));
        table.accept("ZREMRANGEBYLEX", x -> remove(x, By.LEX, "zremrangebylex"));
    }

    /**
     * Answers or stores a range.
     *
     * @param at the argument that names the sorted set; the destination, if there is one, comes before it
     * @param fixedBy null where an option says it
     * @param fixedReverse null where an option says it
     */
    private static void range(Execution x, int at, @Nullable By fixedBy, @Nullable Boolean fixedReverse) {
        Args args = x.args();
        boolean store = at == 2;
        By by = fixedBy == null ? By.RANK : fixedBy;
        boolean auto = fixedBy == null;
        boolean directed = fixedReverse != null;
        boolean reverse = fixedReverse != null && fixedReverse;
        boolean withScores = false;
        long offset = 0;
        long limit = -1;
        for (int i = at + 3; i < args.count(); i++) {
            if (!store && args.is(i, "WITHSCORES")) {
                withScores = true;
            } else if (args.is(i, "LIMIT") && i + 2 < args.count()) {
                if (Operands.notLong(x, i + 1) || Operands.notLong(x, i + 2)) {
                    return;
                }
                offset = args.longAt(i + 1);
                limit = args.longAt(i + 2);
                i += 2;
            } else if (!directed && args.is(i, "REV")) {
                reverse = true;
                directed = true;
            } else if (auto && args.is(i, "BYLEX")) {
                by = By.LEX;
                auto = false;
            } else if (auto && args.is(i, "BYSCORE")) {
                by = By.SCORE;
                auto = false;
            } else {
                x.reply().error(Operands.SYNTAX);
                return;
            }
        }
        if (limit != -1 && by == By.RANK) {
            x.reply().error("ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX");
            return;
        }
        if (withScores && by == By.LEX) {
            x.reply().error("ERR syntax error, WITHSCORES not supported in combination with BYLEX");
            return;
        }
        boolean swapped = reverse && by != By.RANK;
        int min = swapped ? at + 2 : at + 1;
        int max = swapped ? at + 1 : at + 2;
        if (malformed(x, by, min, max)) {
            return;
        }
        Key key = x.find(at);
        if (x.wrongType(key, Type.ZSET)) {
            return;
        }
        RankedList<ScoredCell> list = SortedSetCommands.byScore(key);
        Ranks ranks = list == null ? new Ranks(0, 0) : ranks(args, by, min, max, list, reverse);
        // As in Redis, a negative offset is beyond every range.
        long skip = offset < 0 ? ranks.size() : Math.min(offset, ranks.size());
        long kept = by == By.RANK || limit < 0 ? ranks.size() - skip : Math.min(limit, ranks.size() - skip);
        int first = (int) (reverse ? ranks.end - 1 - skip : ranks.from + skip);
        List<ScoredCell> found =
                list == null || kept == 0 ? List.of() : ListCommands.cells(list, first, (int) kept, reverse);
        if (store) {
            List<ScoredMember> copies =
                    found.stream().map(c -> new ScoredMember(c.id(), c.score())).toList();
            SortedSetAlgebra.store(x, 1, copies, "zrangestore");
            return;
        }
        Elements.header(x, found.size(), withScores);
        for (ScoredCell cell : found) {
            Elements.element(x, cell, withScores, c -> x.reply().doubleValue(((ScoredCell) c).score()));
        }
    }

    private static void count(Execution x, By by) {
        if (malformed(x, by, 2, 3)) {
            return;
        }
        Key key = x.find(1);
        if (x.wrongType(key, Type.ZSET)) {
            return;
        }
        RankedList<ScoredCell> list = SortedSetCommands.byScore(key);
        x.reply()
                .integer(
                        list == null
                                ? 0
                                : ranks(x.args(), by, 2, 3, list, false).size());
    }

    private static void remove(Execution x, By by, String event) {
        if (malformed(x, by, 2, 3)) {
            return;
        }
        Key key = x.find(1);
        if (x.wrongType(key, Type.ZSET)) {
            return;
        }
        RankedList<ScoredCell> list = SortedSetCommands.byScore(key);
        if (key == null || list == null) {
            x.reply().integer(0);
            return;
        }
        Ranks ranks = ranks(x.args(), by, 2, 3, list, false);
        if (ranks.size() > 0) {
            byte[] id = key.id();
            List<ScoredCell> found = ListCommands.cells(list, ranks.from, ranks.size(), false);
            Elements.remove(x, x.obtain(1), Type.ZSET, found);
            Elements.removed(x, 'z', event, id);
        }
        x.reply().integer(ranks.size());
    }

    // ---- bounds ----

    /** Whether a bound is none, the error written. */
    private static boolean malformed(Execution x, By by, int min, int max) {
        return switch (by) {
            case RANK -> Operands.notLong(x, min) || Operands.notLong(x, max);
            case SCORE ->
                (Double.isNaN(score(x.args(), min)) || Double.isNaN(score(x.args(), max)))
                        && Operands.refused(x, "ERR min or max is not a float");
            case LEX ->
                (!isLex(x.args(), min) || !isLex(x.args(), max))
                        && Operands.refused(x, "ERR min or max not valid string range item");
        };
    }

    private static Ranks ranks(Args args, By by, int min, int max, RankedList<ScoredCell> list, boolean ranksFromEnd) {
        int size = list.size();
        return switch (by) {
            case RANK -> {
                int first = Operands.first(args.longAt(min), size);
                int last = Operands.last(args.longAt(max), size);
                yield ranksFromEnd ? new Ranks(size - 1 - last, size - first) : new Ranks(first, last + 1);
            }
            case SCORE -> {
                double low = score(args, min);
                double high = score(args, max);
                yield new Ranks(
                        list.countBefore(cell -> Double.compare(cell.score(), low), exclusive(args, min)),
                        list.countBefore(cell -> Double.compare(cell.score(), high), !exclusive(args, max)));
            }
            case LEX -> new Ranks(lexRank(args, min, list, true), lexRank(args, max, list, false));
        };
    }

    private static boolean exclusive(Args args, int i) {
        return args.length(i) > 0 && args.buffer()[args.offset(i)] == '(';
    }

    /** The score of a bound; NaN where it is none. No bound is -0, which would order before the score 0. */
    private static double score(Args args, int i) {
        int skip = exclusive(args, i) ? 1 : 0;
        int length = args.length(i) - skip;
        return length == 0 ? 0 : Numbers.parseDouble(args.buffer(), args.offset(i) + skip, length) + 0.0;
    }

    private static boolean isLex(Args args, int i) {
        int length = args.length(i);
        byte first = length == 0 ? 0 : args.buffer()[args.offset(i)];
        return first == '[' || first == '(' || (length == 1 && (first == '-' || first == '+'));
    }

    /** How many members order before the range that the bound begins, or up to the end of the one that it ends. */
    private static int lexRank(Args args, int i, RankedList<ScoredCell> list, boolean begins) {
        byte[] buffer = args.buffer();
        int offset = args.offset(i);
        byte first = buffer[offset];
        if (first == '-') {
            return 0;
        }
        if (first == '+') {
            return list.size();
        }
        int end = offset + args.length(i);
        return list.countBefore(
                cell -> java.util.Arrays.compareUnsigned(cell.id(), 0, cell.id().length, buffer, offset + 1, end),
                begins == (first == '('));
    }
}
