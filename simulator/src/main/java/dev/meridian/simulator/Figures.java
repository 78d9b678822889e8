package dev.meridian.simulator;

import dev.meridian.kernel.KernelOptions;
import dev.meridian.kernel.data.ConflictPolicy;
import dev.meridian.kernel.data.Resolution;
import dev.meridian.kernel.placement.Placement;
import dev.meridian.kernel.primary.ControlRules;
import java.nio.charset.StandardCharsets;

/**
 * The settings of a node that a deployment chooses; small ones make logs end, rows go to rest and regions fall behind soon.
 *
 * @param tickMs how often a node has a turn when nothing happens
 */
public record Figures(
        long maxDriftMs,
        long logMemoryBytes,
        long logRetainedBytes,
        int dirtyRowsMax,
        long checkpointIntervalMs,
        long segmentBytes,
        long tickMs) {
    static final long FINGERPRINT = 42;

    /** As {@link KernelOptions#of} and {@code StoreOptions.of} have them. */
    public static final Figures USUAL = new Figures(500, 64L << 20, 4L << 30, 1_000_000, 1_000, 64L << 20, 10);

    KernelOptions options(Placement placement, long origin, long seed, long fingerprint) {
        return new KernelOptions(
                placement,
                origin,
                seed,
                fingerprint,
                maxDriftMs,
                logMemoryBytes,
                logRetainedBytes,
                dirtyRowsMax,
                checkpointIntervalMs,
                null,
                placement.datasets().stream()
                        .filter(dataset -> dataset.resolution() == Resolution.CUSTOM)
                        .map(dataset -> new ConflictPolicy(dataset.name(), new LongestValue(), false))
                        .toList(),
                Long.toHexString(fingerprint).getBytes(StandardCharsets.US_ASCII),
                ControlRules.LEAST);
    }
}
