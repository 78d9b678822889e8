package dev.meridian.server.admin;

import org.jspecify.annotations.Nullable;

/**
 * A request that is let in.
 *
 * @param path as it was sent, nothing decoded
 * @param query behind the question mark, as it was sent; empty without one
 * @param lastEventId what a stream of events was broken off at; null when it begins
 */
record Request(String path, String query, @Nullable String lastEventId) {
    /** Whether the query has this word, with or without a value. */
    boolean asks(String word) {
        for (String part : query.split("&", 64)) {
            if (part.equals(word) || part.startsWith(word + "=")) {
                return true;
            }
        }
        return false;
    }
}
