package dev.meridian.simulator.history;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A MULTI block is seen whole or not at all (L3): Adya's G1b, intermediate reads ("Weak Consistency", 1999), and fractured reads, as
 * RAMP names them (Bailis et al., SIGMOD 2014), which also makes read-only blocks snapshots. And a block sees what it did itself.
 */
final class Blocks {
    private Blocks() {}

    /** The anomaly, if what is missing belongs to a block of which the same read shows a part. */
    static @Nullable Anomaly name(CausalClosure.Miss miss) {
        Step reader = miss.read().step();
        Step writer = miss.missing().step;
        if (reader == writer) {
            return new Anomaly(
                    "L3",
                    "a block does not see its own write: " + CausalConsistency.missing(miss),
                    List.of(reader.operation));
        }
        for (Read read : reader.reads) {
            for (int i : read.shown()) {
                if (read.key().writes.get(i).step == writer) {
                    String kind = read.key() == miss.read().key() ? "G1b, intermediate read" : "fractured read";
                    return new Anomaly(
                            "L3",
                            kind + ": " + CausalConsistency.missing(miss) + " of the same block",
                            List.of(writer.operation, reader.operation));
                }
            }
        }
        return null;
    }
}
