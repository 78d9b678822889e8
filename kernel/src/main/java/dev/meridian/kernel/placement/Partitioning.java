package dev.meridian.kernel.placement;

import dev.meridian.kernel.data.BytesTable;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * How the keys of one dataset are spread over its partitions: each partition is a {@link Dataset} of its own, in a group of its own,
 * found by a part of the key. Immutable; finding allocates nothing.
 */
public final class Partitioning {
    /** Which part of a key decides. */
    public enum By {
        /** How the key goes on after the dataset's name: the longest value that fits. */
        PREFIX,
        /** What stands between the first braces. */
        HASH_TAG,
        /** One of the parts between colons; braces around it do not count. */
        FIELD
    }

    private static final class Value extends BytesTable.Node {
        final Dataset partition;

        Value(byte[] value, Dataset partition) {
            super(value);
            this.partition = partition;
        }
    }

    private final String keyspace;
    private final By by;
    private final int field;
    private final Dataset unmapped;
    private final SortedMap<String, Dataset> partitions;
    private final BytesTable<Value> values;
    /** Of all values, longest first. */
    private final int[] lengths;

    /**
     * @param keyspace the dataset's name as keys bear it
     * @param field with {@link By#FIELD} which part, from 1; 0 otherwise
     * @param partitions by value
     * @param unmapped where keys of no value belong; a dataset placed nowhere makes them an error
     */
    public Partitioning(String keyspace, By by, int field, SortedMap<String, Dataset> partitions, Dataset unmapped) {
        this.keyspace = keyspace;
        this.by = by;
        this.field = field;
        this.unmapped = unmapped;
        this.partitions = Collections.unmodifiableSortedMap(new TreeMap<>(partitions));
        this.values = new BytesTable<>(partitions.size());
        TreeSet<Integer> found = new TreeSet<>();
        partitions.forEach((value, partition) -> {
            byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
            values.add(new Value(bytes, partition));
            found.add(bytes.length);
        });
        lengths = found.descendingSet().stream().mapToInt(Integer::intValue).toArray();
    }

    public String keyspace() {
        return keyspace;
    }

    public Dataset unmapped() {
        return unmapped;
    }

    /** By value; several values may lead to one. */
    public Collection<Dataset> partitions() {
        return partitions.values();
    }

    /** How keys of a partition, or of none, begin: see {@link Placement#beginning}. */
    String beginning(Dataset partition) {
        String value = "";
        for (String each : partitions.keySet()) {
            if (value.isEmpty() && partition == partitions.get(each)) {
                value = each;
            }
        }
        return switch (by) {
            case PREFIX -> keyspace + ":" + value;
            case HASH_TAG -> keyspace + ":{" + value + "}";
            case FIELD -> field == 1 ? value + ":" : keyspace + ":".repeat(field - 1) + value + ":";
        };
    }

    /**
     * The partition of a key.
     *
     * @param rest where the key goes on after the dataset's name
     */
    Dataset of(byte[] bytes, int offset, int rest, int end) {
        Value found = switch (by) {
            case PREFIX -> byPrefix(bytes, rest, end);
            case HASH_TAG -> byHashTag(bytes, offset, end);
            case FIELD -> byField(bytes, offset, end);
        };
        return found == null ? unmapped : found.partition;
    }

    private @Nullable Value byPrefix(byte[] bytes, int rest, int end) {
        for (int length : lengths) {
            Value found = length > end - rest ? null : values.find(bytes, rest, length);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    private @Nullable Value byHashTag(byte[] bytes, int offset, int end) {
        int open = indexOf(bytes, '{', offset, end);
        int close = indexOf(bytes, '}', open, end);
        return close == end ? null : values.find(bytes, open + 1, close - open - 1);
    }

    private @Nullable Value byField(byte[] bytes, int offset, int end) {
        int from = offset;
        for (int n = 1; n < field; n++) {
            from = indexOf(bytes, ':', from, end) + 1;
            if (from > end) {
                return null;
            }
        }
        int to = indexOf(bytes, ':', from, end);
        boolean braced = to - from >= 2 && bytes[from] == '{' && bytes[to - 1] == '}';
        return braced ? values.find(bytes, from + 1, to - from - 2) : values.find(bytes, from, to - from);
    }

    /** The end where there is none. */
    private static int indexOf(byte[] bytes, char wanted, int from, int end) {
        for (int i = from; i < end; i++) {
            if (bytes[i] == wanted) {
                return i;
            }
        }
        return end;
    }
}
