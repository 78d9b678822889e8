package dev.meridian.simulator;

import dev.meridian.kernel.KernelOptions;
import dev.meridian.kernel.placement.Placement;
import java.nio.charset.StandardCharsets;

/** The settings of a node that a deployment chooses; small ones make logs end, rows go to rest and regions fall behind soon. */
public record Figures(
        long maxDriftMs, long logMemoryBytes, long logRetainedBytes, int dirtyRowsMax, long checkpointIntervalMs) {
    private static final long FINGERPRINT = 42;

    /** As {@link KernelOptions#of} has them. */
    public static final Figures USUAL = new Figures(500, 64L << 20, 4L << 30, 1_000_000, 1_000);

    KernelOptions options(Placement placement, long origin, long seed) {
        return new KernelOptions(
                placement,
                origin,
                seed,
                FINGERPRINT,
                maxDriftMs,
                logMemoryBytes,
                logRetainedBytes,
                dirtyRowsMax,
                checkpointIntervalMs,
                null,
                Long.toHexString(FINGERPRINT).getBytes(StandardCharsets.US_ASCII));
    }
}
