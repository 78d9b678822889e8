package dev.meridian.simulator.scenario;

import dev.meridian.simulator.Nearest;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One line of a scenario: a name, positional words, and {@code key=value} or {@code key=(a,b)}. Words in double quotes
 * may hold blanks.
 */
final class Line {
    final String name;
    final List<String> words = new ArrayList<>();
    private final Map<String, String> values = new LinkedHashMap<>();

    Line(String text, Set<String> keys) {
        List<String> parts = split(text);
        name = parts.getFirst();
        for (String part : parts.subList(1, parts.size())) {
            int equals = part.indexOf('=');
            if (equals <= 0) {
                words.add(part);
                continue;
            }
            String key = part.substring(0, equals);
            if (!keys.contains(key)) {
                throw new ScenarioException("'" + name + "' knows no key '" + key + "'"
                        + (keys.isEmpty()
                                ? ": it takes none"
                                : ": did you mean '" + Nearest.of(key, sorted(keys)) + "'?"));
            }
            values.put(key, part.substring(equals + 1));
        }
    }

    /** Words of a text, by blanks, double quotes kept together. */
    static List<String> split(String text) {
        List<String> parts = new ArrayList<>();
        StringBuilder part = new StringBuilder();
        boolean quoted = false;
        boolean open = false;
        for (char c : text.toCharArray()) {
            if (c == '"') {
                quoted = !quoted;
                open = true;
            } else if (c == ' ' && !quoted) {
                if (open) {
                    parts.add(part.toString());
                    part.setLength(0);
                }
                open = false;
            } else {
                part.append(c);
                open = true;
            }
        }
        if (quoted) {
            throw new ScenarioException("a double quote that is not closed: " + text);
        }
        if (open) {
            parts.add(part.toString());
        }
        return parts;
    }

    private static List<String> sorted(Set<String> keys) {
        return keys.stream().sorted().toList();
    }

    @Nullable
    String value(String key) {
        return values.get(key);
    }

    String value(String key, String otherwise) {
        return values.getOrDefault(key, otherwise);
    }

    /** The values of {@code key=(a,b)} or {@code key=a}; empty without the key. */
    List<String> list(String key) {
        String value = values.get(key);
        if (value == null || value.equals("()")) {
            return List.of();
        }
        return List.of((value.startsWith("(") && value.endsWith(")") ? value.substring(1, value.length() - 1) : value)
                .split(","));
    }

    /** The only positional word. */
    String word(String what) {
        if (words.size() != 1) {
            throw new ScenarioException("'" + name + "' takes " + what + ", found " + words);
        }
        return words.getFirst();
    }

    /** A time with its unit, in ms: {@code 80ms}, {@code 2s}, {@code 5m}, {@code 24h}, with a sign in front where one is meant. */
    static long ms(String text) {
        return ns(text) / 1_000_000;
    }

    /** As {@link #ms}, in nanoseconds; there are parts of milliseconds too: {@code 12.3ms}. */
    static long ns(String text) {
        String digits = text.replaceFirst("[a-z]+$", "");
        long unit = switch (text.substring(digits.length())) {
            case "ms" -> 1_000_000;
            case "s" -> 1_000_000_000;
            case "m" -> 60_000_000_000L;
            case "h" -> 3_600_000_000_000L;
            default -> 0;
        };
        if (unit == 0 || !digits.matches("[+-]?[0-9]{1,9}([.][0-9]{1,6})?")) {
            throw new ScenarioException("'" + text + "' is not a time such as 80ms, 2s, 5m or 24h");
        }
        return new BigDecimal(digits).multiply(BigDecimal.valueOf(unit)).longValue();
    }
}
