package dev.meridian.kernel.data;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The cells of a hash, set, sorted set, list or HyperLogLog. The table holds every cell, tombstones included;
 * {@link #size} counts those present; sorted sets and lists also keep the present ones in order.
 */
public final class Collection {
    final Key key;
    final Type type;
    final BytesTable<Cell> table = new BytesTable<>(4);
    final @Nullable RankedList<ScoredCell> byScore;
    final @Nullable RankedList<Cell> byPosition;
    int present;

    /** Another type at the same key, from writes that did not know of each other. */
    @Nullable
    Collection other;

    Collection(Key key, Type type) {
        this.key = key;
        this.type = type;
        this.byScore = type == Type.ZSET ? new RankedList<>(ScoredCell::order) : null;
        this.byPosition = type == Type.LIST ? new RankedList<>((a, b) -> Arrays.compareUnsigned(a.id, b.id)) : null;
    }

    public Type type() {
        return type;
    }

    public Key key() {
        return key;
    }

    /** How many elements a reader sees. */
    public int size() {
        return present;
    }

    /** Elements that are gone and remembered. */
    public int tombstones() {
        return table.size() - present;
    }

    /** The element if a reader sees it. */
    public @Nullable Cell find(byte[] bytes, int offset, int length) {
        Cell cell = table.find(bytes, offset, length);
        return cell != null && cell.present() ? cell : null;
    }

    public @Nullable Cell find(byte[] id) {
        return find(id, 0, id.length);
    }

    /** Every element that a reader sees, in the table's order. The visitor must not change the collection. */
    public void forEach(BytesTable.Visitor<? super Cell> visitor) {
        table.forEach(cell -> {
            if (cell.present()) {
                visitor.visit(cell);
            }
        });
    }

    /** As Redis' SCAN: see {@link BytesTable#scan}. */
    public long scan(long cursor, BytesTable.Visitor<? super Cell> visitor) {
        return table.scan(cursor, cell -> {
            if (cell.present()) {
                visitor.visit(cell);
            }
        });
    }

    /** A present element near the place that {@code random} picks; null when there is none. */
    public @Nullable Cell sample(java.util.random.RandomGenerator random) {
        if (present == 0) {
            return null;
        }
        for (int tries = 0; tries < 64; tries++) {
            Cell cell = table.sample(random.nextLong());
            if (cell != null && cell.present()) {
                return cell;
            }
        }
        // Nearly all of the table are tombstones.
        int[] skip = {random.nextInt(present)};
        @Nullable Cell[] found = {null};
        forEach(cell -> {
            if (skip[0]-- == 0) {
                found[0] = cell;
            }
        });
        return found[0];
    }

    /** Members by score; only of a sorted set. */
    public RankedList<ScoredCell> byScore() {
        if (byScore == null) {
            throw new IllegalStateException(type + " has no scores");
        }
        return byScore;
    }

    /** Elements by position; only of a list. */
    public RankedList<Cell> byPosition() {
        if (byPosition == null) {
            throw new IllegalStateException(type + " has no positions");
        }
        return byPosition;
    }

    Cell create(byte[] id) {
        Cell cell = type == Type.ZSET ? new ScoredCell(key, id) : new Cell(key, type, id);
        table.add(cell);
        return cell;
    }
}
