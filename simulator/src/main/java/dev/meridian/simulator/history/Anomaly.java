package dev.meridian.simulator.history;

import java.util.List;

/**
 * Something that must not be.
 *
 * @param invariant the broken promise, as {@code docs/invariants.md} numbers them
 * @param text what was seen, with the name that the literature gives it
 * @param operations those that show it
 */
public record Anomaly(String invariant, String text, List<Operation> operations) {}
