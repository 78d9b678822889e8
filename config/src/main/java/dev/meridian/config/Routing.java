package dev.meridian.config;

import java.time.Duration;

/**
 * How users are sent to regions.
 *
 * @param failoverThreshold failed checks in a row after which a region gets no more users
 */
public record Routing(RoutingStrategy strategy, Duration healthCheckInterval, int failoverThreshold) {}
