package dev.meridian.kernel.data;

import dev.meridian.kernel.placement.Dataset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * All rows of a node in memory, and the one way in which operations, local or remote, change them. Structures
 * that follow from the rows (counts, orders, lifetimes, what is to be checkpointed, what may be collected) are
 * kept here and nowhere else. Not thread-safe: it belongs to the kernel's thread.
 */
public final class Keyspace {
    /** Told of every key that an operation changed, after the change. */
    public interface ChangeListener {
        void changed(Key key, Type type);
    }

    private record Lifetime(long atMs, long order, Key key) implements Comparable<Lifetime> {
        @Override
        public int compareTo(Lifetime that) {
            return atMs != that.atMs ? Long.compare(atMs, that.atMs) : Long.compare(order, that.order);
        }
    }

    /** A tombstone: a cell or, with cell null, a key's DEL. */
    private record Tombstone(Key key, @Nullable Cell cell, int origin, long seq, long hlc) {}

    static final int WAS_PRESENT = 8;

    private final Origins origins;
    private final Merge merge;
    private final DirtyRows dirty;
    private final BytesTable<Key> keys = new BytesTable<>(1024);
    private final PriorityQueue<Lifetime> lifetimes = new PriorityQueue<>();
    private final ArrayDeque<Tombstone>[] tombstones;
    private ChangeListener listener = (key, type) -> {};
    private long versions;
    private int live;
    private int volatiles;

    @SuppressWarnings({"unchecked", "rawtypes"})
    public Keyspace(Origins origins, int groups) {
        this.origins = origins;
        this.merge = new Merge(origins);
        this.dirty = new DirtyRows();
        this.tombstones = new ArrayDeque[groups];
        for (int g = 0; g < groups; g++) {
            tombstones[g] = new ArrayDeque<>();
        }
    }

    public void listen(ChangeListener listener) {
        this.listener = listener;
    }

    /** Rows changed since the last checkpoint. */
    public DirtyRows dirty() {
        return dirty;
    }

    public Origins origins() {
        return origins;
    }

    /** How many keys have a value; those that expired count until {@link #pollExpired} returned them. */
    public int size() {
        return live;
    }

    /** How many of them have an end. */
    public int volatileSize() {
        return volatiles;
    }

    /** The key with anything known of it, visible or not; null when nothing is. */
    public @Nullable Key find(byte[] bytes, int offset, int length) {
        return keys.find(bytes, offset, length);
    }

    public @Nullable Key find(byte[] id) {
        return keys.find(id);
    }

    /** Every key, those without a visible value too. The visitor must not change the keyspace. */
    public void forEach(BytesTable.Visitor<? super Key> visitor) {
        keys.forEach(visitor);
    }

    /** As Redis' SCAN: see {@link BytesTable#scan}. Keys without a visible value are visited too. */
    public long scan(long cursor, BytesTable.Visitor<? super Key> visitor) {
        return keys.scan(cursor, visitor);
    }

    public @Nullable Key sample(long random) {
        return keys.sample(random);
    }

    /** The key, created empty if nothing is known of it. */
    public Key obtain(byte[] id, Dataset dataset) {
        Key key = keys.find(id);
        if (key == null) {
            key = new Key(id, dataset);
            keys.add(key);
        }
        return key;
    }

    // ---- operations ----

    /** Writes a register. {@code element} is ignored for types without elements. */
    public void put(Key key, Type type, byte[] element, byte[] value, Write w) {
        Cell cell = obtain(key, type, element);
        if (voided(key, w)) {
            reset(cell, w);
        } else {
            dirty.touch(cell);
            merge.resetCounters(cell, w);
            merge.register(cell, key.dataset.resolution(), w, value);
        }
        settled(cell);
    }

    /** Removes a register and resets its counters. */
    public void remove(Key key, Type type, byte[] element, Write w) {
        Cell cell = obtain(key, type, element);
        if (voided(key, w)) {
            reset(cell, w);
        } else {
            dirty.touch(cell);
            merge.resetCounters(cell, w);
            if (merge.register(cell, key.dataset.resolution(), w, null) && cell.hlc != 0) {
                tombstones[key.dataset.group()].add(new Tombstone(key, cell, cell.origin, cell.seq, cell.hlc));
            }
        }
        settled(cell);
    }

    private void reset(Cell cell, Write w) {
        dirty.touch(cell);
        merge.resetCounters(cell, w);
    }

    /** Takes an origin's running sum into a counter. */
    public void add(Key key, Type type, byte[] element, Contribution.Kind kind, long startSeq, Number sum, Write w) {
        Cell cell = obtain(key, type, element);
        dirty.touch(cell);
        merge.add(cell, w, kind, startSeq, sum);
        settled(cell);
    }

    /** What a reset had seen of one origin's sum; comes before the operation that resets. */
    public void floor(
            Key key,
            Type type,
            byte[] element,
            int origin,
            Contribution.Kind kind,
            long startSeq,
            long floorSeq,
            Number floor) {
        Cell cell = existing(key, type, element);
        if (cell != null) {
            dirty.touch(cell);
            Merge.floor(cell, origin, kind, startSeq, floorSeq, floor);
            settled(cell);
        }
    }

    /** DEL: removes everything that the writer had seen; with LAST_WRITE_WINS everything that was written before. */
    public void clear(Key key, Write w) {
        boolean lastWriteWins = key.dataset.resolution() == Resolution.LAST_WRITE_WINS;
        if (lastWriteWins && !voided(key, w)) {
            dirty.touch(key);
            key.clearedHlc = w.hlc;
            key.clearedOrigin = w.origin;
            key.clearedSeq = w.seq;
            tombstones[key.dataset.group()].add(new Tombstone(key, null, w.origin, w.seq, w.hlc));
        }
        forEachCell(key, cell -> {
            dirty.touch(cell);
            merge.resetCounters(cell, w);
            if (!lastWriteWins) {
                merge.register(cell, Resolution.CRDT, w, null);
            } else if (cell.hlc != 0 && origins.compare(cell.hlc, cell.origin, w.hlc, w.origin) < 0) {
                if (cell.value != null && !w.saw(cell.origin, cell.seq)) {
                    w.dropped++;
                }
                cell.value = null;
                cell.origin = 0;
                cell.seq = 0;
                cell.hlc = 0;
            }
        });
        changed(key, Type.HEADER);
    }

    /** LAST_WRITE_WINS: whether a later DEL has made this write void. */
    private boolean voided(Key key, Write w) {
        return key.clearedHlc != 0 && origins.compare(w.hlc, w.origin, key.clearedHlc, key.clearedOrigin) < 0;
    }

    /** The cell as it is, present or not; null when nothing is known of it. */
    public @Nullable Cell cell(Key key, Type type, byte[] element) {
        return existing(key, type, element);
    }

    /** Every cell of a key that counts something. The visitor must not change the key. */
    public void forEachCounter(Key key, BytesTable.Visitor<? super Cell> visitor) {
        if (key.string != null && key.string.contributions != null) {
            visitor.visit(key.string);
        }
        for (Collection c = key.collections; c != null; c = c.other) {
            c.table.forEach(cell -> {
                if (cell.contributions != null) {
                    visitor.visit(cell);
                }
            });
        }
    }

    /** Every present cell of the types that readers do not see. The visitor must not change the key. */
    public void forEachHidden(Key key, BytesTable.Visitor<? super Cell> visitor) {
        Type seen = key.type();
        if (key.string != null && key.string.present() && seen != Type.STRING) {
            visitor.visit(key.string);
        }
        for (Collection c = key.collections; c != null; c = c.other) {
            if (c.type != seen) {
                c.forEach(visitor);
            }
        }
    }

    /** The first or last position of the key's list; null when it has none. */
    public byte @Nullable [] extremePosition(Key key, boolean head) {
        Collection list = key.collection(Type.LIST);
        if (list == null || list.present == 0) {
            return null;
        }
        return (head ? list.byPosition().first() : list.byPosition().last()).id();
    }

    // ---- what follows from the cells ----

    private Cell obtain(Key key, Type type, byte[] element) {
        switch (type) {
            case STRING -> {
                Cell s = key.string;
                if (s == null) {
                    s = new Cell(key, Type.STRING, Cell.NO_ID);
                    key.string = s;
                }
                return s;
            }
            case EXPIRY -> {
                Cell e = key.expiry;
                if (e == null) {
                    e = new Cell(key, Type.EXPIRY, Cell.NO_ID);
                    key.expiry = e;
                }
                return e;
            }
            default -> {
                Collection c = key.collection(type);
                if (c == null) {
                    c = new Collection(key, type);
                    c.other = key.collections;
                    key.collections = c;
                }
                Cell cell = c.table.find(element);
                return cell != null ? cell : c.create(element);
            }
        }
    }

    private static @Nullable Cell existing(Key key, Type type, byte[] element) {
        return switch (type) {
            case STRING -> key.string;
            case EXPIRY -> key.expiry;
            default -> {
                Collection c = key.collection(type);
                yield c == null ? null : c.table.find(element);
            }
        };
    }

    private interface CellChange {
        void apply(Cell cell);
    }

    /** Applies a change to every cell of a key, settling each; blank cells leave. */
    private void forEachCell(Key key, CellChange change) {
        if (key.string != null) {
            change.apply(key.string);
            settle(key.string);
        }
        if (key.expiry != null) {
            change.apply(key.expiry);
            settle(key.expiry);
        }
        for (Collection c = key.collections; c != null; c = c.other) {
            Cell[] all = new Cell[c.table.size()];
            int[] n = {0};
            c.table.forEach(cell -> all[n[0]++] = cell);
            for (Cell cell : all) {
                change.apply(cell);
                settle(cell);
            }
        }
    }

    private void settled(Cell cell) {
        settle(cell);
        changed(cell.key, cell.type);
    }

    /** Brings counts and orders in line with a cell that has changed, and drops it when nothing is left in it. */
    private void settle(Cell cell) {
        Key key = cell.key;
        boolean was = (cell.marks & WAS_PRESENT) != 0;
        boolean is = cell.present();
        cell.marks = (byte) (is ? cell.marks | WAS_PRESENT : cell.marks & ~WAS_PRESENT);
        if (cell.type == Type.EXPIRY) {
            byte[] at = cell.value;
            key.expireAtMs = at == null ? 0 : Cell.instant(at);
            if (key.expireAtMs != 0) {
                if (lifetimes.size() > 2 * live + 1024) {
                    lifetimes.removeIf(l -> !l.key.live || l.key.expireAtMs != l.atMs);
                }
                lifetimes.add(new Lifetime(key.expireAtMs, ++versions, key));
            }
            if (cell.blank()) {
                dirty.gone(cell);
                key.expiry = null;
            }
            return;
        }
        if (cell.type == Type.STRING) {
            if (cell.blank()) {
                dirty.gone(cell);
                key.string = null;
            }
            return;
        }
        Collection c = key.collection(cell.type);
        if (c == null) {
            throw new IllegalStateException("a cell without its collection");
        }
        if (cell instanceof ScoredCell scored) {
            double score = is ? scored.computedScore() : 0;
            if (was && (!is || score != scored.score)) {
                c.byScore().remove(scored);
            }
            if (is && (!was || score != scored.score)) {
                scored.score = score;
                c.byScore().add(scored);
            }
        } else if (cell.type == Type.LIST && was != is) {
            if (is) {
                c.byPosition().add(cell);
            } else {
                c.byPosition().remove(cell);
            }
        }
        c.present += (is ? 1 : 0) - (was ? 1 : 0);
        if (cell.blank()) {
            dirty.gone(cell);
            c.table.remove(cell);
        }
    }

    private void changed(Key key, Type type) {
        key.version = ++versions;
        if (key.collections != null) {
            dropEmptyCollections(key);
        }
        boolean now = key.collections != null && key.type() != null || key.string != null && key.string.present();
        if (now != key.live) {
            key.live = now;
            live += now ? 1 : -1;
        }
        boolean ends = now && key.expireAtMs != 0;
        if (ends != key.ends) {
            key.ends = ends;
            volatiles += ends ? 1 : -1;
        }
        if (!now && key.blank()) {
            dirty.gone(key);
            keys.remove(key);
        }
        listener.changed(key, type);
    }

    private static void dropEmptyCollections(Key key) {
        Collection before = null;
        for (Collection c = key.collections; c != null; c = c.other) {
            if (c.table.size() > 0) {
                before = c;
            } else if (before == null) {
                key.collections = c.other;
            } else {
                before.other = c.other;
            }
        }
    }

    // ---- lifetimes and collection of what is no longer needed ----

    /** The next key whose end has come and that still has a value; null when there is none. Each once. */
    public @Nullable Key pollExpired(long nowMs) {
        while (true) {
            Lifetime next = lifetimes.peek();
            if (next == null || next.atMs > nowMs) {
                return null;
            }
            lifetimes.poll();
            if (next.key.live && next.key.expireAtMs == next.atMs) {
                return next.key;
            }
        }
    }

    /** When the next key ends, in ms; {@link Long#MAX_VALUE} when none does. */
    public long nextExpiryMs() {
        Lifetime next = lifetimes.peek();
        return next == null ? Long.MAX_VALUE : next.atMs;
    }

    /**
     * Removes what expired: every value older than the key's end. Only to be called when no write from before
     * that end can arrive any more, so that every region removes the same.
     */
    public void purgeExpired(Key key) {
        long instant = Hlc.of(key.expireAtMs);
        forEachCell(key, cell -> {
            dirty.touch(cell);
            merge.expire(cell, instant);
        });
        changed(key, Type.HEADER);
    }

    /** Whether everybody has applied the dot, so that nothing concurrent with it can arrive any more. */
    public interface Stability {
        boolean stable(int origin, long seq);
    }

    /** Drops up to {@code limit} tombstones of a group that are stable; returns how many. */
    public int collect(int group, Stability stability, int limit) {
        ArrayDeque<Tombstone> queue = tombstones[group];
        int collected = 0;
        while (collected < limit) {
            Tombstone t = queue.peek();
            if (t == null || !stability.stable(t.origin, t.seq)) {
                return collected;
            }
            queue.poll();
            collected++;
            Cell cell = t.cell;
            if (cell == null) {
                if (t.key.clearedHlc == t.hlc && t.key.clearedOrigin == t.origin) {
                    dirty.touch(t.key);
                    t.key.clearedHlc = 0;
                    t.key.clearedOrigin = 0;
                    t.key.clearedSeq = 0;
                    forget(t.key);
                }
            } else if (cell.value == null && cell.hlc == t.hlc && cell.origin == t.origin) {
                dirty.touch(cell);
                cell.hlc = 0;
                cell.origin = 0;
                cell.seq = 0;
                settle(cell);
                if (t.key.collections != null) {
                    dropEmptyCollections(t.key);
                }
                forget(t.key);
            }
        }
        return collected;
    }

    public int tombstones(int group) {
        return tombstones[group].size();
    }

    private void forget(Key key) {
        if (!key.live && key.blank() && keys.find(key.id) == key) {
            dirty.gone(key);
            keys.remove(key);
        }
    }

    /** Says which keys {@link #drop} takes. */
    public interface Selection {
        boolean includes(Key key);
    }

    /** Forgets keys with everything known of them, tombstones included, in memory and with the next checkpoint at rest. */
    public void drop(Selection selection) {
        ArrayList<Key> dropped = new ArrayList<>();
        keys.forEach(key -> {
            if (selection.includes(key)) {
                dropped.add(key);
            }
        });
        for (Key key : dropped) {
            forEachCell(key, cell -> {
                dirty.touch(cell);
                cell.value = null;
                cell.siblings = null;
                cell.contributions = null;
                cell.origin = 0;
                cell.seq = 0;
                cell.hlc = 0;
            });
            if (key.clearedHlc != 0) {
                dirty.touch(key);
                key.clearedHlc = 0;
            }
            changed(key, Type.HEADER);
        }
    }

    // ---- recovery ----

    /** Puts back a row: the cell as it was written. {@code atRest}: it is in the store already. */
    void restored(Cell cell, boolean atRest) {
        if (!atRest) {
            dirty.touch(cell);
        }
        if (cell.value == null && cell.hlc != 0) {
            tombstones[cell.key.dataset.group()].add(new Tombstone(cell.key, cell, cell.origin, cell.seq, cell.hlc));
        }
        settled(cell);
    }

    Cell restoring(Key key, Type type, byte[] element) {
        return obtain(key, type, element);
    }

    void restored(Key key, boolean atRest) {
        if (!atRest) {
            dirty.touch(key);
        }
        if (key.clearedHlc != 0) {
            tombstones[key.dataset.group()].add(
                    new Tombstone(key, null, key.clearedOrigin, key.clearedSeq, key.clearedHlc));
        }
        changed(key, Type.HEADER);
    }
}
