package dev.meridian.config;

/**
 * Limits and habits of each node.
 *
 * @param maxValueBytes longest key or value that a client may send
 */
public record NodeSettings(Durability durability, long maxValueBytes, int maxConnections) {}
