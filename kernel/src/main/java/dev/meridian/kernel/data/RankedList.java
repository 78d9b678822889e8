package dev.meridian.kernel.data;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * Elements in the order of a comparator, reachable by rank: a list of small sorted chunks. Finding by value is
 * logarithmic; by rank it is linear in the number of chunks (a thousandth of the size). No two elements may
 * compare equal. Not thread-safe.
 */
public final class RankedList<E> {
    private static final int CHUNK_MAX = 512;

    private static final class Chunk {
        Object[] items = new Object[16];
        int size;

        void insert(int at, Object item) {
            if (size == items.length) {
                items = java.util.Arrays.copyOf(items, Math.min(CHUNK_MAX, size * 2));
            }
            System.arraycopy(items, at, items, at + 1, size - at);
            items[at] = item;
            size++;
        }

        @SuppressWarnings("NullAway")
        void delete(int at) {
            System.arraycopy(items, at + 1, items, at, size - at - 1);
            items[--size] = null;
        }
    }

    private final Comparator<? super E> order;
    private final List<Chunk> chunks = new ArrayList<>();
    private int size;

    public RankedList(Comparator<? super E> order) {
        this.order = order;
    }

    public int size() {
        return size;
    }

    @SuppressWarnings("unchecked")
    public E get(int rank) {
        if (rank < 0 || rank >= size) {
            throw new IndexOutOfBoundsException("rank " + rank + " of " + size);
        }
        if (rank > size / 2) {
            int fromEnd = size - rank;
            for (int c = chunks.size() - 1; ; c--) {
                Chunk chunk = chunks.get(c);
                if (fromEnd <= chunk.size) {
                    return (E) chunk.items[chunk.size - fromEnd];
                }
                fromEnd -= chunk.size;
            }
        }
        for (int c = 0; ; c++) {
            Chunk chunk = chunks.get(c);
            if (rank < chunk.size) {
                return (E) chunk.items[rank];
            }
            rank -= chunk.size;
        }
    }

    /**
     * The elements from a rank on, upwards or {@code backwards}: constant time for each after the first. The list must
     * not change while the walk goes on.
     */
    public Iterator<E> walk(int rank, boolean backwards) {
        return new Walk(rank, backwards);
    }

    public E first() {
        return get(0);
    }

    public E last() {
        return get(size - 1);
    }

    /** How many elements order before {@code probe}; with {@code inclusive}, also those equal to it. */
    public int countBefore(Probe<? super E> probe, boolean inclusive) {
        int c = chunkFor(probe, inclusive);
        int rank = 0;
        for (int i = 0; i < c; i++) {
            rank += chunks.get(i).size;
        }
        return c == chunks.size() ? rank : rank + within(chunks.get(c), probe, inclusive);
    }

    /** The rank of an element that is in the list. */
    public int rankOf(E element) {
        return countBefore(e -> order.compare(e, element), false);
    }

    public void add(E element) {
        Probe<E> probe = e -> order.compare(e, element);
        int c = chunkFor(probe, false);
        if (c == chunks.size()) {
            if (c == 0) {
                chunks.add(new Chunk());
            } else {
                c--;
            }
        }
        Chunk chunk = chunks.get(c);
        if (chunk.size == CHUNK_MAX) {
            Chunk right = new Chunk();
            // Pushes at either end leave full chunks behind instead of half-full ones.
            int keep = c == chunks.size() - 1 ? CHUNK_MAX - 16 : c == 0 ? 16 : CHUNK_MAX / 2;
            right.items = java.util.Arrays.copyOfRange(chunk.items, keep, Math.max(CHUNK_MAX, keep + 16));
            right.size = CHUNK_MAX - keep;
            java.util.Arrays.fill(chunk.items, keep, CHUNK_MAX, null);
            chunk.size = keep;
            chunks.add(c + 1, right);
            if (within(chunk, probe, false) == keep) {
                chunk = right;
            }
        }
        chunk.insert(within(chunk, probe, false), element);
        size++;
    }

    /** Removes an element that is in the list. */
    public void remove(E element) {
        Probe<E> probe = e -> order.compare(e, element);
        int c = chunkFor(probe, false);
        if (c == chunks.size()) {
            throw new IllegalStateException("element is not in this list");
        }
        Chunk chunk = chunks.get(c);
        int at = within(chunk, probe, false);
        if (at == chunk.size || chunk.items[at] != element) {
            throw new IllegalStateException("element is not in this list");
        }
        chunk.delete(at);
        if (chunk.size == 0) {
            chunks.remove(c);
        }
        size--;
    }

    public void clear() {
        chunks.clear();
        size = 0;
    }

    private final class Walk implements Iterator<E> {
        private final int step;
        private int c;
        private int at;

        Walk(int rank, boolean backwards) {
            step = backwards ? -1 : 1;
            at = rank;
            if (rank < 0) {
                c = -1;
            } else if (rank < size && rank > size / 2) {
                c = chunks.size() - 1;
                int before = size - chunks.get(c).size;
                while (rank < before) {
                    before -= chunks.get(--c).size;
                }
                at = rank - before;
            } else {
                while (c < chunks.size() && at >= chunks.get(c).size) {
                    at -= chunks.get(c++).size;
                }
            }
        }

        @Override
        public boolean hasNext() {
            return c >= 0 && c < chunks.size();
        }

        @Override
        @SuppressWarnings("unchecked")
        public E next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            Chunk chunk = chunks.get(c);
            E element = (E) chunk.items[at];
            at += step;
            if (at < 0) {
                c--;
                at = c < 0 ? 0 : chunks.get(c).size - 1;
            } else if (at == chunk.size) {
                c++;
                at = 0;
            }
            return element;
        }
    }

    /** Compares an element of the list with a sought position: negative when the element orders before it. */
    public interface Probe<E> {
        int compare(E element);
    }

    /** The first chunk whose last element is not before the probe. */
    @SuppressWarnings("unchecked")
    private int chunkFor(Probe<? super E> probe, boolean inclusive) {
        int low = 0;
        int high = chunks.size();
        // The ends first: that is where lists are used most, and elsewhere it costs two comparisons.
        int mid = high - 1;
        while (low < high) {
            Chunk chunk = chunks.get(mid);
            int order = probe.compare((E) chunk.items[chunk.size - 1]);
            if (order < 0 || inclusive && order == 0) {
                low = mid + 1;
            } else {
                high = mid;
            }
            mid = low == 0 && high == chunks.size() - 1 ? 0 : low + high >>> 1;
        }
        return low;
    }

    @SuppressWarnings("unchecked")
    private int within(Chunk chunk, Probe<? super E> probe, boolean inclusive) {
        int low = 0;
        int high = chunk.size;
        while (low < high) {
            int mid = low + high >>> 1;
            int order = probe.compare((E) chunk.items[mid]);
            if (order < 0 || inclusive && order == 0) {
                low = mid + 1;
            } else {
                high = mid;
            }
        }
        return low;
    }
}
