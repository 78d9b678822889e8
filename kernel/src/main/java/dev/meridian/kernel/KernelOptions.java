package dev.meridian.kernel;

import dev.meridian.kernel.data.ConflictPolicy;
import dev.meridian.kernel.placement.Placement;
import dev.meridian.kernel.primary.ControlRules;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a kernel is given at its start and cannot find out by itself.
 *
 * @param placement regions, datasets and groups, seen from this node's region
 * @param origin the identity of this run: random, never 0, never used before
 * @param seed for choices that are random to clients (SPOP, RANDOMKEY) and the same in a replay
 * @param fingerprint of the configuration: nodes that disagree do not talk
 * @param maxDriftMs how far ahead a remote clock may be before its writes wait
 * @param logMemoryBytes how much of the log stays in memory for links
 * @param logRetainedBytes how much log is kept for a member that is away, before it has to be sent rows
 * @param dirtyRowsMax changed rows not yet at rest before a checkpoint is hurried
 * @param checkpointIntervalMs how often changed rows are brought to rest
 * @param password what AUTH must give; null when connections need none
 * @param conflicts rules and records of the datasets that have any
 * @param clusterSecret seals session tokens: the same in every region, known to none but the nodes
 * @param controlRules of the file: what no decision of the control group may break
 */
public record KernelOptions(
        Placement placement,
        long origin,
        long seed,
        long fingerprint,
        long maxDriftMs,
        long logMemoryBytes,
        long logRetainedBytes,
        int dirtyRowsMax,
        long checkpointIntervalMs,
        @Nullable String password,
        List<ConflictPolicy> conflicts,
        byte[] clusterSecret,
        ControlRules controlRules) {

    /** With the figures that fit a node of a few gigabytes. */
    public static KernelOptions of(Placement placement, long origin, long seed, long fingerprint) {
        return new KernelOptions(
                placement,
                origin,
                seed,
                fingerprint,
                500,
                64L << 20,
                4L << 30,
                1_000_000,
                1_000,
                null,
                List.of(),
                Long.toHexString(fingerprint).getBytes(StandardCharsets.US_ASCII),
                ControlRules.LEAST);
    }

    public KernelOptions withPassword(@Nullable String secret) {
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
                secret,
                conflicts,
                clusterSecret,
                controlRules);
    }

    /** With a secret of its own for session tokens; without, who knows the configuration can forge them. */
    public KernelOptions withClusterSecret(byte[] secret) {
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
                password,
                conflicts,
                secret.clone(),
                controlRules);
    }

    /** With what datasets say of their conflicts. */
    public KernelOptions withConflicts(List<ConflictPolicy> policies) {
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
                password,
                List.copyOf(policies),
                clusterSecret,
                controlRules);
    }

    /** With what the file says that no decision may break. */
    public KernelOptions withControlRules(ControlRules rules) {
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
                password,
                conflicts,
                clusterSecret,
                rules);
    }
}
