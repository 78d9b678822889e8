package dev.meridian.kernel.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Random sequences of string and key commands, run by Redis and by us: the replies are equal. */
final class StringDifferentialTest {
    private static final String[] KEYS = {"a", "b", "c", "d", "e", "f{1}", "g:h", "i"};
    private static final String[] INTEGERS = {
        "0",
        "1",
        "-1",
        "7",
        "10",
        "-13",
        "9223372036854775807",
        "-9223372036854775808",
        "9223372036854775808",
        "",
        "x",
        " 1",
        "+1",
        "01",
        "1.0",
        "4294967296"
    };
    private static final String[] FLOATS = {
        "0",
        "1",
        "-1.5",
        "0.1",
        "3.0e3",
        "1e-5",
        "1000.1",
        "1e17",
        "-0.25",
        "1e300",
        "inf",
        "-inf",
        "nan",
        "x",
        "",
        "5e-324",
        "123456789.123456789",
        "1e400",
        ".5",
        "5.",
        " 1",
        "1e3000",
        "1e5000"
    };
    private static final String[] TEXTS = {"", "x", "hello", "\u0000\u00ff\r\n", "10", "-5", "3.25", "1e3", "007", "ab"
    };
    private static final String[] LIFETIMES = {"100000", "200000", "300000", "0", "-1", "x", "9223372036854775807"};
    private static final String[] INSTANTS = {
        "33177117420", "33177117430", "0", "-5", "x", "9223372036854775807", "9223372036854775"
    };

    private final SplittableRandom random = new SplittableRandom(20_250_307);
    private final LocalNode node = new LocalNode(
            "a",
            1,
            StringCommands::bind,
            CounterCommands::bind,
            KeyCommands::bind,
            LifetimeCommands::bind,
            LcsCommand::bind,
            ObjectCommands::bind);

    private String any(String[] of) {
        return of[random.nextInt(of.length)];
    }

    private String key() {
        return any(KEYS);
    }

    private String value() {
        return switch (random.nextInt(4)) {
            case 0 -> any(INTEGERS);
            case 1 -> any(FLOATS);
            case 2 -> Long.toString(random.nextLong());
            default -> any(TEXTS);
        };
    }

    private String index() {
        return random.nextInt(8) == 0 ? any(INTEGERS) : Integer.toString(random.nextInt(-12, 13));
    }

    private String offset() {
        return random.nextInt(8) == 0
                ? any(new String[] {"-1", "x", "1073741824"})
                : Integer.toString(random.nextInt(20));
    }

    private String[] words(Object... parts) {
        List<String> words = new ArrayList<>();
        for (Object part : parts) {
            if (part instanceof String[] several) {
                words.addAll(Arrays.asList(several));
            } else {
                words.add((String) part);
            }
        }
        return words.toArray(String[]::new);
    }

    private String[] options(String[]... each) {
        List<String> words = new ArrayList<>();
        for (int n = random.nextInt(3); n > 0; n--) {
            words.addAll(Arrays.asList(each[random.nextInt(each.length)]));
        }
        return words.toArray(String[]::new);
    }

    private String[] setOptions() {
        return options(
                new String[] {"NX"},
                new String[] {"xx"},
                new String[] {"GET"},
                new String[] {"KEEPTTL"},
                new String[] {"EX", any(LIFETIMES)},
                new String[] {"px", any(LIFETIMES) + "000"},
                new String[] {"EXAT", any(INSTANTS)},
                new String[] {"PXAT", "33177117420123"},
                new String[] {"EXAT", "1"},
                new String[] {"EX"},
                new String[] {"PERSIST"});
    }

    private String[] command() {
        return switch (random.nextInt(48)) {
            case 0, 1 -> words("SET", key(), value());
            case 2, 3, 4 -> words("SET", key(), value(), setOptions());
            case 5 -> words("SETEX", key(), any(LIFETIMES), value());
            case 6 -> words("PSETEX", key(), any(LIFETIMES) + "000", value());
            case 7 -> words("SETNX", key(), value());
            case 8 -> words("GETSET", key(), value());
            case 9 -> words("GETDEL", key());
            case 10, 11 ->
                words(
                        "GETEX",
                        key(),
                        options(
                                new String[] {"PERSIST"},
                                new String[] {"EX", any(LIFETIMES)},
                                new String[] {"PXAT", "33177117420123"},
                                new String[] {"EXAT", any(INSTANTS)},
                                new String[] {"KEEPTTL"}));
            case 12 -> words("STRLEN", key());
            case 13 -> words("APPEND", key(), value());
            case 14, 15 -> words("GETRANGE", key(), index(), index());
            case 16 -> words("SUBSTR", key(), index(), index());
            case 17, 18 -> words("SETRANGE", key(), offset(), any(TEXTS));
            case 19 -> words("INCR", key());
            case 20 -> words("DECR", key());
            case 21, 22 -> words("INCRBY", key(), any(INTEGERS));
            case 23 -> words("DECRBY", key(), any(INTEGERS));
            case 24, 25, 26 -> words("INCRBYFLOAT", key(), any(FLOATS));
            case 27 -> words("MGET", key(), key(), key());
            case 28 ->
                random.nextInt(4) == 0
                        ? words("MSET", key(), value(), key())
                        : words("MSET", key(), value(), key(), value());
            case 29 -> words("MSETNX", key(), value(), key(), value());
            case 30 -> words("DEL", key(), key());
            case 31 -> words("EXISTS", key(), key(), key());
            case 32 ->
                words(
                        any(new String[] {"EXPIRE", "expireat"}),
                        key(),
                        any(INSTANTS),
                        options(
                                new String[] {"NX"},
                                new String[] {"XX"},
                                new String[] {"GT"},
                                new String[] {"LT"},
                                new String[] {"ZZ"}));
            case 33 ->
                words(
                        any(new String[] {"PEXPIRE", "PEXPIREAT"}),
                        key(),
                        any(INSTANTS),
                        options(new String[] {"NX"}, new String[] {"XX"}, new String[] {"GT"}, new String[] {"LT"}));
            case 34 -> words(any(new String[] {"TTL", "PTTL", "EXPIRETIME", "PEXPIRETIME"}), key());
            case 35 -> words("PERSIST", key());
            case 36 -> words("TYPE", key());
            case 37 -> words("RENAME", key(), key());
            case 38 -> words("RENAMENX", key(), key());
            case 39 ->
                words(
                        "COPY",
                        key(),
                        key(),
                        options(
                                new String[] {"REPLACE"},
                                new String[] {"DB", "0"},
                                new String[] {"DB", "x"},
                                new String[] {"Y"}));
            case 40 -> words("KEYS", any(new String[] {"*", "[a-c]", "?", "*:*", "f{?}", "\\a", "[^a]"}));
            case 41 -> words("TOUCH", key(), key());
            case 42 -> words("UNLINK", key());
            case 43, 44 ->
                words(
                        "LCS",
                        key(),
                        key(),
                        options(
                                new String[] {"LEN"},
                                new String[] {"IDX"},
                                new String[] {"IDX", "WITHMATCHLEN"},
                                new String[] {"IDX", "MINMATCHLEN", any(new String[] {"0", "2", "-1", "x"})},
                                new String[] {"MINMATCHLEN"}));
            case 45 -> words("OBJECT", any(new String[] {"REFCOUNT", "IDLETIME", "FREQ", "ENCODING"}), "missing");
            case 46 ->
                words(
                        "SCAN",
                        "0",
                        options(
                                new String[] {"COUNT", "100"},
                                new String[] {"MATCH", "[a-d]"},
                                new String[] {"TYPE", any(new String[] {"string", "hash"})},
                                new String[] {"COUNT", any(new String[] {"0", "x", "1000"})},
                                new String[] {"MATCH"}));
            default -> words("GET", key());
        };
    }

    /** What is unordered is sorted. */
    private static String normal(String command, String reply) {
        String name = command.toUpperCase(java.util.Locale.ROOT);
        if (name.equals("KEYS") || name.equals("SCAN")) {
            String[] lines = reply.split("\r\n");
            Arrays.sort(lines);
            return String.join(" ", lines);
        }
        return reply;
    }

    /** Lifetimes that two clocks gave agree to a minute; all of the test are longer. */
    private static boolean sameInstant(String command, String ours, String theirs) {
        long minute = command.startsWith("P") ? 60_000 : 60;
        return command.matches("P?(TTL|EXPIRETIME)")
                && ours.matches(":\\d+\\s+")
                && theirs.matches(":\\d+\\s+")
                && Math.abs(Long.parseLong(ours.substring(1).strip())
                                - Long.parseLong(theirs.substring(1).strip()))
                        <= minute;
    }

    private static String excerpt(String reply) {
        return reply.length() <= 200 ? reply : reply.substring(0, 200) + "...";
    }

    private void compare(RedisReference redis, int commands) {
        List<String> different = new ArrayList<>();
        for (int i = 0; i < commands; i++) {
            String[] words = command();
            node.nowMs = System.currentTimeMillis();
            String theirs = normal(words[0], redis.run(words));
            String ours = normal(words[0], node.run(words));
            if (!ours.equals(theirs) && !sameInstant(words[0], ours, theirs)) {
                different.add("command " + i + " " + Arrays.toString(words) + ": " + excerpt(ours) + " instead of "
                        + excerpt(theirs));
                redis.run("FLUSHALL");
                node.run("FLUSHALL");
            }
        }
        for (String key : KEYS) {
            assertThat(node.run("GET", key)).isEqualTo(redis.run("GET", key));
        }
        assertThat(different).isEmpty();
    }

    @Test
    void randomCommandsAnswerAsRedisDoes() {
        try (RedisReference redis = new RedisReference()) {
            compare(redis, 30_000);
        }
    }

    @Test
    void encodingsAndHelpAreThoseOfRedis() {
        try (RedisReference redis = new RedisReference()) {
            for (String value :
                    new String[] {"", "12", "-9223372036854775808", "012", "x".repeat(44), "x".repeat(45)}) {
                redis.run("SET", "key", value);
                node.run("SET", "key", value);
                assertThat(node.run("OBJECT", "ENCODING", "key")).isEqualTo(redis.run("OBJECT", "ENCODING", "key"));
            }
            assertThat(node.run("OBJECT", "REFCOUNT", "key")).isEqualTo(redis.run("OBJECT", "REFCOUNT", "key"));
            assertThat(node.run("OBJECT", "FREQ", "key")).isEqualTo(redis.run("OBJECT", "FREQ", "key"));
            assertThat(node.run("OBJECT", "HELP")).isEqualTo(redis.run("OBJECT", "HELP"));
            assertThat(node.run("MEMORY", "USAGE", "key", "SAMPLES", "x"))
                    .isEqualTo(redis.run("MEMORY", "USAGE", "key", "SAMPLES", "x"));
        }
    }

    @Test
    void memoryUsageCountsTheValue() {
        node.run("SET", "key", "x".repeat(1000));
        assertThat(Long.parseLong(
                        node.run("MEMORY", "USAGE", "key").substring(1).strip()))
                .isBetween(1100L, 1400L);
        assertThat(node.run("MEMORY", "USAGE", "missing")).isEqualTo("$-1\r\n");
    }

    @Test
    void randomCommandsAnswerAsRedisDoesInResp3() {
        try (RedisReference redis = new RedisReference()) {
            redis.run("HELLO", "3");
            node.client.out.protocol(3);
            compare(redis, 10_000);
        }
    }
}
