package dev.meridian.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a geo-partitioned dataset is spread over partitions.
 *
 * @param field which part of the key between colons, from 1; 0 unless {@link By#FIELD}
 * @param partitions never empty; names and values are unique
 * @param unmapped the partition of keys whose value no partition has; null: they are an error
 */
public record Partitioning(
        By by,
        int field,
        List<Partition> partitions,
        @Nullable String unmapped) {
    /** What of a key decides. */
    public enum By {
        /** How it goes on after the dataset's name. */
        PREFIX,
        /** What stands between its first braces. */
        HASH_TAG,
        /** One of its parts between colons, braces around it left out. */
        FIELD
    }

    static final String REFUSE = "refuse";

    /** As the file writes it: {@code hash_tag}, {@code field(2)}. */
    String rule() {
        return switch (by) {
            case PREFIX -> "prefix";
            case HASH_TAG -> "hash_tag";
            case FIELD -> "field(" + field + ")";
        };
    }

    /** The partition of this name. */
    @Nullable
    Partition partition(String name) {
        return partitions.stream()
                .filter(p -> p.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    /** The partition that takes a key of the dataset; null where it is an error. */
    @Nullable
    Partition of(String key, String dataset) {
        String value = switch (by) {
            case PREFIX -> {
                String rest = key.startsWith(dataset + ":") ? key.substring(dataset.length() + 1) : key;
                yield partitions.stream()
                        .flatMap(p -> p.values().stream())
                        .filter(rest::startsWith)
                        .max(java.util.Comparator.comparingInt(String::length))
                        .orElse("");
            }
            case HASH_TAG -> {
                int open = key.indexOf('{');
                int close = open < 0 ? -1 : key.indexOf('}', open);
                yield close < 0 ? "" : key.substring(open + 1, close);
            }
            case FIELD -> {
                String[] fields = key.split(":", -1);
                String part = fields.length < field ? "" : fields[field - 1];
                yield part.length() >= 2 && part.startsWith("{") && part.endsWith("}")
                        ? part.substring(1, part.length() - 1)
                        : part;
            }
        };
        return partitions.stream()
                .filter(p -> p.values().contains(value))
                .findFirst()
                .orElseGet(() -> unmapped == null ? null : partition(unmapped));
    }
}
