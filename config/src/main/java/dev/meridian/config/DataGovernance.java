package dev.meridian.config;

import java.util.List;

/** Where which data may live. */
public record DataGovernance(List<String> gdprRegions, List<Residency> residencies) {}
