package dev.meridian.server.admin;

import dev.meridian.config.Configuration;
import java.time.Instant;

/**
 * What does not change while a node runs.
 *
 * @param origin identity of this run, 16 hex digits
 * @param emulated part of {@code meridian up} on one machine
 */
public record NodeFacts(
        String region,
        String origin,
        String version,
        Instant startedAt,
        boolean emulated,
        Configuration configuration) {
    /** For people: the region and the node's number in it. */
    String node() {
        return region + "/0";
    }
}
