package dev.meridian.config.grammar;

import dev.meridian.config.yaml.Span;

/** A value of the file and where it stands. */
public record Found<T>(T value, Span span) {}
