package dev.meridian.simulator.history;

import org.jspecify.annotations.Nullable;

/**
 * All writes that happened before some point: for each chain of writes, how many of them. An immutable tree of blocks of 32
 * chains; what two of them have in common they share, so one more cause costs a path of blocks and a join costs the blocks that differ.
 */
final class Causes {
    private static final int BITS = 5;
    private static final int WIDTH = 1 << BITS;

    private final int shift;
    private final @Nullable Object root;

    private Causes(int shift, @Nullable Object root) {
        this.shift = shift;
        this.root = root;
    }

    /** Nothing happened before, in a history of so many chains. */
    static Causes none(int chains) {
        int shift = 0;
        while (chains > WIDTH << shift) {
            shift += BITS;
        }
        return new Causes(shift, null);
    }

    /** How many writes of the chain are among the causes. */
    int get(int chain) {
        Object node = root;
        for (int s = shift; s > 0 && node != null; s -= BITS) {
            node = ((Object[]) node)[(chain >>> s) & (WIDTH - 1)];
        }
        return node == null ? 0 : ((int[]) node)[chain & (WIDTH - 1)];
    }

    Causes with(int chain, int count) {
        return new Causes(shift, set(root, shift, chain, count));
    }

    Causes join(Causes other) {
        Object joined = join(root, other.root, shift);
        return joined == root ? this : joined == other.root ? other : new Causes(shift, joined);
    }

    private static Object set(@Nullable Object node, int shift, int chain, int count) {
        int at = (chain >>> shift) & (WIDTH - 1);
        if (shift == 0) {
            int[] leaf = node == null ? new int[WIDTH] : ((int[]) node).clone();
            leaf[at] = count;
            return leaf;
        }
        @Nullable Object[] inner = node == null ? new Object[WIDTH] : ((Object[]) node).clone();
        inner[at] = set(inner[at], shift - BITS, chain, count);
        return inner;
    }

    private static @Nullable Object join(@Nullable Object a, @Nullable Object b, int shift) {
        if (a == b || b == null) {
            return a;
        }
        if (a == null) {
            return b;
        }
        if (shift == 0) {
            return joinLeaves((int[]) a, (int[]) b);
        }
        @Nullable Object[] x = (Object[]) a;
        @Nullable Object[] y = (Object[]) b;
        @Nullable Object[] out = x;
        boolean likeY = true;
        for (int i = 0; i < WIDTH; i++) {
            Object joined = join(x[i], y[i], shift - BITS);
            likeY &= joined == y[i];
            if (joined != x[i]) {
                out = out == x ? x.clone() : out;
                out[i] = joined;
            }
        }
        return out == x ? x : likeY ? y : out;
    }

    private static int[] joinLeaves(int[] x, int[] y) {
        boolean likeX = true;
        boolean likeY = true;
        for (int i = 0; i < WIDTH; i++) {
            likeX &= x[i] >= y[i];
            likeY &= y[i] >= x[i];
        }
        if (likeX || likeY) {
            return likeX ? x : y;
        }
        int[] out = x.clone();
        for (int i = 0; i < WIDTH; i++) {
            out[i] = Math.max(x[i], y[i]);
        }
        return out;
    }
}
