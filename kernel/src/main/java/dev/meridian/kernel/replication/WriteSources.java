package dev.meridian.kernel.replication;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Where a group's writes come from: by region, of the last minutes, the older the less. Not thread-safe. */
public final class WriteSources {
    private static final double HALF_LIFE_NS = 60e9;
    private static final double WRITES_MIN = 30;
    private static final double SHARE_MIN = 0.6;

    private double[] counts = new double[0];
    private long agedNs;

    WriteSources() {}

    /** A write of a client that is connected to that region, by index. */
    public void note(int region) {
        if (region >= counts.length) {
            counts = Arrays.copyOf(counts, region + 1);
        }
        counts[region]++;
    }

    /** A region from which three fifths or more of the writes come, by index; null when there are too few to tell, or no such region. */
    public @Nullable Integer majority(long nowNs) {
        double factor = agedNs == 0 ? 1 : StrictMath.pow(0.5, (nowNs - agedNs) / HALF_LIFE_NS);
        agedNs = nowNs;
        double all = 0;
        int most = 0;
        for (int i = 0; i < counts.length; i++) {
            counts[i] *= factor;
            all += counts[i];
            most = counts[i] > counts[most] ? i : most;
        }
        return all >= WRITES_MIN && counts[most] >= all * SHARE_MIN ? most : null;
    }
}
