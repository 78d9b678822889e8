package dev.meridian.config;

import java.util.List;

/** Whom a region asks for everything where data flow down a tree: its parent first, then those that stand in for it. */
public record Upstream(String region, List<String> sources) {}
