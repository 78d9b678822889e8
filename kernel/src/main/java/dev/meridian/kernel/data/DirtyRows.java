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
    private static final int GONE = 4;

    private ArrayList<Object> dirty = new ArrayList<>();
    private ArrayList<Object> pending = new ArrayList<>();
    private int pendingAt;
    private final ByteWriter rows = new ByteWriter(1 << 16);
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
            write(cell);
        }
        if ((marks & DIRTY) == 0) {
            dirty.add(cell);
        }
        cell.marks = (byte) (marks & ~PENDING | DIRTY);
    }

    void touch(Key key) {
        int marks = key.marks;
        if ((marks & PENDING) != 0) {
            write(key);
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
                    write(cell);
                    cell.marks &= ~PENDING;
                }
            } else {
                Key key = (Key) row;
                if ((key.marks & PENDING) != 0) {
                    write(key);
                    key.marks &= ~PENDING;
                }
            }
        }
    }

    public boolean encoded() {
        return pendingAt == pending.size();
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

    private void write(Cell cell) {
        int at = rows.reserve(8);
        codec.key(cell, rows);
        int keyLength = rows.size() - at - 8;
        rows.i32At(at, keyLength);
        if ((cell.marks & GONE) != 0) {
            rows.i32At(at + 4, -1);
        } else {
            codec.value(cell, rows);
            rows.i32At(at + 4, rows.size() - at - 8 - keyLength);
        }
    }

    private void write(Key key) {
        int at = rows.reserve(8);
        codec.key(key, rows);
        int keyLength = rows.size() - at - 8;
        rows.i32At(at, keyLength);
        if (key.clearedHlc == 0) {
            rows.i32At(at + 4, -1);
        } else {
            codec.value(key, rows);
            rows.i32At(at + 4, rows.size() - at - 8 - keyLength);
        }
    }
}
