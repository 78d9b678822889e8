package dev.meridian.config;

import java.util.List;

/**
 * What no change may break, whoever asks for it; a person may override a rule by its name.
 *
 * @param automaticFailover the master switch: false, and nobody but a person moves a primary
 * @param regionsOn how many regions that keep data stay in use, at least
 * @param neverBothOff pairs of regions of which one stays in use
 */
public record Safety(boolean automaticFailover, int regionsOn, List<List<String>> neverBothOff) {}
