package dev.meridian.config.yaml;

/** A stretch of one line; line and column count from 1, columns in code points, length at least 1. */
public record Span(int line, int column, int length) {
    /** The file as a whole. */
    public static final Span FILE = new Span(0, 0, 1);
}
