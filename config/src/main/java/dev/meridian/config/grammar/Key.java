package dev.meridian.config.grammar;

/**
 * One key of a table.
 *
 * @param fallback what holds without it, in words; "required" for keys that must be there
 * @param meaning one sentence
 */
public record Key(String name, Shape shape, boolean required, String fallback, String meaning) {}
