package dev.meridian.config;

/**
 * What a code means.
 *
 * @param text Markdown: what it means, an example, the mend
 */
public record Explanation(String code, String title, String text) {}
