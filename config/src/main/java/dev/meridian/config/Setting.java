package dev.meridian.config;

import org.jspecify.annotations.Nullable;

/**
 * One value of the effective configuration and why it is so.
 *
 * @param path dotted, such as {@code datasets.carts.topology}; list items go by their name
 * @param value as YAML writes it; null: there is none
 * @param reason one clause without a full stop
 * @param origin where the file says it; null for defaults and derivations
 */
public record Setting(
        String path,
        @Nullable String value,
        String reason,
        @Nullable Origin origin) {
    /** A place in the file; line and column count from 1. */
    public record Origin(String file, int line, int column, int length, String sourceLine) {}
}
