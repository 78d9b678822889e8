package dev.meridian.server.conflict;

import dev.cel.common.types.CelKind;
import dev.cel.common.types.CelType;
import dev.cel.common.values.CelByteString;
import dev.cel.common.values.NullValue;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/**
 * Values of Redis as a rule sees them, and a rule's answer as a value of Redis. A value that is a JSON object or array is given as such, other
 * text as text, what is no UTF-8 as bytes. An answer that is a sibling, or its value, is that value byte for byte.
 */
final class CelValues {
    private static final int DEPTH_MAX = 64;
    private static final int ANSWER_CHARACTERS_MAX = 4 << 20;

    private static final ObjectMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEPTH_MAX)
                            .build())
                    .build())
            .build();

    private static final Set<CelKind> ANSWERS = EnumSet.of(
            CelKind.DYN,
            CelKind.ANY,
            CelKind.BOOL,
            CelKind.BYTES,
            CelKind.DOUBLE,
            CelKind.INT,
            CelKind.LIST,
            CelKind.MAP,
            CelKind.OPAQUE,
            CelKind.STRING,
            CelKind.UINT);

    private final Map<Object, byte[]> verbatim = new IdentityHashMap<>();

    static boolean canBeAnswer(CelType type) {
        return ANSWERS.contains(type.kind());
    }

    /** This object, if it is the answer, stands for these bytes. */
    void stands(Object object, byte[] bytes) {
        verbatim.put(object, bytes);
    }

    Object of(byte[] value) {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(value))
                    .toString();
        } catch (CharacterCodingException e) {
            return CelByteString.of(value);
        }
        Object structure = text.startsWith("{") || text.startsWith("[") ? structure(text) : null;
        if (structure == null) {
            return text;
        }
        stands(structure, value);
        return structure;
    }

    private static @Nullable Object structure(String text) {
        try {
            return value(JSON.readTree(text));
        } catch (JacksonException e) {
            return null;
        }
    }

    private static Object value(JsonNode node) {
        if (node.isObject()) {
            Map<String, Object> map = new LinkedHashMap<>();
            node.properties().forEach(entry -> map.put(entry.getKey(), value(entry.getValue())));
            return map;
        }
        if (node.isArray()) {
            List<Object> list = new ArrayList<>();
            node.forEach(element -> list.add(value(element)));
            return list;
        }
        if (node.isNumber()) {
            return node.canConvertToLong() && node.isIntegralNumber() ? (Object) node.longValue() : node.doubleValue();
        }
        return node.isBoolean() ? node.booleanValue() : node.isNull() ? NullValue.NULL_VALUE : node.stringValue();
    }

    /** @throws CelRuleException when it is no value */
    byte[] bytes(Object answer) {
        byte[] same = verbatim.get(answer);
        if (same != null) {
            return same;
        }
        return switch (answer) {
            case Optional<?> optional ->
                bytes(optional.orElseThrow(() -> new CelRuleException("the rule gives nothing", 0)));
            case String text -> text.getBytes(StandardCharsets.UTF_8);
            case CelByteString bytes -> bytes.toByteArray();
            case Map<?, ?> map -> structured(map);
            case List<?> list -> structured(list);
            case Number number -> number.toString().getBytes(StandardCharsets.US_ASCII);
            case Boolean truth -> truth.toString().getBytes(StandardCharsets.US_ASCII);
            default -> throw new CelRuleException("the rule gives no value but " + name(answer), 0);
        };
    }

    private static byte[] structured(Object structure) {
        StringBuilder json = new StringBuilder();
        write(structure, json, 0);
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void write(Object value, StringBuilder json, int depth) {
        if (depth > DEPTH_MAX || json.length() > ANSWER_CHARACTERS_MAX) {
            throw new CelRuleException("the rule's answer is too large or too deep", 0);
        }
        switch (value) {
            case Map<?, ?> map -> {
                String between = "{";
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    json.append(between)
                            .append(JSON.writeValueAsString(String.valueOf(entry.getKey())))
                            .append(':');
                    write(entry.getValue(), json, depth + 1);
                    between = ",";
                }
                json.append(map.isEmpty() ? "{}" : "}");
            }
            case List<?> list -> {
                String between = "[";
                for (Object element : list) {
                    json.append(between);
                    write(element, json, depth + 1);
                    between = ",";
                }
                json.append(list.isEmpty() ? "[]" : "]");
            }
            case Number number -> json.append(number(number));
            case Boolean truth -> json.append(truth.booleanValue());
            case String text -> json.append(JSON.writeValueAsString(text));
            case NullValue nothing -> json.append("null");
            default -> throw new CelRuleException("JSON has no " + name(value), 0);
        }
    }

    private static String number(Number number) {
        if (number instanceof Double d && !Double.isFinite(d)) {
            throw new CelRuleException("JSON has no number " + d, 0);
        }
        return number.toString();
    }

    private static String name(Object value) {
        return value.getClass().getSimpleName();
    }
}
