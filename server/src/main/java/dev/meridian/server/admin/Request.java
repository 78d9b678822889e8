package dev.meridian.server.admin;

import java.io.ByteArrayOutputStream;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A request that is let in.
 *
 * @param path as it was sent, nothing decoded
 * @param query behind the question mark, as it was sent; empty without one
 * @param post whether it asks for a change
 * @param lastEventId what a stream of events was broken off at; null when it begins
 */
record Request(
        String path, String query, boolean post, @Nullable String lastEventId) {
    /** Whether the query has this word, with or without a value. */
    boolean asks(String word) {
        for (String part : query.split("&", 64)) {
            if (part.equals(word) || part.startsWith(word + "=")) {
                return true;
            }
        }
        return false;
    }

    /** The value of a word of the query; null when it has none. */
    byte @Nullable [] value(String word) {
        for (String part : query.split("&", 64)) {
            if (part.startsWith(word + "=")) {
                return decoded(part.substring(word.length() + 1));
            }
        }
        return null;
    }

    /**
     * The bytes of a part in which some are written as a percent sign and two hexadecimal digits.
     *
     * @throws IllegalArgumentException if it is not such a part
     */
    static byte[] decoded(String part) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < part.length(); i++) {
            char c = part.charAt(i);
            if (c != '%') {
                bytes.write(c);
            } else if (i + 2 < part.length()) {
                bytes.write(HexFormat.fromHexDigits(part, i + 1, i + 3));
                i += 2;
            } else {
                throw new IllegalArgumentException("a percent sign without two digits");
            }
        }
        return bytes.toByteArray();
    }
}
