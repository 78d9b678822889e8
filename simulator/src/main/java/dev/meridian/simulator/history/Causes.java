package dev.meridian.simulator.history;

import org.jspecify.annotations.Nullable;

/**
 * All writes that happened before some point: for each chain of writes, how many of them. An immutable tree of blocks of 32
 * chains; what two of them have in common they share, so one more cause costs a path of blocks and a join costs the blocks that differ.
 * Of two equal blocks a join keeps the older, so that blocks in which nothing changes any more become one for all, and cost nothing.
 */
final class Causes {
    private static final int BITS = 5;
    private static final int WIDTH = 1 << BITS;

    /** A block: the counts of 32 chains, or blocks below. */
    private static final class Block {
        final int born;
        final int[] counts;
        final @Nullable Block[] below;

        Block(int born, int[] counts, @Nullable Block[] below) {
            this.born = born;
            this.counts = counts;
            this.below = below;
        }
    }

    /** How deep the trees of one history are, and how many blocks they had so far. */
    private static final class Forest {
        final int shift;
        int born;

        Forest(int shift) {
            this.shift = shift;
        }
    }

    private static final int[] NO_COUNTS = {};
    private static final @Nullable Block[] NO_BLOCKS = {};

    private final Forest forest;
    private final @Nullable Block root;

    private Causes(Forest forest, @Nullable Block root) {
        this.forest = forest;
        this.root = root;
    }

    /** Nothing happened before, in a history of so many chains. Only what comes of it can be joined with it. */
    static Causes none(int chains) {
        int shift = 0;
        while (chains > WIDTH << shift) {
            shift += BITS;
        }
        return new Causes(new Forest(shift), null);
    }

    /** How many writes of the chain are among the causes. */
    int get(int chain) {
        Block block = root;
        for (int shift = forest.shift; shift > 0 && block != null; shift -= BITS) {
            block = block.below[(chain >>> shift) & (WIDTH - 1)];
        }
        return block == null ? 0 : block.counts[chain & (WIDTH - 1)];
    }

    Causes with(int chain, int count) {
        return new Causes(forest, set(root, forest.shift, chain, count));
    }

    Causes join(Causes other) {
        Block joined = join(root, other.root, forest.shift);
        return joined == root ? this : joined == other.root ? other : new Causes(forest, joined);
    }

    private Block set(@Nullable Block block, int shift, int chain, int count) {
        int at = (chain >>> shift) & (WIDTH - 1);
        if (shift == 0) {
            int[] counts = block == null ? new int[WIDTH] : block.counts.clone();
            counts[at] = count;
            return new Block(forest.born++, counts, NO_BLOCKS);
        }
        @Nullable Block[] below = block == null ? new Block[WIDTH] : block.below.clone();
        below[at] = set(below[at], shift - BITS, chain, count);
        return new Block(forest.born++, NO_COUNTS, below);
    }

    private @Nullable Block join(@Nullable Block a, @Nullable Block b, int shift) {
        if (a == b || b == null) {
            return a;
        }
        if (a == null) {
            return b;
        }
        return shift == 0 ? joinCounts(a, b) : joinBelow(a, b, shift);
    }

    private Block joinBelow(Block a, Block b, int shift) {
        @Nullable Block[] below = a.below;
        boolean likeB = true;
        for (int i = 0; i < WIDTH; i++) {
            Block joined = join(a.below[i], b.below[i], shift - BITS);
            likeB &= joined == b.below[i];
            if (joined != a.below[i]) {
                below = below == a.below ? below.clone() : below;
                below[i] = joined;
            }
        }
        boolean likeA = below == a.below;
        return likeA || likeB ? older(a, b, likeA, likeB) : new Block(forest.born++, NO_COUNTS, below);
    }

    private Block joinCounts(Block a, Block b) {
        boolean likeA = true;
        boolean likeB = true;
        for (int i = 0; i < WIDTH; i++) {
            likeA &= a.counts[i] >= b.counts[i];
            likeB &= b.counts[i] >= a.counts[i];
        }
        if (likeA || likeB) {
            return older(a, b, likeA, likeB);
        }
        int[] counts = a.counts.clone();
        for (int i = 0; i < WIDTH; i++) {
            counts[i] = Math.max(counts[i], b.counts[i]);
        }
        return new Block(forest.born++, counts, NO_BLOCKS);
    }

    private static Block older(Block a, Block b, boolean likeA, boolean likeB) {
        return likeA && (!likeB || a.born < b.born) ? a : b;
    }
}
