package dev.meridian.config;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the emulated network does from one region to another; null leaves it to the regions'
 * distance.
 *
 * @param delay one way
 * @param lossPercent of packets, 0 to 100
 * @param bytesPerSecond highest rate
 */
public record WanLink(
        String from,
        String to,
        @Nullable Duration delay,
        @Nullable Duration jitter,
        @Nullable Double lossPercent,
        @Nullable Long bytesPerSecond) {}
