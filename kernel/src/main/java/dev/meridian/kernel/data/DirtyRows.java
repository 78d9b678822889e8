package dev.meridian.kernel.data;

import dev.meridian.kernel.bytes.ByteWriter;
import java.util.ArrayList;

/**
 * Which rows differ from those at rest, and the cut of a checkpoint. {@link #cut} fixes the state of this
 * moment; {@link #encode} then writes it out in portions between turns, and a row about to change before its
 * turn has come is written first ({@link #touch}), so that what comes out is exactly the state of the cut.
 *
 * <p>Output, per row: u32 length of the key, u32 length of the value or -1 for a row that is gone, key, value.
 */
public final class DirtyRows {
    private static final int DIRTY = 1;
    private static final int PENDING = 2;
    static final int GONE = 4;

    private ArrayList<Object> dirty = new ArrayList<>();
    private ArrayList<Object> pending = new ArrayList<>();
    private int pendingAt;
    private final ByteWriter rows = new ByteWriter(1 << 16);
    /** Rows written before their turn. They stand last: a row may be gone and back under one key within one cut. */
    private final ByteWriter early = new ByteWriter(1 << 10);

    private final RowCodec codec = new RowCodec();

    /** How many rows the next checkpoint will hold. */
    public int size() {
        return dirty.size();
    }

    /** To be called before a cell changes. */
    void touch(Cell cell) {
        int marks = cell.marks;
        if ((marks & (DIRTY | PENDING)) == DIRTY) {
            return;
        }
        if ((marks & PENDING) != 0) {
            write(cell, early);
        }
        if ((marks & DIRTY) == 0) {
            dirty.add(cell);
        }
        cell.marks = (byte) (marks & ~PENDING | DIRTY);
    }

    void touch(Key key) {
        int marks = key.marks;
        if ((marks & PENDING) != 0) {
            write(key, early);
        }
        if ((marks & DIRTY) == 0) {
            dirty.add(key);
        }
        key.marks = (byte) (marks & ~PENDING | DIRTY);
    }

    /** The cell has left memory; its row goes with the next checkpoint. */
    void gone(Cell cell) {
        touch(cell);
        cell.marks |= GONE;
    }

    /** The key has left memory. Its row, if it ever had one, was touched when its header changed. */
    void gone(Key key) {
        key.marks |= GONE;
    }

    /** The key is in memory again. */
    void back(Key key) {
        key.marks &= ~GONE;
    }

    /** Fixes the cut. The previous one must be {@link #encoded}. */
    public void cut() {
        if (!encoded()) {
            throw new IllegalStateException("the previous cut is not written out");
        }
        rows.clear();
        ArrayList<Object> written = pending;
        written.clear();
        pending = dirty;
        dirty = written;
        pendingAt = 0;
        for (Object row : pending) {
            if (row instanceof Cell cell) {
                cell.marks = (byte) (cell.marks & ~DIRTY | PENDING);
            } else {
                Key key = (Key) row;
                key.marks = (byte) (key.marks & ~DIRTY | PENDING);
            }
        }
    }

    /** Writes out up to {@code limit} rows of the cut. */
    public void encode(int limit) {
        int end = Math.min(pending.size(), pendingAt + limit);
        for (; pendingAt < end; pendingAt++) {
            Object row = pending.get(pendingAt);
            if (row instanceof Cell cell) {
                if ((cell.marks & PENDING) != 0) {
                    write(cell, rows);
                    cell.marks &= ~PENDING;
                }
            } else {
                Key key = (Key) row;
                if ((key.marks & PENDING) != 0) {
                    write(key, rows);
                    key.marks &= ~PENDING;
                }
            }
        }
        if (pendingAt == pending.size()) {
            rows.raw(early.array(), 0, early.size());
            early.clear();
        }
    }

    public boolean encoded() {
        return pendingAt == pending.size() && early.size() == 0;
    }

    /** The rows of the cut once {@link #encoded}; valid until the next {@link #cut}. */
    public ByteWriter rows() {
        return rows;
    }

    /** After recovery: what was loaded is at rest already. */
    public void forgetAll() {
        for (Object row : dirty) {
            if (row instanceof Cell cell) {
                cell.marks &= ~(DIRTY | PENDING);
            } else {
                Key key = (Key) row;
                key.marks &= ~(DIRTY | PENDING);
            }
        }
        dirty.clear();
    }

    private void write(Cell cell, ByteWriter out) {
        int at = out.reserve(8);
        codec.key(cell, out);
        int keyLength = out.size() - at - 8;
        out.i32At(at, keyLength);
        if ((cell.marks & GONE) != 0) {
            out.i32At(at + 4, -1);
        } else {
            codec.value(cell, out);
            out.i32At(at + 4, out.size() - at - 8 - keyLength);
        }
    }

    private void write(Key key, ByteWriter out) {
        int at = out.reserve(8);
        codec.key(key, out);
        int keyLength = out.size() - at - 8;
        out.i32At(at, keyLength);
        if (key.clearedHlc == 0) {
            out.i32At(at + 4, -1);
        } else {
            codec.value(key, out);
            out.i32At(at + 4, out.size() - at - 8 - keyLength);
        }
    }
}
