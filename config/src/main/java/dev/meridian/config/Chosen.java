package dev.meridian.config;

import dev.meridian.config.yaml.Span;

/** A value for a dataset and who said it. */
record Chosen<T>(T value, Span span, Whence whence) {
    /** In the order of precedence. */
    enum Whence {
        /** The dataset itself. */
        OWN,
        /** The file, for all its datasets. */
        FILE,
        NOBODY
    }

    boolean own() {
        return whence == Whence.OWN;
    }
}
