package dev.meridian.config.places;

/** Facts about a region of a large cloud. */
public record KnownRegion(
        String name,
        String cloud,
        String city,
        String country,
        String continent,
        double latitude,
        double longitude,
        String jurisdiction,
        boolean gdpr) {}
