package dev.meridian.kernel.replication;

import dev.meridian.kernel.bytes.ByteWriter;
import dev.meridian.kernel.data.Cell;
import dev.meridian.kernel.data.Contribution;
import dev.meridian.kernel.data.Hlc;
import dev.meridian.kernel.data.Key;
import dev.meridian.kernel.data.Keyspace;
import dev.meridian.kernel.data.Origins;
import dev.meridian.kernel.data.Type;
import dev.meridian.kernel.data.VersionVector;
import dev.meridian.kernel.data.Write;
import dev.meridian.kernel.placement.Dataset;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Makes the mutation of one command or MULTI block: each operation is written to the log's open record and
 * takes effect in memory at once, by the same code that other regions will run. The first operation opens the
 * mutation and gives it its dot and HLC; {@link #commit} closes it. All operations of a mutation are of one group. A mutation
 * cannot be taken back: commands check before they write. Not thread-safe.
 */
public final class MutationWriter {
    private static final byte[] NO_ELEMENT = {};

    private final Keyspace keyspace;
    private final Origins origins;
    private final Hlc hlc;
    private final MutationLog log;
    private final Group[] groups;
    private final LogIndex index;
    private final Write write = new Write();
    private final long[] announcedChanges;

    /** A new origin has announced nothing yet. */
    private final int[] announcedBy;

    private @Nullable Group group;
    private @Nullable ByteWriter out;
    private long wallMs;
    private int lastGroup;

    public MutationWriter(Keyspace keyspace, Hlc hlc, MutationLog log, Group[] groups, LogIndex index) {
        this.keyspace = keyspace;
        this.origins = keyspace.origins();
        this.hlc = hlc;
        this.log = log;
        this.groups = groups;
        this.index = index;
        this.announcedChanges = new long[groups.length];
        this.announcedBy = new int[groups.length];
        Arrays.fill(announcedChanges, -1);
    }

    /** The wall clock of this turn. */
    public void turn(long wallMs) {
        this.wallMs = wallMs;
    }

    /** The origin under which this node writes to the key. */
    public int self(Key key) {
        return groups[key.dataset().group()].self();
    }

    /** Whether this region takes the dataset's writes. */
    public boolean isWriter(Dataset dataset) {
        return groups[dataset.group()].isWriter();
    }

    /** What keeps this region from taking the group's writes at the moment although it is a writer; null when nothing does. */
    public @Nullable String pause(int group) {
        return groups[group].isWriter() ? groups[group].pause() : null;
    }

    /** Whether a mutation is open. */
    public boolean isOpen() {
        return group != null;
    }

    private ByteWriter begin(Key key, int opcode) {
        Group g = groups[key.dataset().group()];
        ByteWriter w = out;
        if (w == null) {
            group = g;
            int self = g.self();
            long seq = g.applied().get(self) + 1;
            long first = hlc.next(wallMs, 1);
            w = log.open();
            out = w;
            MutationCodec.header(w, g.wireId(), origins.id(self), seq, first);
            VersionVector applied = g.applied();
            if (applied.changes() == announcedChanges[g.index()] && announcedBy[g.index()] == self) {
                w.varint(0);
            } else {
                MutationCodec.seen(w, g.seenBy(self), applied, self, origins);
            }
            g.shown().set(self, seq);
            applied.raise(self, seq);
            announcedChanges[g.index()] = applied.changes();
            announcedBy[g.index()] = self;
            write.begin(self, seq, first, applied);
        } else if (g != group) {
            throw new IllegalStateException("a mutation of group " + group + " cannot write to "
                    + g.policy().id());
        } else {
            write.nextOperation();
            hlc.adopt(write.hlc());
        }
        w.u8(opcode);
        w.bytes(key.id());
        return w;
    }

    private static void element(ByteWriter w, Type type, byte[] element) {
        w.u8(type.ordinal());
        if (MutationCodec.hasElement(type)) {
            w.bytes(element);
        }
    }

    private void floors(ByteWriter w, @Nullable Cell cell) {
        floors(w, cell, Long.MAX_VALUE);
    }

    private void floors(ByteWriter w, @Nullable Cell cell, long limitHlc) {
        int count = 0;
        for (Contribution c = cell == null ? null : cell.contributions(); c != null; c = c.next()) {
            count += c.hlc() < limitHlc ? 1 : 0;
        }
        w.varint(count);
        for (Contribution c = cell == null ? null : cell.contributions(); c != null; c = c.next()) {
            if (c.hlc() < limitHlc) {
                MutationCodec.floor(w, c, origins);
            }
        }
    }

    private void allFloors(ByteWriter w, Key key, long limitHlc) {
        int[] count = {0};
        keyspace.forEachCounter(key, cell -> count[0]++);
        w.varint(count[0]);
        keyspace.forEachCounter(key, cell -> {
            element(w, cell.type(), cell.id());
            floors(w, cell, limitHlc);
        });
    }

    /** Writes a register: a string, a field, a member with its score, an element of a list. Resets its counters. */
    public void put(Key key, Type type, byte[] element, byte[] value) {
        ByteWriter w = begin(key, MutationCodec.PUT);
        element(w, type, element);
        floors(w, keyspace.cell(key, type, element));
        w.bytes(value);
        keyspace.put(key, type, element, value, write);
    }

    public void putString(Key key, byte[] value) {
        put(key, Type.STRING, NO_ELEMENT, value);
    }

    /** Removes a register and resets its counters. */
    public void remove(Key key, Type type, byte[] element) {
        ByteWriter w = begin(key, MutationCodec.REMOVE);
        element(w, type, element);
        floors(w, keyspace.cell(key, type, element));
        keyspace.remove(key, type, element, write);
    }

    /**
     * Adds to a counter: a string or field (INTEGER, DECIMAL) or a member's score (DOUBLE).
     *
     * @return false, and nothing done, when this origin's own sum would leave the range of a long, or the dataset counts by
     *     writing the number as a whole
     */
    public boolean add(Key key, Type type, byte[] element, Contribution.Kind kind, Number amount) {
        if (key.dataset().resolution().countsByWriting()) {
            return false;
        }
        Cell cell = keyspace.cell(key, type, element);
        Contribution own = null;
        for (Contribution c = cell == null ? null : cell.contributions(); c != null; c = c.next()) {
            if (c.origin() == self(key) && c.kind() == kind) {
                own = c;
            }
        }
        Number sum = amount;
        if (own != null) {
            switch (kind) {
                case INTEGER -> {
                    long a = own.sum().longValue();
                    long b = amount.longValue();
                    if (((a ^ a + b) & (b ^ a + b)) < 0) {
                        return false;
                    }
                    sum = a + b;
                }
                case DOUBLE -> sum = own.sum().doubleValue() + amount.doubleValue();
                case DECIMAL -> sum = ((BigDecimal) own.sum()).add((BigDecimal) amount, MathContext.DECIMAL128);
            }
        }
        ByteWriter w = begin(key, MutationCodec.ADD);
        element(w, type, element);
        w.u8(kind.ordinal());
        long startSeq = own == null ? write.seq() : own.startSeq();
        w.varint(startSeq);
        Number before = startSeq == write.seq() || own == null ? null : own.sum();
        if (before != null) {
            MutationCodec.number(w, kind, before);
        }
        MutationCodec.number(w, kind, sum);
        keyspace.add(key, type, element, kind, startSeq, before, sum, write);
        return true;
    }

    /** DEL: the key's value and lifetime. */
    public void clear(Key key) {
        ByteWriter w = begin(key, MutationCodec.CLEAR);
        allFloors(w, key, Long.MAX_VALUE);
        keyspace.clear(key, write);
    }

    /** The key's lifetime is over: removes what was written before its end. Only of a key that has one. */
    public void end(Key key) {
        Cell expiry = key.expiry();
        if (expiry == null || expiry.register() == null) {
            throw new IllegalStateException("a key without an end cannot be ended");
        }
        ByteWriter w = begin(key, MutationCodec.END);
        long limit = Math.min(write.hlc(), Math.max(Hlc.of(key.expireAtMs()), expiry.hlc() + 1));
        w.i64(limit);
        allFloors(w, key, limit);
        keyspace.end(key, limit, write);
    }

    /** Gives the key an end, in ms since 1970. */
    public void expireAt(Key key, long atMs) {
        put(key, Type.EXPIRY, NO_ELEMENT, Cell.instantBytes(atMs));
    }

    /** Takes the key's end away. */
    public void persist(Key key) {
        remove(key, Type.EXPIRY, NO_ELEMENT);
    }

    /** A position at the end of a list in the direction, not yet used by anyone; unique for ever. */
    public byte[] positionAtEnd(Key key, boolean head) {
        return ListPosition.atEnd(
                keyspace.extremePosition(key, head), head, origins.id(self(key)), hlc.next(wallMs, 1));
    }

    /** A position between two neighbours of a list. */
    public byte[] positionBetween(Key key, byte[] left, byte[] right) {
        return ListPosition.between(left, right, origins.id(self(key)), hlc.next(wallMs, 1));
    }

    /** The group of the last mutation, an index. */
    public int lastGroup() {
        return lastGroup;
    }

    /** Closes the mutation, if one is open. Returns whether there was one. */
    public boolean commit() {
        Group g = group;
        if (g == null) {
            return false;
        }
        long lsn = log.close();
        index.note(g.index(), g.self(), write.seq(), lsn);
        g.dropped += write.dropped;
        write.dropped = 0;
        lastGroup = g.index();
        group = null;
        out = null;
        return true;
    }
}
