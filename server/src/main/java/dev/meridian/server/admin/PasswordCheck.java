package dev.meridian.server.admin;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Whether an Authorization header carries the password. Takes the same time however much of it is right. Thread-safe. */
final class PasswordCheck {
    private final byte @Nullable [] expected;

    /** @param password null: everybody is let in */
    PasswordCheck(@Nullable String password) {
        this.expected = password == null ? null : digest(password.getBytes(StandardCharsets.UTF_8));
    }

    boolean passwordSet() {
        return expected != null;
    }

    /** Bearer, or Basic with any user. */
    boolean admits(@Nullable String authorization) {
        byte[] wanted = expected;
        if (wanted == null) {
            return true;
        }
        byte[] given = authorization == null ? null : password(authorization);
        return given != null && MessageDigest.isEqual(digest(given), wanted);
    }

    private static byte @Nullable [] password(String authorization) {
        if (authorization.regionMatches(true, 0, "Bearer ", 0, 7)) {
            // A header's characters are its bytes.
            return authorization.substring(7).strip().getBytes(StandardCharsets.ISO_8859_1);
        }
        if (authorization.regionMatches(true, 0, "Basic ", 0, 6)) {
            byte[] pair;
            try {
                pair = Base64.getDecoder().decode(authorization.substring(6).strip());
            } catch (IllegalArgumentException e) {
                return null;
            }
            for (int i = 0; i < pair.length; i++) {
                if (pair[i] == ':') {
                    return java.util.Arrays.copyOfRange(pair, i + 1, pair.length);
                }
            }
        }
        return null;
    }

    private static byte[] digest(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
