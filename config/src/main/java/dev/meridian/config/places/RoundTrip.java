package dev.meridian.config.places;

/**
 * The time a packet takes there and back.
 *
 * @param estimated not measured: from the distance, or assumed
 * @param source in words
 */
public record RoundTrip(double ms, boolean estimated, String source) {}
