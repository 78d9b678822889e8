package dev.meridian.kernel.data;

import dev.meridian.kernel.placement.Dataset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
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

    /**
     * What waits to be stable: a tombstone (a cell or, with cell null, a key's DEL), which then goes; or a bit, which
     * then joins its block.
     */
    private record Tombstone(Key key, @Nullable Cell cell, int origin, long seq, long hlc) {
        /** A tombstone over which nothing has been written since; a bit that still has a value, whichever. */
        boolean stands() {
            if (cell == null) {
                return key.clearedHlc == hlc && key.clearedOrigin == origin && key.clearedSeq == seq;
            }
            return cell.type == Type.BITMAP
                    ? cell.value != null
                    : cell.value == null && cell.hlc == hlc && cell.origin == origin;
        }
    }

    static final int WAS_PRESENT = 8;

    /** Queues longer than this are rid of outdated entries whenever they have doubled. */
    private static final int QUEUE_MIN = 1024;

    private final Origins origins;
    private final Merge merge;
    private final DirtyRows dirty;
    private final Conflicts conflicts;
    private final BytesTable<Key> keys = new BytesTable<>(1024);
    private final PriorityQueue<Lifetime> lifetimes = new PriorityQueue<>();
    private int lifetimesMax = QUEUE_MIN;
    private final ArrayDeque<Tombstone>[] tombstones;
    private final int[] tombstonesMax;
    private ChangeListener listener = (key, type) -> {};
    private long versions;
    private int live;
    private int volatiles;

    @SuppressWarnings({"unchecked", "rawtypes"})
    public Keyspace(Origins origins, int groups, List<ConflictPolicy> policies) {
        this.origins = origins;
        this.dirty = new DirtyRows();
        this.conflicts = new Conflicts(origins, dirty, policies);
        this.merge = new Merge(origins, conflicts);
        this.tombstones = new ArrayDeque[groups];
        this.tombstonesMax = new int[groups];
        for (int g = 0; g < groups; g++) {
            tombstones[g] = new ArrayDeque<>();
            tombstonesMax[g] = QUEUE_MIN;
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

    /** What waits for a person. */
    public Conflicts conflicts() {
        return conflicts;
    }

    /** How many keys have a value, {@link Marker}s not counted; those that expired count until {@link #pollExpired} returned them. */
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
    public void put(Key target, Type type, byte[] element, byte[] value, Write w) {
        Key key = attached(target);
        Cell cell = obtain(key, type, element);
        if (voided(key, w)) {
            reset(cell, w);
            w.dropped++;
            conflicts.dropped(
                    cell,
                    value,
                    w.origin,
                    w.seq,
                    w.hlc,
                    DroppedValue.Reason.REMOVED,
                    key.clearedHlc,
                    key.clearedOrigin);
        } else {
            dirty.touch(cell);
            merge.resetCounters(cell, w);
            merge.register(cell, resolution(cell), w, value);
            if (type == Type.BITMAP) {
                bury(new Tombstone(key, cell, w.origin, w.seq, w.hlc));
            }
        }
        removeBits(key, type, w);
        settled(cell);
    }

    /** Whoever writes or removes a string removes the bits over it that he had seen, even if a later DEL voids his string. */
    private void removeBits(Key key, Type type, Write w) {
        if (type == Type.STRING && key.collections != null) {
            Collection bits = key.collection(Type.BITMAP);
            if (bits != null) {
                forEachCell(bits, bit -> {
                    dirty.touch(bit);
                    merge.register(bit, Resolution.CRDT, w, null);
                });
            }
        }
    }

    /** Removes a register and resets its counters. A bit is removed with its string only. */
    public void remove(Key target, Type type, byte[] element, Write w) {
        Key key = attached(target);
        Cell cell = obtain(key, type, element);
        if (voided(key, w)) {
            reset(cell, w);
        } else {
            dirty.touch(cell);
            merge.resetCounters(cell, w);
            if (merge.register(cell, resolution(cell), w, null) && cell.value == null && cell.hlc != 0) {
                bury(new Tombstone(key, cell, cell.origin, cell.seq, cell.hlc));
            }
        }
        removeBits(key, type, w);
        settled(cell);
    }

    /** What merges by its nature loses nothing that was written without knowledge of it. */
    private static Resolution resolution(Cell cell) {
        return cell.type.mergesByNature() ? Resolution.CRDT : cell.key.dataset.resolution();
    }

    private void reset(Cell cell, Write w) {
        dirty.touch(cell);
        merge.resetCounters(cell, w);
    }

    /** Takes an origin's running sum into a counter. */
    public void add(
            Key target,
            Type type,
            byte[] element,
            Contribution.Kind kind,
            long startSeq,
            @Nullable Number before,
            Number sum,
            Write w) {
        Cell cell = obtain(attached(target), type, element);
        dirty.touch(cell);
        merge.add(cell, w, kind, startSeq, before, sum);
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
    public void clear(Key target, Write w) {
        Key key = attached(target);
        boolean lastWriteWins = key.dataset.resolution() == Resolution.LAST_WRITE_WINS;
        if (lastWriteWins) {
            makeVoid(key, w.hlc, w);
        }
        forEachCell(key, cell -> {
            dirty.touch(cell);
            merge.resetCounters(cell, w);
            if (resolution(cell).keepsSiblings()) {
                merge.register(cell, Resolution.CRDT, w, null);
            }
            if (lastWriteWins) {
                voidBefore(cell, w.hlc, w);
            }
        });
        changed(key, Type.HEADER);
    }

    /**
     * The key's lifetime is over: removes what is older than the limit of what the writer had seen; with
     * LAST_WRITE_WINS everything older. What is newer was written by someone who did not know of the lifetime, and
     * stays.
     */
    public void end(Key target, long limitHlc, Write w) {
        Key key = attached(target);
        boolean lastWriteWins = key.dataset.resolution() == Resolution.LAST_WRITE_WINS;
        if (lastWriteWins) {
            makeVoid(key, limitHlc, w);
        }
        forEachCell(key, cell -> {
            dirty.touch(cell);
            merge.resetCounters(cell, w, limitHlc);
            if (resolution(cell).keepsSiblings()) {
                merge.end(cell, w, limitHlc);
            }
            if (lastWriteWins) {
                voidBefore(cell, limitHlc, w);
            }
        });
        changed(key, Type.HEADER);
    }

    /** LAST_WRITE_WINS: writes with a stamp below (hlc, origin of the writer) are void from now on. */
    private void makeVoid(Key key, long hlc, Write w) {
        int order = key.clearedHlc == 0 ? 1 : origins.compare(hlc, w.origin, key.clearedHlc, key.clearedOrigin);
        if (order > 0 || order == 0 && w.seq > key.clearedSeq) {
            dirty.touch(key);
            key.clearedHlc = hlc;
            key.clearedOrigin = w.origin;
            key.clearedSeq = w.seq;
            bury(new Tombstone(key, null, w.origin, w.seq, hlc));
        }
    }

    private void voidBefore(Cell cell, long hlc, Write w) {
        if (cell.hlc == 0 || cell.siblings == null && origins.compare(cell.hlc, cell.origin, hlc, w.origin) >= 0) {
            return;
        }
        byte[] value = cell.value;
        if (value != null && !w.saw(cell.origin, cell.seq)) {
            w.dropped++;
            conflicts.dropped(cell, value, cell.origin, cell.seq, cell.hlc, DroppedValue.Reason.REMOVED, hlc, w.origin);
        }
        merge.voidBefore(cell, hlc, w.origin);
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

    /**
     * Every present cell of the types that readers do not see; for hidden bits the string beneath them, present or not,
     * with which they go. The visitor must not change the key.
     */
    public void forEachHidden(Key key, BytesTable.Visitor<? super Cell> visitor) {
        Type seen = key.type();
        Cell string = key.string;
        boolean bits = false;
        for (Collection c = key.collections; c != null; c = c.other) {
            if (c.type == Type.BITMAP) {
                bits = c.present > 0;
            } else if (c.type != seen) {
                c.forEach(visitor);
            }
        }
        if (seen != Type.STRING && (bits || string != null && string.present())) {
            visitor.visit(string != null ? string : new Cell(key, Type.STRING, Cell.NO_ID));
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

    /** A command may go on with a key that its own removals have just emptied, so that it left. */
    private Key attached(Key key) {
        if ((key.marks & DirtyRows.GONE) == 0) {
            return key;
        }
        Key successor = keys.find(key.id);
        if (successor != null) {
            return successor;
        }
        dirty.back(key);
        keys.add(key);
        return key;
    }

    private void bury(Tombstone tombstone) {
        int group = tombstone.key.dataset.group();
        ArrayDeque<Tombstone> queue = tombstones[group];
        if (queue.size() >= tombstonesMax[group]) {
            queue.removeIf(t -> !t.stands());
            tombstonesMax[group] = Math.max(QUEUE_MIN, 2 * queue.size());
        }
        queue.add(tombstone);
    }

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
            forEachCell(c, change);
        }
    }

    private void forEachCell(Collection c, CellChange change) {
        Cell[] all = new Cell[c.table.size()];
        int[] n = {0};
        c.table.forEach(cell -> all[n[0]++] = cell);
        for (Cell cell : all) {
            change.apply(cell);
            settle(cell);
        }
    }

    private void settled(Cell cell) {
        settle(cell);
        changed(cell.key, cell.type);
    }

    /** Brings counts and orders in line with a cell that has changed, and drops it when nothing is left in it. */
    private void settle(Cell cell) {
        Key key = cell.key;
        if (cell.siblings != null || (cell.marks & Conflicts.LISTED) != 0) {
            conflicts.settled(cell);
        }
        boolean was = (cell.marks & WAS_PRESENT) != 0;
        boolean is = cell.present();
        cell.marks = (byte) (is ? cell.marks | WAS_PRESENT : cell.marks & ~WAS_PRESENT);
        if (cell.type == Type.EXPIRY) {
            byte[] at = cell.value;
            long atMs = at == null ? 0 : Cell.instant(at);
            if (atMs != key.expireAtMs) {
                key.expireAtMs = atMs;
                schedule(key, atMs);
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
        boolean now = key.hasValue();
        if (now != key.live) {
            key.live = now;
            live += Marker.is(key.id) ? 0 : now ? 1 : -1;
        }
        boolean ends = now && key.expireAtMs != 0;
        if (ends != key.ends) {
            key.ends = ends;
            volatiles += Marker.is(key.id) ? 0 : ends ? 1 : -1;
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

    private void schedule(Key key, long atMs) {
        if (atMs == 0) {
            key.lifetime = 0;
            return;
        }
        if (lifetimes.size() >= lifetimesMax) {
            lifetimes.removeIf(l -> l.order != l.key.lifetime);
            lifetimesMax = Math.max(QUEUE_MIN, 2 * lifetimes.size());
        }
        key.lifetime = ++versions;
        lifetimes.add(new Lifetime(atMs, key.lifetime, key));
    }

    /**
     * The next key whose end has come, whether it has a value or not; null when there is none. It is readers who stop
     * seeing it at that instant; it leaves memory by an operation of whoever is in charge ({@link #end}). Until
     * then it is returned again, {@code againMs} later each time.
     */
    public @Nullable Key pollExpired(long nowMs, long againMs) {
        if (nextExpiryMs() > nowMs) {
            return null;
        }
        Key key = lifetimes.remove().key;
        schedule(key, nowMs + againMs);
        return key;
    }

    /** Entries of the queue of lifetimes, outdated ones too. */
    int lifetimeEntries() {
        return lifetimes.size();
    }

    /** When {@link #pollExpired} has something next, in ms; {@link Long#MAX_VALUE} when no key ends. */
    public long nextExpiryMs() {
        while (true) {
            Lifetime next = lifetimes.peek();
            if (next == null) {
                return Long.MAX_VALUE;
            }
            if (next.order == next.key.lifetime) {
                return next.atMs;
            }
            lifetimes.remove();
        }
    }

    /** Whether everybody has applied the dot, so that nothing concurrent with it can arrive any more. */
    public interface Stability {
        boolean stable(int origin, long seq);
    }

    /** Drops up to {@code limit} tombstones of a group that are stable, and folds stable bits; returns how many. */
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
            if (!t.stands()) {
                continue;
            }
            Cell cell = t.cell;
            if (cell == null) {
                dirty.touch(t.key);
                t.key.clearedHlc = 0;
                t.key.clearedOrigin = 0;
                t.key.clearedSeq = 0;
            } else if (cell.type == Type.BITMAP) {
                fold(cell, stability);
            } else {
                dirty.touch(cell);
                cell.hlc = 0;
                cell.origin = 0;
                cell.seq = 0;
                settle(cell);
                dropEmptyCollections(t.key);
            }
            forget(t.key);
        }
        return collected;
    }

    /**
     * Takes a bit into its block when nothing that arrives later can be unaware of any of its values; never where the key
     * has an end that could divide it from its block.
     */
    private void fold(Cell bit, Stability stability) {
        if (!stability.stable(bit.origin, bit.seq) || mayEndBefore(bit.key.expiry, bit.hlc)) {
            return;
        }
        for (Cell.Sibling s = bit.siblings; s != null; s = s.next) {
            if (!stability.stable(s.origin, s.seq)) {
                return;
            }
        }
        Cell block = obtain(bit.key, Type.BITMAP, Bitmap.blockElement(bit));
        dirty.touch(block);
        dirty.touch(bit);
        Bitmap.fold(bit, block);
        if (block.hlc == 0 || origins.compare(bit.hlc, bit.origin, block.hlc, block.origin) > 0) {
            block.hlc = bit.hlc;
            block.origin = bit.origin;
            block.seq = bit.seq;
        }
        bit.value = null;
        bit.siblings = null;
        bit.hlc = 0;
        bit.origin = 0;
        bit.seq = 0;
        settle(block);
        settle(bit);
    }

    private static boolean mayEndBefore(@Nullable Cell expiry, long hlc) {
        if (expiry == null || expiry.value == null) {
            return false;
        }
        boolean may = Cell.instant(expiry.value) <= Hlc.ms(hlc);
        for (Cell.Sibling s = expiry.siblings; s != null; s = s.next) {
            may |= Cell.instant(s.value) <= Hlc.ms(hlc);
        }
        return may;
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
            bury(new Tombstone(cell.key, cell, cell.origin, cell.seq, cell.hlc));
        }
        if (cell.type == Type.BITMAP && Bitmap.isBit(cell)) {
            bury(new Tombstone(cell.key, cell, cell.origin, cell.seq, cell.hlc));
            for (Cell.Sibling s = cell.siblings; s != null; s = s.next) {
                bury(new Tombstone(cell.key, cell, s.origin, s.seq, s.hlc));
            }
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
            bury(new Tombstone(key, null, key.clearedOrigin, key.clearedSeq, key.clearedHlc));
        }
        changed(key, Type.HEADER);
    }
}
