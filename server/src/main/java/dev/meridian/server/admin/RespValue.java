package dev.meridian.server.admin;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A reply of RESP3 as JSON has it: maps, lists, numbers, text; bytes that are no UTF-8 as {@code {"base64": ...}}. */
final class RespValue {
    private final byte[] bytes;
    private int at;

    private RespValue(byte[] bytes) {
        this.bytes = bytes;
    }

    /** A whole reply that this node has written, and that is no error. */
    static @Nullable Object read(byte[] reply) {
        return new RespValue(reply).next();
    }

    static Object text(byte[] value) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(value))
                    .toString();
        } catch (CharacterCodingException e) {
            return Map.of("base64", Base64.getEncoder().encodeToString(value));
        }
    }

    private @Nullable Object next() {
        char kind = (char) bytes[at];
        int end = at;
        while (bytes[end] != '\r') {
            end++;
        }
        String line = new String(bytes, at + 1, end - at - 1, StandardCharsets.UTF_8);
        at = end + 2;
        return switch (kind) {
            case '+' -> line;
            case ':' -> Long.parseLong(line);
            case '#' -> line.equals("t");
            case '_' -> null;
            case '$' -> {
                byte[] value = new byte[Integer.parseInt(line)];
                System.arraycopy(bytes, at, value, 0, value.length);
                at += value.length + 2;
                yield text(value);
            }
            case '*' -> {
                List<@Nullable Object> list = new ArrayList<>();
                for (int n = Integer.parseInt(line); n > 0; n--) {
                    list.add(next());
                }
                yield list;
            }
            case '%' -> {
                Map<String, @Nullable Object> map = new LinkedHashMap<>();
                for (int n = Integer.parseInt(line); n > 0; n--) {
                    map.put(String.valueOf(next()), next());
                }
                yield map;
            }
            default -> throw new IllegalStateException("a reply of kind " + kind);
        };
    }
}
