package dev.meridian.kernel.replication;

/**
 * When this run's mutations of one group were made, so that a member's lag can be told in time: pairs of a sequence number and
 * the monotonic time, in ns, at which it was the last. Bounded; when it is full, newer mutations count as made with the oldest
 * that had no room, which makes lag look longer, never shorter. Not thread-safe.
 */
final class WriteTimes {
    private static final int CAPACITY = 8192;
    private static final int AT_FIRST = 64;

    private final int capacity;
    private long[] seqs;
    private long[] atNs;
    private int first;
    private int size;

    WriteTimes() {
        this(CAPACITY);
    }

    WriteTimes(int capacity) {
        this.capacity = capacity;
        seqs = new long[Math.min(capacity, AT_FIRST)];
        atNs = new long[seqs.length];
    }

    /** All mutations up to this one had been made by then. Neither may go back. */
    void made(long seq, long nowNs) {
        if (size > 0 && seqs[at(size - 1)] >= seq) {
            return;
        }
        if (size == capacity) {
            seqs[at(size - 1)] = seq;
            return;
        }
        if (size == seqs.length) {
            grow();
        }
        seqs[at(size)] = seq;
        atNs[at(size)] = nowNs;
        size++;
    }

    private void grow() {
        long[] moreSeqs = new long[Math.min(capacity, 2 * size)];
        long[] moreAtNs = new long[moreSeqs.length];
        for (int i = 0; i < size; i++) {
            moreSeqs[i] = seqs[at(i)];
            moreAtNs[i] = atNs[at(i)];
        }
        seqs = moreSeqs;
        atNs = moreAtNs;
        first = 0;
    }

    /** Whether nothing is remembered. */
    boolean isEmpty() {
        return size == 0;
    }

    /** Nobody will ask for the time of these again. */
    void forget(long upToSeq) {
        while (size > 0 && seqs[first] <= upToSeq) {
            first = first + 1 == seqs.length ? 0 : first + 1;
            size--;
        }
    }

    /** When the first mutation after this one was made; -1 when there is none. */
    long firstAfter(long seq) {
        int low = 0;
        int high = size;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (seqs[at(middle)] > seq) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low == size ? -1 : atNs[at(low)];
    }

    private int at(int index) {
        int position = first + index;
        return position >= seqs.length ? position - seqs.length : position;
    }
}
