package dev.meridian.kernel.data;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How one operation changes one cell. Operations arrive once each, in an order that respects causality (an
 * operation comes after all that its origin had seen); under that condition any two orders give the same cell.
 *
 * <p>Registers: LAST_WRITE_WINS keeps the greatest stamp, removals included. The other resolutions keep every value that no
 * applied operation had seen, and serves the greatest stamp among them (an observed-remove multi-value
 * register; Shapiro et al., 2011), as do types that merge by nature in either resolution; of a HyperLogLog's registers it
 * serves the greatest value.
 * Counters: see {@link Contribution}.
 */
final class Merge {
    private final Origins origins;
    private final Conflicts conflicts;

    Merge(Origins origins, Conflicts conflicts) {
        this.origins = origins;
        this.conflicts = conflicts;
    }

    /** Writes ({@code value} not null) or removes the register. Returns whether the cell changed. */
    boolean register(Cell cell, Resolution resolution, Write w, byte @Nullable [] value) {
        return resolution.keepsSiblings() ? observed(cell, w, value) : lastWriteWins(cell, w, value);
    }

    private boolean lastWriteWins(Cell cell, Write w, byte @Nullable [] value) {
        if (cell.hlc != 0) {
            int order = origins.compare(w.hlc, w.origin, cell.hlc, cell.origin);
            if (!w.saw(cell.origin, cell.seq)) {
                loses(cell, w, value, order);
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

    /** Counts and records which of two concurrent values no reader will see, if there are two. */
    private void loses(Cell cell, Write w, byte @Nullable [] value, int order) {
        byte[] before = cell.value;
        if (order <= 0 && value != null) {
            w.dropped++;
            DroppedValue.Reason reason = before == null ? DroppedValue.Reason.REMOVED : DroppedValue.Reason.LATER_VALUE;
            conflicts.dropped(cell, value, w.origin, w.seq, w.hlc, reason, cell.hlc, cell.origin);
        } else if (order > 0 && before != null) {
            w.dropped++;
            DroppedValue.Reason reason = value == null ? DroppedValue.Reason.REMOVED : DroppedValue.Reason.LATER_VALUE;
            conflicts.dropped(cell, before, cell.origin, cell.seq, cell.hlc, reason, w.hlc, w.origin);
        }
    }

    private boolean observed(Cell cell, Write w, byte @Nullable [] value) {
        if (cell.siblings != null) {
            conflicts.replaced(cell, w, value);
        }
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

    /** Gives the cell these values: the one to be served inline, the others as siblings, in their order. */
    private void settle(Cell cell, Cell.@Nullable Sibling values) {
        cell.siblings = null;
        if (values == null) {
            cell.value = null;
            cell.origin = 0;
            cell.seq = 0;
            cell.hlc = 0;
            return;
        }
        Cell.Sibling first = values;
        for (Cell.Sibling s = values.next; s != null; s = s.next) {
            if (precedes(cell, s, first)) {
                first = s;
            }
        }
        cell.value = first.value;
        cell.origin = first.origin;
        cell.seq = first.seq;
        cell.hlc = first.hlc;
        for (Cell.Sibling s = values; s != null; s = s.next) {
            if (s != first) {
                insert(cell, s);
            }
        }
    }

    /** Newest first; of a HyperLogLog's registers the greatest first. */
    private boolean precedes(Cell cell, Cell.Sibling a, Cell.Sibling b) {
        if (cell.type == Type.HYPERLOGLOG) {
            int byValue = Arrays.compareUnsigned(a.value, b.value);
            if (byValue != 0) {
                return byValue > 0;
            }
        }
        return origins.compare(a.hlc, a.origin, b.hlc, b.origin) > 0;
    }

    private void insert(Cell cell, Cell.Sibling s) {
        Cell.Sibling before = null;
        Cell.Sibling after = cell.siblings;
        while (after != null && precedes(cell, after, s)) {
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

    /** Drops every value with a stamp below this one: a DEL made them void. */
    void voidBefore(Cell cell, long hlc, int origin) {
        Cell.Sibling kept = null;
        for (Cell.Sibling s = cell.siblings; s != null; s = s.next) {
            if (origins.compare(s.hlc, s.origin, hlc, origin) > 0) {
                kept = new Cell.Sibling(s.value, s.origin, s.seq, s.hlc, kept);
            }
        }
        byte[] value = cell.value;
        if (value != null && origins.compare(cell.hlc, cell.origin, hlc, origin) > 0) {
            kept = new Cell.Sibling(value, cell.origin, cell.seq, cell.hlc, kept);
        }
        settle(cell, kept);
    }

    /** Drops every value that the writer had seen and that is older than the limit. */
    void end(Cell cell, Write w, long limitHlc) {
        Cell.Sibling kept = null;
        for (Cell.Sibling s = cell.siblings; s != null; s = s.next) {
            if (s.hlc >= limitHlc || !w.saw(s.origin, s.seq)) {
                kept = new Cell.Sibling(s.value, s.origin, s.seq, s.hlc, kept);
            }
        }
        byte[] value = cell.value;
        if (value != null && (cell.hlc >= limitHlc || !w.saw(cell.origin, cell.seq))) {
            kept = new Cell.Sibling(value, cell.origin, cell.seq, cell.hlc, kept);
        }
        settle(cell, kept);
    }

    /**
     * Takes an origin's running sum. A sum that starts later replaces one that the origin has seen reset. Where
     * nothing is left of the sum so far, resets that the origin has not seen took it away whole: they took away
     * {@code before}.
     *
     * @param before the sum before this operation; null when the operation starts the sum
     */
    void add(Cell cell, Write w, Contribution.Kind kind, long startSeq, @Nullable Number before, Number sum) {
        Contribution previous = null;
        for (Contribution c = cell.contributions; c != null; previous = c, c = c.next) {
            int order = Long.compareUnsigned(origins.id(c.origin), origins.id(w.origin));
            if (order == 0) {
                order = c.kind.compareTo(kind);
            }
            if (order == 0) {
                if (startSeq > c.startSeq) {
                    c.startSeq = startSeq;
                    c.floor = before;
                    c.floorSeq = before == null ? 0 : w.seq - 1;
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
        if (before != null) {
            added.floor = before;
            added.floorSeq = w.seq - 1;
        }
        if (previous == null) {
            added.next = cell.contributions;
            cell.contributions = added;
        } else {
            added.next = previous.next;
            previous.next = added;
        }
    }

    /** A reset: drops what the writer had seen whole; what it had seen in part comes by {@link #floor}. */
    void resetCounters(Cell cell, Write w) {
        resetCounters(cell, w, Long.MAX_VALUE);
    }

    /** A reset of what was last counted before the limit. */
    void resetCounters(Cell cell, Write w, long limitHlc) {
        Contribution before = null;
        for (Contribution c = cell.contributions; c != null; c = c.next) {
            if (c.hlc < limitHlc && w.saw(c.origin, c.seq)) {
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
