package dev.meridian.kernel.data;

import java.util.List;

/**
 * The function of a dataset that resolves by {@link Resolution#CUSTOM}. Pure: its answer depends on its arguments alone, and is
 * the same on every machine. It bounds its own work, by steps and never by time. Called on the kernel's thread, twice for
 * each set of siblings.
 */
public interface ConflictRule {
    /** One of the values that were written without knowledge of each other. */
    record Version(byte[] value, long hlcMs, String region) {}

    /**
     * What readers are to see.
     *
     * @param siblings at least two, by HLC and then by origin, the newest last: in this order in every region
     * @throws RuntimeException when it has no answer: the key is then quarantined, and the message says why
     */
    byte[] resolve(byte[] key, List<Version> siblings);
}
