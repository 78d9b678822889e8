package dev.meridian.kernel.data;

import org.jspecify.annotations.Nullable;

/**
 * How one operation changes one cell. Operations arrive once each, in an order that respects causality (an
 * operation comes after all that its origin had seen); under that condition any two orders give the same cell.
 *
 * <p>Registers: LAST_WRITE_WINS keeps the greatest stamp, removals included. CRDT keeps every value that no
 * applied operation had seen, and serves the greatest stamp among them (an observed-remove multi-value
 * register; Shapiro et al., 2011). Counters: see {@link Contribution}.
 */
final class Merge {
    private final Origins origins;

    Merge(Origins origins) {
        this.origins = origins;
    }

    /** Writes ({@code value} not null) or removes the register. Returns whether the cell changed. */
    boolean register(Cell cell, Resolution resolution, Write w, byte @Nullable [] value) {
        return resolution == Resolution.LAST_WRITE_WINS ? lastWriteWins(cell, w, value) : observed(cell, w, value);
    }

    private boolean lastWriteWins(Cell cell, Write w, byte @Nullable [] value) {
        if (cell.hlc != 0) {
            int order = origins.compare(w.hlc, w.origin, cell.hlc, cell.origin);
            if (!w.saw(cell.origin, cell.seq)) {
                w.dropped++;
            }
            if (order <= 0) {
                return false;
            }
        }
        cell.value = value;
        cell.origin = w.origin;
        cell.seq = w.seq;
        cell.hlc = w.hlc;
        return true;
    }

    private boolean observed(Cell cell, Write w, byte @Nullable [] value) {
        Cell.Sibling kept = null;
        for (Cell.Sibling s = cell.siblings; s != null; s = s.next) {
            if (!w.saw(s.origin, s.seq)) {
                kept = new Cell.Sibling(s.value, s.origin, s.seq, s.hlc, kept);
            }
        }
        byte[] before = cell.value;
        if (before != null && !w.saw(cell.origin, cell.seq)) {
            kept = new Cell.Sibling(before, cell.origin, cell.seq, cell.hlc, kept);
        }
        if (value != null) {
            kept = new Cell.Sibling(value, w.origin, w.seq, w.hlc, kept);
        }
        settle(cell, kept);
        return before != null || value != null;
    }

    /** Gives the cell these values: the newest inline, the others as siblings, newest first. */
    private void settle(Cell cell, Cell.@Nullable Sibling values) {
        cell.siblings = null;
        if (values == null) {
            cell.value = null;
            cell.origin = 0;
            cell.seq = 0;
            cell.hlc = 0;
            return;
        }
        Cell.Sibling newest = values;
        for (Cell.Sibling s = values.next; s != null; s = s.next) {
            if (origins.compare(s.hlc, s.origin, newest.hlc, newest.origin) > 0) {
                newest = s;
            }
        }
        cell.value = newest.value;
        cell.origin = newest.origin;
        cell.seq = newest.seq;
        cell.hlc = newest.hlc;
        for (Cell.Sibling s = values; s != null; s = s.next) {
            if (s != newest) {
                insert(cell, s);
            }
        }
    }

    private void insert(Cell cell, Cell.Sibling s) {
        Cell.Sibling before = null;
        Cell.Sibling after = cell.siblings;
        while (after != null && origins.compare(after.hlc, after.origin, s.hlc, s.origin) > 0) {
            before = after;
            after = after.next;
        }
        Cell.Sibling copy = new Cell.Sibling(s.value, s.origin, s.seq, s.hlc, after);
        if (before == null) {
            cell.siblings = copy;
        } else {
            before.next = copy;
        }
    }

    /** Drops every value with an HLC below the instant: they expired with their key. */
    void expire(Cell cell, long instantHlc) {
        Cell.Sibling kept = null;
        for (Cell.Sibling s = cell.siblings; s != null; s = s.next) {
            if (s.hlc >= instantHlc) {
                kept = new Cell.Sibling(s.value, s.origin, s.seq, s.hlc, kept);
            }
        }
        if (cell.value != null && cell.hlc >= instantHlc) {
            kept = new Cell.Sibling(cell.value, cell.origin, cell.seq, cell.hlc, kept);
        } else if (cell.value == null && cell.hlc >= instantHlc) {
            return;
        }
        settle(cell, kept);
        Contribution before = null;
        for (Contribution c = cell.contributions; c != null; c = c.next) {
            if (c.hlc >= instantHlc) {
                before = c;
            } else {
                unlink(cell, before, c);
            }
        }
    }

    /**
     * Takes an origin's running sum. A sum that starts later replaces one that the origin has seen reset;
     * within one start the higher sequence number holds.
     */
    void add(Cell cell, Write w, Contribution.Kind kind, long startSeq, Number sum) {
        Contribution before = null;
        for (Contribution c = cell.contributions; c != null; before = c, c = c.next) {
            int order = Long.compareUnsigned(origins.id(c.origin), origins.id(w.origin));
            if (order == 0) {
                order = c.kind.compareTo(kind);
            }
            if (order == 0) {
                if (startSeq > c.startSeq) {
                    c.startSeq = startSeq;
                    c.floor = null;
                    c.floorSeq = 0;
                }
                c.seq = w.seq;
                c.hlc = w.hlc;
                c.sum = sum;
                return;
            }
            if (order > 0) {
                break;
            }
        }
        Contribution added = new Contribution(w.origin, kind, startSeq, w.seq, w.hlc, sum);
        if (before == null) {
            added.next = cell.contributions;
            cell.contributions = added;
        } else {
            added.next = before.next;
            before.next = added;
        }
    }

    /** A reset: drops what the writer had seen whole; what it had seen in part comes by {@link #floor}. */
    void resetCounters(Cell cell, Write w) {
        Contribution before = null;
        for (Contribution c = cell.contributions; c != null; c = c.next) {
            if (w.saw(c.origin, c.seq)) {
                unlink(cell, before, c);
            } else {
                before = c;
            }
        }
    }

    private static void unlink(Cell cell, @Nullable Contribution before, Contribution c) {
        if (before == null) {
            cell.contributions = c.next;
        } else {
            before.next = c.next;
        }
    }

    /** The sum of an origin that a reset had seen. */
    static void floor(Cell cell, int origin, Contribution.Kind kind, long startSeq, long floorSeq, Number floor) {
        for (Contribution c = cell.contributions; c != null; c = c.next) {
            if (c.origin == origin && c.kind == kind) {
                if (c.startSeq == startSeq && floorSeq > c.floorSeq) {
                    c.floorSeq = floorSeq;
                    c.floor = floor;
                }
                return;
            }
        }
    }
}
