package dev.meridian.config.yaml;

import java.util.List;

/** A value as written, with its place; aliases are already followed. */
public sealed interface YamlNode {
    Span span();

    /**
     * @param plain written without quotes, so that YAML may read it as something other than text
     */
    record Scalar(String text, boolean plain, Span span) implements YamlNode {
        /** Nothing written, or one of YAML's words for nothing. */
        public boolean isNull() {
            return plain && (text.isEmpty() || text.equals("~") || text.equalsIgnoreCase("null"));
        }
    }

    /** {@code complete} is false where the text broke off inside. */
    record Sequence(List<YamlNode> items, Span span, boolean complete) implements YamlNode {}

    /** {@code complete} is false where the text broke off inside. Keys may repeat. */
    record Mapping(List<Entry> entries, Span span, boolean complete) implements YamlNode {}

    /** One {@code key: value} of a mapping. */
    record Entry(Scalar key, YamlNode value) {}
}
