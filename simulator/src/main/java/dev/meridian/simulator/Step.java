package dev.meridian.simulator;

/** What was done to the world, and when, in simulated time since the regions were linked. */
public record Step(long atNs, Action action) {}
