package dev.meridian.kernel.placement;

import dev.meridian.kernel.data.Resolution;
import java.util.List;

/**
 * A named keyspace with one policy. Which group replicates it is a matter of {@link Placement}.
 *
 * @param name the prefix of its keys, up to the first ':'; "default" takes the keys of no other dataset
 * @param index position in {@link Placement#datasets()}
 * @param group index of its replication group in {@link Placement#groups()}
 * @param idempotencyMs for how long MERIDIAN.IDEM knows an id
 */
public record Dataset(
        String name,
        int index,
        int group,
        Resolution resolution,
        boolean conditionalWritesLocal,
        RemoteAccess remoteAccess,
        boolean restricted,
        ReadLevel readLevel,
        long readBoundMs,
        List<String> placement,
        long idempotencyMs) {

    /** For how long MERIDIAN.IDEM knows an id where nothing else is said. */
    public static final long IDEMPOTENCY_MS = 24 * 3_600_000L;

    /** Knows ids for {@link #IDEMPOTENCY_MS}. */
    public Dataset(
            String name,
            int index,
            int group,
            Resolution resolution,
            boolean conditionalWritesLocal,
            RemoteAccess remoteAccess,
            boolean restricted,
            ReadLevel readLevel,
            long readBoundMs,
            List<String> placement) {
        this(
                name,
                index,
                group,
                resolution,
                conditionalWritesLocal,
                remoteAccess,
                restricted,
                readLevel,
                readBoundMs,
                placement,
                IDEMPOTENCY_MS);
    }

    /** What a region that may not hold the dataset may do with it. */
    public enum RemoteAccess {
        /** Nothing: a command is refused with the regions to go to. */
        NONE,
        READ_ONLY,
        READ_WRITE
    }

    /** What a read promises, from weakest to strongest. */
    public enum ReadLevel {
        EVENTUAL,
        MONOTONIC_READ,
        SESSION,
        CAUSAL,
        BOUNDED,
        /** Linearizable: by the primary, under its lease. */
        QUORUM,
        /** Linearizable, and local where every live member has a write before it is committed. */
        STRONG;

        public boolean isLinearizable() {
            return this == QUORUM || this == STRONG;
        }
    }
}
