package dev.meridian.config;

/** What is measured and shown. */
public record Monitoring(
        boolean crossRegionLatency, boolean replicationLag, boolean regionalAvailability, boolean costTracking) {}
