package dev.meridian.kernel.data;

import java.util.Arrays;

/**
 * Of one group: origin (by its local index) to the last sequence number applied; 0 is none. Sequence numbers
 * start at 1. Not thread-safe.
 */
public final class VersionVector {
    private long[] last;
    private long changes;

    public VersionVector() {
        last = new long[4];
    }

    private VersionVector(long[] last) {
        this.last = last;
    }

    public long get(int origin) {
        return origin < last.length ? last[origin] : 0;
    }

    public void set(int origin, long seq) {
        if (origin >= last.length) {
            last = Arrays.copyOf(last, Math.max(origin + 1, last.length * 2));
        }
        last[origin] = seq;
        changes++;
    }

    /** Grows with every change, so that whoever remembers it can tell that there was none. */
    public long changes() {
        return changes;
    }

    public void raise(int origin, long seq) {
        if (seq > get(origin)) {
            set(origin, seq);
        }
    }

    public void raiseAll(VersionVector other) {
        for (int i = 0; i < other.last.length; i++) {
            raise(i, other.last[i]);
        }
    }

    /** Whether this contains everything that {@code other} contains. */
    public boolean covers(VersionVector other) {
        for (int i = 0; i < other.last.length; i++) {
            if (other.last[i] > get(i)) {
                return false;
            }
        }
        return true;
    }

    /** One more than the highest index that may be other than 0. */
    public int width() {
        int n = last.length;
        while (n > 0 && last[n - 1] == 0) {
            n--;
        }
        return n;
    }

    public VersionVector copy() {
        return new VersionVector(last.clone());
    }

    public void assign(VersionVector other) {
        changes++;
        if (last.length < other.last.length) {
            last = other.last.clone();
        } else {
            System.arraycopy(other.last, 0, last, 0, other.last.length);
            Arrays.fill(last, other.last.length, last.length, 0);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof VersionVector that && covers(that) && that.covers(this);
    }

    @Override
    public int hashCode() {
        int hash = 1;
        for (int i = 0; i < width(); i++) {
            hash = 31 * hash + Long.hashCode(last[i]);
        }
        return hash;
    }

    @Override
    public String toString() {
        return Arrays.toString(Arrays.copyOf(last, width()));
    }
}
