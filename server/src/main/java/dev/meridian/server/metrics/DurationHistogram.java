package dev.meridian.server.metrics;

/** How long things took, in buckets. Recording allocates nothing. For one thread. */
public final class DurationHistogram {
    private static final long[] BOUNDS_NS = {
        50_000,
        100_000,
        250_000,
        500_000,
        1_000_000,
        2_500_000,
        5_000_000,
        10_000_000,
        25_000_000,
        50_000_000,
        100_000_000,
        250_000_000,
        1_000_000_000
    };

    private final long[] counts = new long[BOUNDS_NS.length + 1];
    private long count;
    private long sumNs;

    public void record(long ns) {
        int bucket = 0;
        while (bucket < BOUNDS_NS.length && ns > BOUNDS_NS[bucket]) {
            bucket++;
        }
        counts[bucket]++;
        count++;
        sumNs += ns;
    }

    public long count() {
        return count;
    }

    void write(Exposition out, String name, String help) {
        out.metric(name, "histogram", help);
        long below = 0;
        for (int i = 0; i < BOUNDS_NS.length; i++) {
            below += counts[i];
            out.sample(name + "_bucket", below, "le", Double.toString(BOUNDS_NS[i] / 1e9));
        }
        out.sample(name + "_bucket", count, "le", "+Inf");
        out.sample(name + "_sum", sumNs / 1e9);
        out.sample(name + "_count", count);
    }
}
