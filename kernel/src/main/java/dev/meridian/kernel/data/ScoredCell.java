package dev.meridian.kernel.data;

import org.jspecify.annotations.Nullable;

/** A member of a sorted set: its register holds eight bytes, the score; the sum of both is kept for the index. */
public final class ScoredCell extends Cell {
    private static final double ERROR_MAX = 1e-12;

    double score;

    ScoredCell(Key key, byte[] id) {
        super(key, Type.ZSET, id);
    }

    /** The score that readers see; never NaN. Meaningful while {@link #present}. */
    public double score() {
        return score;
    }

    /** The score that register and contributions give now. */
    double computedScore() {
        byte[] base = value;
        double sum = base == null ? 0 : decode(base);
        for (Contribution c = contributions; c != null; c = c.next) {
            sum += c.amount().doubleValue();
        }
        // Infinities of both signs can only meet in concurrent writes; any fixed answer keeps regions equal.
        return Double.isNaN(sum) ? 0 : sum == 0 ? 0.0 : sum;
    }

    /**
     * What to add, about {@code amount}, so that readers see {@code target}: sums of doubles depend on their order, and this
     * cell adds up increments before it adds them to the register. Mostly exact, else off in the last digits; null
     * where the increments so far are so large that this one would be lost in them.
     */
    public @Nullable Double addendTowards(double target, double amount, int self) {
        double best = amount;
        double error = Math.abs(scoreAfter(best, self) - target);
        double candidate = amount;
        for (int i = 0; i < 4 && error != 0; i++) {
            candidate += target - scoreAfter(candidate, self);
            double off = Math.abs(scoreAfter(candidate, self) - target);
            if (off < error) {
                best = candidate;
                error = off;
            }
        }
        return error <= Math.abs(target) * ERROR_MAX ? best : null;
    }

    private double scoreAfter(double amount, int self) {
        double sum = value == null ? 0 : decode(value);
        boolean added = false;
        for (Contribution c = contributions; c != null; c = c.next) {
            if (c.origin == self && c.kind == Contribution.Kind.DOUBLE) {
                double own = c.sum.doubleValue() + amount;
                sum += c.floor == null ? own : own - c.floor.doubleValue();
                added = true;
            } else {
                sum += c.amount().doubleValue();
            }
        }
        return added ? sum : sum + amount;
    }

    public static byte[] encode(double score) {
        return instantBytes(Double.doubleToLongBits(score));
    }

    /** What {@link #encode} wrote. */
    public static double decode(byte[] bytes) {
        return Double.longBitsToDouble(instant(bytes));
    }

    /** Orders members as Redis does: by score, then by bytes. */
    public static int order(ScoredCell a, ScoredCell b) {
        int byScore = Double.compare(a.score, b.score);
        return byScore != 0 ? byScore : java.util.Arrays.compareUnsigned(a.id, b.id);
    }
}
