package dev.meridian.config;

import org.jspecify.annotations.Nullable;

/**
 * The budget.
 *
 * @param maxCrossRegionTransferGb GB (10^9 bytes) a month; null: no limit
 */
public record CostControls(
        @Nullable Long maxCrossRegionTransferGb, boolean autoScaleRegions, boolean idleRegionShutdown) {}
