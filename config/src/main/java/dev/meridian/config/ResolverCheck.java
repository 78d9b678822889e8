package dev.meridian.config;

import org.jspecify.annotations.Nullable;

/**
 * Compiles the rules of {@code conflict_resolution: custom}, for {@link ConfigurationFile} to refuse those that do not compile. Found on the
 * class path as a service, so that reading a file needs no expression language: where there is none, rules are taken as they stand.
 */
public interface ResolverCheck {
    /**
     * What is wrong with a rule.
     *
     * @param at where in its text, from 0
     */
    record Fault(String message, int at) {}

    /** Null when the rule compiles. */
    @Nullable
    Fault fault(String resolver);
}
