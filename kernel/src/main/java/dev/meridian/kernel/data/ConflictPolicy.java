package dev.meridian.kernel.data;

import org.jspecify.annotations.Nullable;

/**
 * What a dataset says of its conflicts besides its {@link Resolution}.
 *
 * @param rule of {@link Resolution#CUSTOM}; null otherwise
 * @param recordDropped whether values that lost to a concurrent write are kept in {@link Conflicts}
 */
public record ConflictPolicy(String dataset, @Nullable ConflictRule rule, boolean recordDropped) {}
