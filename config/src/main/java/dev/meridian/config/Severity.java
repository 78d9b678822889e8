package dev.meridian.config;

/** Whether a problem keeps a file from loading. */
public enum Severity {
    ERROR,
    WARNING
}
