package dev.meridian.kernel.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/**
 * Runs the same commands here and on redis-server and compares the replies, leaving out what Redis leaves open: the
 * order of unordered elements, and the digits of a double, which changed with Redis 7.2 (their value did not). A score
 * of -0 is 0 here.
 */
final class Differences {
    private static final Set<String> UNORDERED =
            Set.of("SMEMBERS", "SINTER", "SUNION", "SDIFF", "SPOP", "HKEYS", "HVALS", "SSCAN", "SRANDMEMBER");
    private static final Set<String> UNORDERED_PAIRS = Set.of("HGETALL", "HSCAN", "ZSCAN");
    private static final Set<String> RANDOM = Set.of("SRANDMEMBER", "HRANDFIELD", "ZRANDMEMBER");

    private final LocalNode node;
    private final RedisReference redis;
    final SplittableRandom random;

    Differences(LocalNode node, RedisReference redis, long seed) {
        this.node = node;
        this.redis = redis;
        this.random = new SplittableRandom(seed);
    }

    String any(String... of) {
        return of[random.nextInt(of.length)];
    }

    /** One of the words, mostly the first few of them. */
    String skewed(String... of) {
        return of[random.nextInt(1 + random.nextInt(of.length))];
    }

    /** A command from its parts: strings, arrays of strings, or null for nothing. */
    static String[] words(Object... parts) {
        List<String> words = new ArrayList<>();
        for (Object part : parts) {
            if (part instanceof String[] several) {
                words.addAll(Arrays.asList(several));
            } else if (part != null) {
                words.add((String) part);
            }
        }
        return words.toArray(String[]::new);
    }

    /** Some of these, up to {@code max}, each drawn anew. */
    String[] some(int max, Supplier<String> each) {
        String[] words = new String[1 + random.nextInt(max)];
        Arrays.setAll(words, i -> each.get());
        return words;
    }

    /** None to two of the options. */
    String[] options(String[]... of) {
        List<String> words = new ArrayList<>();
        for (int n = random.nextInt(3); n > 0; n--) {
            words.addAll(Arrays.asList(of[random.nextInt(of.length)]));
        }
        return words.toArray(String[]::new);
    }

    void compare(int commands, Supplier<String[]> command) {
        List<String> different = new ArrayList<>();
        for (int i = 0; i < commands && different.size() < 20; i++) {
            String[] words = command.get();
            String theirs = normal(words, redis.run(words));
            String ours = normal(words, node.run(words));
            if (!ours.equals(theirs)) {
                different.add("command " + i + " " + String.join(" ", words) + "\n  ours:   " + ours + "\n  theirs: "
                        + theirs);
            }
        }
        assertThat(different).isEmpty();
    }

    private static String normal(String[] words, String reply) {
        String name = words[0];
        Reply parsed = new Reply(reply);
        Object value = parsed.next();
        if (RANDOM.contains(name)) {
            return value instanceof List<?> list ? list.size() + " elements" : parsed.typeOf(reply);
        }
        if (name.endsWith("SCAN") && value instanceof List<?> list && list.get(1) instanceof List<?> elements) {
            return list.get(0) + " " + sorted(elements, UNORDERED_PAIRS.contains(name));
        }
        if (value instanceof List<?> list && (UNORDERED.contains(name) || UNORDERED_PAIRS.contains(name))) {
            value = sorted(list, UNORDERED_PAIRS.contains(name));
        }
        return reply.charAt(0) + " " + value;
    }

    private static List<String> sorted(List<?> list, boolean pairs) {
        List<String> sorted = new ArrayList<>();
        int step = pairs ? 2 : 1;
        for (int i = 0; i < list.size(); i += step) {
            sorted.add(list.subList(i, i + step).toString());
        }
        Collections.sort(sorted);
        return sorted;
    }

    /** Reads RESP into strings and lists; fractions in the digits of Java. */
    private static final class Reply {
        private final String text;
        private int at;

        Reply(String text) {
            this.text = text;
        }

        String typeOf(String reply) {
            return reply.startsWith("-") ? reply : reply.substring(0, 1) + (reply.startsWith("$-1") ? "-1" : "");
        }

        Object next() {
            int end = text.indexOf("\r\n", at);
            char type = text.charAt(at);
            String line = text.substring(at + 1, end);
            at = end + 2;
            return switch (type) {
                case '$' -> {
                    int length = Integer.parseInt(line);
                    if (length < 0) {
                        yield "nil";
                    }
                    String bulk = text.substring(at, at + length);
                    at += length + 2;
                    yield number(bulk);
                }
                case '*', '~', '%' -> {
                    int count = Integer.parseInt(line);
                    if (count < 0) {
                        yield "nil array";
                    }
                    List<Object> elements = new ArrayList<>();
                    for (int i = 0; i < (type == '%' ? count * 2 : count); i++) {
                        char inner = text.charAt(at);
                        Object element = next();
                        elements.add(inner == '*' || inner == '$' ? element : inner + element.toString());
                    }
                    yield elements;
                }
                default -> type == ',' ? number(line) : line;
            };
        }

        private static String number(String text) {
            return text.equals("-0")
                    ? "0"
                    : text.matches("-?[0-9]+(\\.[0-9]+)?(e[-+]?[0-9]+)?") && !text.matches("-?[0-9]{1,15}")
                            ? Double.toString(Double.parseDouble(text))
                            : text;
        }
    }
}
