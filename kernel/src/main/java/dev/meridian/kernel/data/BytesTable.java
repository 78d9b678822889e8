package dev.meridian.kernel.data;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A hash table of nodes that carry their own key bytes; look-ups take a slice, so nothing is allocated to find.
 * Iteration order depends on the keys only, and {@link #scan} has the guarantee of Redis' SCAN: an element
 * present from the first call to the last is returned at least once. Not thread-safe.
 */
public final class BytesTable<N extends BytesTable.Node> {
    /** What a table holds; {@code id} never changes while the node is in a table. */
    public abstract static class Node {
        protected byte[] id;
        int hash;

        @Nullable
        Node next;

        protected Node(byte[] id) {
            this.id = id;
        }

        public final byte[] id() {
            return id;
        }
    }

    /** Receives nodes from {@link #scan} and {@link #forEach}. */
    public interface Visitor<N> {
        void visit(N node);
    }

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private @Nullable Node[] buckets;
    private int size;

    public BytesTable(int capacity) {
        buckets = new Node[Integer.highestOneBit(Math.max(2, capacity - 1)) << 1];
    }

    public int size() {
        return size;
    }

    /** Eight bytes at a time: the multiplications of a loop over bytes would take longer than the rest of a look-up. */
    static int hash(byte[] bytes, int offset, int length) {
        long h = length;
        int i = offset;
        int end = offset + length;
        for (; i <= end - 8; i += 8) {
            h = mix(h ^ (long) LONG.get(bytes, i));
        }
        long rest = 0;
        for (; i < end; i++) {
            rest = rest << 8 | bytes[i] & 0xFF;
        }
        h = mix(h ^ rest);
        return (int) (h ^ h >>> 32);
    }

    private static long mix(long h) {
        h *= 0x9E3779B97F4A7C15L;
        return h ^ h >>> 29;
    }

    public @Nullable N find(byte[] id) {
        return find(id, 0, id.length);
    }

    @SuppressWarnings("unchecked")
    public @Nullable N find(byte[] bytes, int offset, int length) {
        int hash = hash(bytes, offset, length);
        for (Node n = buckets[hash & buckets.length - 1]; n != null; n = n.next) {
            if (n.hash == hash
                    && n.id.length == length
                    && Arrays.equals(n.id, 0, length, bytes, offset, offset + length)) {
                return (N) n;
            }
        }
        return null;
    }

    /** Adds a node whose id is not in the table. */
    public void add(N node) {
        if (size >= buckets.length) {
            resize(buckets.length * 2);
        }
        node.hash = hash(node.id, 0, node.id.length);
        int b = node.hash & buckets.length - 1;
        ((Node) node).next = buckets[b];
        buckets[b] = node;
        size++;
    }

    public void remove(N node) {
        int b = node.hash & buckets.length - 1;
        Node before = null;
        for (Node n = buckets[b]; n != null; before = n, n = n.next) {
            if (n == node) {
                if (before == null) {
                    buckets[b] = n.next;
                } else {
                    before.next = n.next;
                }
                ((Node) node).next = null;
                size--;
                if (buckets.length > 16 && size < buckets.length / 8) {
                    resize(buckets.length / 2);
                }
                return;
            }
        }
        throw new IllegalStateException("node is not in this table");
    }

    private void resize(int capacity) {
        @Nullable Node[] old = buckets;
        @Nullable Node[] now = new Node[capacity];
        for (Node n : old) {
            while (n != null) {
                Node next = n.next;
                int b = n.hash & capacity - 1;
                n.next = now[b];
                now[b] = n;
                n = next;
            }
        }
        buckets = now;
    }

    /** Visits every node; the visitor must not add to or remove from this table. */
    @SuppressWarnings("unchecked")
    public void forEach(Visitor<? super N> visitor) {
        for (Node n : buckets) {
            for (; n != null; n = n.next) {
                visitor.visit((N) n);
            }
        }
    }

    /** Visits the bucket at the cursor and returns the next cursor; 0 starts, 0 ends. */
    @SuppressWarnings("unchecked")
    public long scan(long cursor, Visitor<? super N> visitor) {
        long mask = buckets.length - 1;
        for (Node n = buckets[(int) (cursor & mask)]; n != null; n = n.next) {
            visitor.visit((N) n);
        }
        // The cursor counts with its bits reversed, so that it stays valid when the table doubles or halves.
        cursor |= ~mask;
        cursor = Long.reverse(Long.reverse(cursor) + 1);
        return cursor;
    }

    /** A node near the position that {@code random} picks; null when empty. */
    @SuppressWarnings("unchecked")
    public @Nullable N sample(long random) {
        if (size == 0) {
            return null;
        }
        int b = (int) (random & buckets.length - 1);
        while (buckets[b] == null) {
            b = b + 1 & buckets.length - 1;
        }
        int length = 0;
        for (Node n = buckets[b]; n != null; n = n.next) {
            length++;
        }
        int pick = (int) ((random >>> 32) % length);
        Node n = buckets[b];
        while (n != null && pick-- > 0) {
            n = n.next;
        }
        return (N) n;
    }
}
