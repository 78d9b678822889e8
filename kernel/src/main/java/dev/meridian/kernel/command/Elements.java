package dev.meridian.kernel.command;

import dev.meridian.kernel.data.Cell;
import dev.meridian.kernel.data.Collection;
import dev.meridian.kernel.data.Key;
import dev.meridian.kernel.data.Resolution;
import dev.meridian.kernel.data.Type;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What commands on hashes, sets, sorted sets and lists do alike with a collection's elements. */
final class Elements {
    static final byte[] NO_VALUE = {};

    /** Beyond this a random choice with repetition is refused: its reply would not fit in one client's memory. */
    private static final long RANDOM_COUNT_MAX = 1L << 24;

    private Elements() {}

    /** Element {@code i} of the arguments, where a reader sees it. */
    static @Nullable Cell find(@Nullable Collection collection, Args args, int i) {
        return collection == null ? null : collection.find(args.buffer(), args.offset(i), args.length(i));
    }

    /** The value of an element that is present. */
    static byte[] value(Cell cell) {
        return Objects.requireNonNull(cell.visible());
    }

    static int size(@Nullable Collection collection) {
        return collection == null ? 0 : collection.size();
    }

    /**
     * Whether writing a present element once more, unchanged, means something: where siblings are kept
     * it protects the element from a concurrent removal by a region that has seen the older write only.
     */
    static boolean worthRestating(Execution x, Key key, Cell cell) {
        return key.dataset().resolution().keepsSiblings()
                && (cell.origin() != x.mutation().self(key) || cell.siblings() != null || cell.register() == null);
    }

    /**
     * Tells of elements taken from the key that argument {@code i} names, and of the key's end where they were the last.
     */
    static void removed(Execution x, char eventClass, String event, byte[] key) {
        x.event(eventClass, event, key);
        if (x.find(key) == null) {
            x.event('g', "del", key);
        }
    }

    /**
     * Removes what the key that argument {@code i} names holds, of any type, for a result that replaces it. Returns whether there
     * was anything. Where the last write wins this is written also when there is nothing: of two results stored at the same
     * time the later then replaces the earlier, as it does where the key was there.
     */
    static boolean clear(Execution x, int i) {
        Key key = x.find(i);
        if (key != null) {
            x.delete(key);
        } else if (x.dataset(i).resolution() == Resolution.LAST_WRITE_WINS) {
            x.delete(x.obtain(i));
        }
        return key != null;
    }

    /** Removes cells of one collection. */
    static void remove(Execution x, Key key, Type type, Iterable<? extends Cell> cells) {
        for (Cell cell : cells) {
            x.mutation().remove(key, type, cell.id());
        }
    }

    /** All present elements, in the table's order. */
    static List<Cell> all(Collection collection) {
        List<Cell> all = new ArrayList<>(collection.size());
        collection.forEach(all::add);
        return all;
    }

    /** Up to {@code count} different elements, drawn at random. */
    static java.util.Collection<Cell> sample(Collection collection, long count, RandomGenerator random) {
        int size = collection.size();
        if (count < size / 3) {
            LinkedHashSet<Cell> chosen = new LinkedHashSet<>();
            while (chosen.size() < count) {
                chosen.add(Objects.requireNonNull(collection.sample(random)));
            }
            return chosen;
        }
        List<Cell> all = all(collection);
        if (count >= size) {
            return all;
        }
        int chosen = (int) count;
        for (int i = 0; i < chosen; i++) {
            java.util.Collections.swap(all, i, i + random.nextInt(size - i));
        }
        return all.subList(0, chosen);
    }

    /**
     * The rest of SRANDMEMBER, HRANDFIELD and ZRANDMEMBER once a count is given: argument 2 the count, argument 3 the
     * option that asks for pairs.
     *
     * @param pairsOption null where there is none
     * @param second writes the second element of a pair
     */
    static void random(Execution x, Type type, @Nullable String pairsOption, Consumer<Cell> second) {
        Args args = x.args();
        if (Operands.notCount(x, 2)) {
            return;
        }
        long count = args.longAt(2);
        if (args.count() > (pairsOption == null ? 3 : 4)
                || (args.count() == 4 && pairsOption != null && !args.is(3, pairsOption))) {
            x.reply().error(Operands.SYNTAX);
            return;
        }
        boolean pairs = args.count() == 4;
        if (pairs && (count < -(Long.MAX_VALUE / 2) || count > Long.MAX_VALUE / 2)) {
            x.reply().error("ERR value is out of range");
            return;
        }
        Key key = x.find(1);
        if (x.wrongType(key, type)) {
            return;
        }
        Collection collection = Execution.collection(key);
        if (collection == null || count == 0) {
            x.reply().array(0);
        } else if (count > 0) {
            java.util.Collection<Cell> chosen = sample(collection, count, x.random());
            header(x, chosen.size(), pairs);
            for (Cell cell : chosen) {
                element(x, cell, pairs, second);
            }
        } else if (-count > RANDOM_COUNT_MAX) {
            x.reply().error("ERR value is out of range");
        } else {
            header(x, -count, pairs);
            for (long i = 0; i < -count; i++) {
                element(x, Objects.requireNonNull(collection.sample(x.random())), pairs, second);
            }
        }
    }

    /** Announces elements, or pairs: in RESP3 arrays of their own, in RESP2 twice as many elements. */
    static void header(Execution x, long count, boolean pairs) {
        x.reply().array(pairs && x.reply().protocol() == 2 ? count * 2 : count);
    }

    static void element(Execution x, Cell cell, boolean pairs, Consumer<Cell> second) {
        if (pairs && x.reply().protocol() == 3) {
            x.reply().array(2);
        }
        x.reply().bulk(cell.id());
        if (pairs) {
            second.accept(cell);
        }
    }
}
