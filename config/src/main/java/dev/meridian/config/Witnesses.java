package dev.meridian.config;

import java.util.List;

/**
 * Regions that vote on a dataset's primary and keep none of its rows.
 *
 * @param keepLog whether its residency lets all of them keep the log, so that they count as having a write
 */
public record Witnesses(List<String> regions, boolean keepLog) {
    static final Witnesses NONE = new Witnesses(List.of(), false);

    /** How many of them can give a write back. */
    int holders() {
        return keepLog ? regions.size() : 0;
    }
}
