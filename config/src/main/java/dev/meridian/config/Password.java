package dev.meridian.config;

/** A secret that prints as stars. */
public record Password(String secret) {
    @Override
    public String toString() {
        return "****";
    }
}
