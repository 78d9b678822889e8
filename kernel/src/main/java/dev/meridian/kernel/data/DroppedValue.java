package dev.meridian.kernel.data;

import dev.meridian.kernel.bytes.ByteReader;
import dev.meridian.kernel.bytes.ByteWriter;
import dev.meridian.kernel.bytes.MalformedBytesException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The record of a value that no reader sees any more because another was written without knowledge of it, or because a conflict
 * was resolved otherwise. A row of this node alone, in no key: it is never sent to another region. Its stamp is the value's
 * own; its element begins with that stamp, so that rows of one dataset are ordered by time and the same drop has one row.
 */
public final class DroppedValue extends Cell {
    /** Why the value is not seen; stored by ordinal. */
    public enum Reason {
        /** A concurrent value was later. */
        LATER_VALUE,
        /** A concurrent removal, DEL or end of the lifetime was later. */
        REMOVED,
        /** A write that had seen all siblings put another value in their place. */
        RESOLVED,
        /** It was of a type that another hid, and a write to the key ended that. */
        HIDDEN;

        private static final Reason[] ALL = values();
    }

    /** Longer values are recorded by their beginning and their length. */
    static final int BYTES_MAX = 1 << 16;

    private static final int ELEMENT_MIN = 8 + 8 + 1;

    private final Reason reason;
    private final int length;
    private final byte[] beginning;
    private final long winnerHlc;
    private final long winnerOrigin;

    private DroppedValue(
            Key key, byte[] id, Reason reason, int length, byte[] beginning, long winnerHlc, long winnerOrigin) {
        super(key, Type.DROPPED, id);
        this.reason = reason;
        this.length = length;
        this.beginning = beginning;
        this.winnerHlc = winnerHlc;
        this.winnerOrigin = winnerOrigin;
        ByteWriter out = new ByteWriter(beginning.length + 32);
        out.u8(reason.ordinal());
        out.i64(winnerHlc);
        out.i64(winnerOrigin);
        out.varint(length);
        out.raw(beginning, 0, beginning.length);
        this.value = out.toByteArray();
    }

    /** @param by who put another value in its place, or removed it */
    static DroppedValue of(Cell cell, Sibling dropped, Reason reason, long winnerHlc, int by, Origins origins) {
        ByteWriter id = new ByteWriter(64);
        id.raw(instantBytes(dropped.hlc), 0, Long.BYTES);
        id.raw(instantBytes(origins.id(dropped.origin)), 0, Long.BYTES);
        id.u8(cell.type.ordinal());
        id.raw(cell.id(), 0, cell.id().length);
        byte[] value = dropped.value;
        byte[] beginning = value.length <= BYTES_MAX ? value : Arrays.copyOf(value, BYTES_MAX);
        Key key = new Key(cell.key.id(), cell.key.dataset);
        DroppedValue made =
                new DroppedValue(key, id.toByteArray(), reason, value.length, beginning, winnerHlc, origins.id(by));
        made.origin = dropped.origin;
        made.seq = dropped.seq;
        made.hlc = dropped.hlc;
        return made;
    }

    /** A place in the order of records. */
    static DroppedValue at(Key key, byte[] id) {
        return new DroppedValue(key, id, Reason.LATER_VALUE, 0, EMPTY, 0, 0);
    }

    /** What {@link RowCodec} found at rest. */
    static DroppedValue restored(Key key, byte[] id, byte @Nullable [] row, int origin, long seq, long hlc) {
        if (row == null || id.length < ELEMENT_MIN || Type.of(id[ELEMENT_MIN - 1]) == null) {
            throw new MalformedBytesException("a record of a dropped value in a wrong form");
        }
        ByteReader in = new ByteReader(row);
        int reason = in.u8();
        if (reason >= Reason.ALL.length) {
            throw new MalformedBytesException("a value dropped for an unknown reason");
        }
        long winnerHlc = in.i64();
        long winnerOrigin = in.i64();
        int length = (int) in.varint();
        byte[] beginning = new byte[in.remaining()];
        System.arraycopy(row, in.skip(beginning.length), beginning, 0, beginning.length);
        DroppedValue made = new DroppedValue(key, id, Reason.ALL[reason], length, beginning, winnerHlc, winnerOrigin);
        made.origin = origin;
        made.seq = seq;
        made.hlc = hlc;
        return made;
    }

    public Reason reason() {
        return reason;
    }

    /** The type of the row that held the value. */
    public Type heldBy() {
        Type type = Type.of(id[ELEMENT_MIN - 1]);
        if (type == null) {
            throw new IllegalStateException("a dropped value of no type");
        }
        return type;
    }

    /** The element of the row that held the value; empty where its type has none. */
    public byte[] element() {
        return Arrays.copyOfRange(id, ELEMENT_MIN, id.length);
    }

    /** The value, or the beginning of one longer than 64 KiB. */
    public byte[] beginning() {
        return beginning;
    }

    /** How long the value was. */
    public int length() {
        return length;
    }

    /** The HLC of what took its place. */
    public long winnerHlc() {
        return winnerHlc;
    }

    /** The identity of the origin that wrote it. */
    public long winnerOrigin() {
        return winnerOrigin;
    }

    int bytes() {
        return 160 + id.length + 2 * beginning.length + key.id().length;
    }
}
