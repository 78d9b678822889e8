package dev.meridian.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/** JSON of commands: objects in the order in which they were built, each naming its schema first. */
public final class Json {
    private static final ObjectMapper MAPPER = JsonMapper.builder().build();

    private Json() {}

    /** An object of a schema such as {@code meridian.wan/1}; the number changes when a member is renamed or removed. */
    public static Map<String, @Nullable Object> ofSchema(String schema) {
        var object = new LinkedHashMap<String, @Nullable Object>();
        object.put("schema", schema);
        return object;
    }

    public static String line(Object value) {
        return MAPPER.writeValueAsString(value);
    }

    /**
     * Reads one value.
     *
     * @throws IllegalArgumentException if the text is not JSON
     */
    public static JsonNode read(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JacksonException e) {
            throw new IllegalArgumentException("not JSON: " + e.getOriginalMessage(), e);
        }
    }
}
