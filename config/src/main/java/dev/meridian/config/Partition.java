package dev.meridian.config;

import java.util.List;

/**
 * A part of a geo-partitioned dataset that has a home of its own.
 *
 * @param values of the part of the key that decides
 * @param dataset the policy of these keys: the whole dataset's, in this partition's regions, with its primary
 */
public record Partition(String name, List<String> values, Dataset dataset) {}
