package dev.meridian.config.grammar;

import dev.meridian.config.yaml.Span;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A table as the file gives it: the values that have the right shape, by key. A value of a wrong
 * shape was reported and is absent here, but {@link #mentions} its key.
 */
public final class Section {
    private final Span span;
    private final Map<String, Found<?>> values = new LinkedHashMap<>();
    private final Map<String, Span> keys = new LinkedHashMap<>();
    private final boolean complete;

    Section(Span span, boolean complete) {
        this.span = span;
        this.complete = complete;
    }

    /** A table that the file leaves out. */
    public static Section absent(Span span) {
        return new Section(span, true);
    }

    /** Where the table begins: its key, or its first key in a list. */
    public Span span() {
        return span;
    }

    /** False where the text broke off inside, so that what is absent may only not have been read. */
    public boolean isComplete() {
        return complete;
    }

    void put(String key, Found<?> value) {
        values.put(key, value);
    }

    void mention(String key, Span keySpan) {
        keys.put(key, keySpan);
    }

    /** Whether the file has the key, be its value right or wrong. */
    public boolean mentions(String key) {
        return keys.containsKey(key);
    }

    /** Where the key stands; the table's own place when it has no such key. */
    public Span keySpan(String key) {
        return keys.getOrDefault(key, span);
    }

    /** The value if the file gives it in the right shape. The grammar fixes its class. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    public <T> @Nullable Found<T> find(String key) {
        return (Found<T>) values.get(key);
    }

    /** The table under this key, empty when absent. */
    public Section table(String key) {
        Found<Section> found = find(key);
        return found == null ? absent(span) : found.value();
    }

    /** The items of the list under this key, empty when absent. */
    public <T> List<Found<T>> list(String key) {
        Found<List<Found<T>>> found = find(key);
        return found == null ? List.of() : found.value();
    }
}
