package dev.meridian.server.redis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.kernel.command.Args;
import dev.meridian.kernel.command.CommandSpec;
import dev.meridian.kernel.command.CommandTable;
import dev.meridian.kernel.command.Glob;
import dev.meridian.kernel.command.KeyRule;
import dev.meridian.kernel.command.Numbers;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The door and the kernel's command pieces beside a real Redis: same bytes, same decisions. */
class SameAsRedisTest {
    /** What Redis 7.2 has and the Redis beside us, of 7.0, does not. */
    private static final Set<String> NEWER =
            Set.of("client|setinfo", "client|no-touch", "waitaof", "cluster|myshardid");

    @TempDir
    private static Path directory;

    private static RealRedis redis;
    private static KernelLoop loop;
    private static RespServer server;
    private static int port;

    @BeforeAll
    static void start() throws IOException {
        redis = new RealRedis(directory);
        loop = new KernelLoop("kernel");
        SmallKernel kernel = new SmallKernel("");
        server = new RespServer(loop, RespLimits.defaults(), false, kernel);
        kernel.server = server;
        port = server.start(new InetSocketAddress("127.0.0.1", 0)).getPort();
    }

    @AfterAll
    static void stop() {
        server.close();
        loop.close();
        redis.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PING\r\n",
                "ping\n",
                "  PING  \r\n",
                "\r\n\r\nPING\r\n",
                "*0\r\nPING\r\n",
                "*-1\r\nPING\r\n",
                "*abc\r\nPING\r\n",
                "*\r\nPING\r\n",
                "*+1\r\n$4\r\nPING\r\n",
                "*9223372036854775808\r\n",
                "*1\r\n$536870913\r\n",
                "*1\r\n$-5\r\n",
                "*1\r\n$+3\r\n",
                "*1\r\n$03\r\n",
                "*1\r\n$ 3\r\n",
                "*1\r\n$\r\n",
                "*1\r\n*1\r\n",
                "*1\r\n%1\r\n",
                "*1\r\n>1\r\n",
                "*1\r\n\r\n",
                "%1\r\n",
                "POST / HTTP/1.1\r\nPING\r\n",
                "Host: x\r\nPING\r\n",
                "*1\r\n$4\r\nPOST\r\nPING\r\n",
                "ECHO \"a\r\n",
                "ECHO 'a\\'b'\r\n",
                "ECHO 'a\\nb'\r\n",
                "ECHO \"\\x41\\n\\tz\\q\\xzz\"\r\n",
                "ECHO \"a\"b\r\n",
                "ECHO a\"b\"\r\n",
                "ECHO a\\nb\r\n",
                "ECHO \"\"\r\n",
                "ECHO ''\r\nPING\r\n",
                "ECHO \"a\\\r\n",
                "ECHO a\rb\r\n",
                "ECHO \u000bx\r\n",
                "QUIT\r\nPING\r\n",
                "FOO a b\r\n",
                "foo\r\n",
                "GET\r\n",
                "GET a b\r\n",
                "SET a\r\n",
                "CLIENT FOO x\r\n",
                "client\r\n",
                "CLIENT SETNAME\r\n",
                "OBJECT FOO\r\n",
                "*3\r\n$5\r\nF\r\nOO\r\n$3\r\na\0b\r\n$2\r\n\r\n\r\n",
                "*1\r\n$0\r\n\r\n",
                "\"a b\" c\r\n",
                "F\u00e9 \u00fc\r\n"
            })
    void theDoorAnswersTheSameBytes(String input) throws IOException {
        assertThat(answer(port, input)).isEqualTo(answer(redis.port, input));
    }

    @Test
    void longUnknownCommandsAreCutAtTheSamePlaces() throws IOException {
        Random random = new Random(4);
        for (int i = 0; i < 40; i++) {
            String[] words = new String[1 + random.nextInt(5)];
            for (int w = 0; w < words.length; w++) {
                words[w] = String.valueOf((char) ('a' + w)).repeat(random.nextInt(150));
            }
            String input = new String(Wire.encode(words), ISO_8859_1);
            assertThat(answer(port, input)).isEqualTo(answer(redis.port, input));
        }
    }

    @Test
    void linesThatAreTooLongAreRefusedInTheSameWords() throws IOException {
        for (String input :
                new String[] {"x".repeat(70_000), "*1" + "1".repeat(70_000), "*1\r\n$1" + "1".repeat(70_000)}) {
            assertThat(answer(port, input)).isEqualTo(answer(redis.port, input));
        }
    }

    @Test
    void globsMatchTheSame() throws IOException {
        Random random = new Random(5);
        List<String> texts = new ArrayList<>(List.of("", "a", "\\", "]", "[", "*", "-", "^"));
        for (int i = 0; i < 80; i++) {
            texts.add(letters(random, "abc-]\\", 1 + random.nextInt(7)));
        }
        try (Wire wire = new Wire(redis.port)) {
            for (String text : texts) {
                wire.call("SADD", "texts", text);
            }
            for (int i = 0; i < 1500; i++) {
                String pattern = letters(random, "abc**??[]^--\\", 1 + random.nextInt(9));
                if (pattern.equals("*")) {
                    continue;
                }
                List<?> scan = (List<?>) wire.call("SSCAN", "texts", "0", "COUNT", "1000", "MATCH", pattern);
                Set<String> ours = new TreeSet<>();
                for (String text : texts) {
                    if (Glob.matches(pattern.getBytes(ISO_8859_1), text.getBytes(ISO_8859_1))) {
                        ours.add(text);
                    }
                }
                Set<Object> theirs = new TreeSet<>((List<?>) scan.get(1));
                assertThat(ours).as(pattern).isEqualTo(theirs);
            }
        }
    }

    @Test
    void scoresAreReadAndWrittenTheSame() throws IOException {
        try (Wire wire = new Wire(redis.port)) {
            for (String text : new String[] {
                "0",
                "1",
                "-1",
                "3.5",
                "1e3",
                ".5",
                "5.",
                "+7",
                "inf",
                "-inf",
                "+inf",
                "INFINITY",
                "nan",
                "",
                " 1",
                "1 ",
                "1x",
                "0x10",
                "0x1p3",
                "1e400",
                "-1e400",
                "1e-400",
                "1e308",
                "123456789012345678",
                "1e15",
                "0.1",
                "0.30000000000000004",
                "1e-5",
                "2.5e-8",
                "1d",
                "1f",
                "1_0",
                "--1",
                "1e",
                "e5",
                ".",
                "007",
                "9007199254740993",
                "4.35",
                "1.7976931348623157e308",
                "4.9e-324",
                "0e999999999999",
                "1\0",
                "Infinity2"
            }) {
                byte[] bytes = text.getBytes(ISO_8859_1);
                double ours = Numbers.parseDouble(bytes, 0, bytes.length);
                Object added = wire.call("ZADD", "scores", text, "m");
                if (added instanceof String refused) {
                    assertThat(refused).isEqualTo("-ERR value is not a valid float");
                    assertThat(ours).as(text).isNaN();
                    continue;
                }
                String score = (String) wire.call("ZSCORE", "scores", "m");
                byte[] scoreBytes = score.getBytes(ISO_8859_1);
                assertThat(ours).as(text).isEqualTo(Numbers.parseDouble(scoreBytes, 0, scoreBytes.length));
                String written = new String(Numbers.bytes(ours), ISO_8859_1);
                // 7.0 writes 17 digits, 7.2 the fewest that do: never longer, and the same where 17 are needed or few
                // are exact.
                assertThat(written.length()).as(text).isLessThanOrEqualTo(Math.max(score.length(), 18));
                if (score.length() < 17 && !score.contains("e")) {
                    assertThat(written).as(text).isEqualTo(score);
                }
            }
        }
    }

    @Test
    void integersAreReadTheSame() throws IOException {
        try (Wire wire = new Wire(redis.port)) {
            for (String text : new String[] {
                "0",
                "-0",
                "00",
                "1",
                "-1",
                "+1",
                "01",
                " 1",
                "1 ",
                "",
                "-",
                "1.0",
                "1e1",
                "0x1",
                "9223372036854775807",
                "9223372036854775808",
                "-9223372036854775808",
                "-9223372036854775809",
                "18446744073709551616",
                "99999999999999999999999",
                "1\0"
            }) {
                wire.call("SET", "n", text);
                byte[] bytes = text.getBytes(ISO_8859_1);
                Object answer = wire.call("INCRBY", "n", "0");
                assertThat(Numbers.isLong(bytes, 0, bytes.length)).as(text).isEqualTo(answer instanceof Long);
                if (answer instanceof Long value) {
                    assertThat(Numbers.parseLong(bytes, 0, bytes.length)).isEqualTo(value);
                }
            }
        }
    }

    @Test
    void floatsAddUpTheSame() throws IOException {
        Random random = new Random(6);
        try (Wire wire = new Wire(redis.port)) {
            for (int i = 0; i < 600; i++) {
                String left = number(random);
                String right = number(random);
                wire.call("SET", "f", left);
                String theirs = (String) wire.call("INCRBYFLOAT", "f", right);
                BigDecimal a = Numbers.parseLongDouble(left.getBytes(ISO_8859_1), 0, left.length());
                BigDecimal b = Numbers.parseLongDouble(right.getBytes(ISO_8859_1), 0, right.length());
                String ours = a == null || b == null
                        ? "-ERR value is not a valid float"
                        : new String(Numbers.bytes(Numbers.addLongDouble(a, b)), ISO_8859_1);
                assertThat(ours).as("%s + %s", left, right).isEqualTo(theirs);
            }
        }
    }

    @Test
    void theTableSaysOfEveryCommandWhatRedisSays() throws IOException {
        CommandTable<Boolean> table = new CommandTable<>();
        List<String> compared = new ArrayList<>();
        try (Wire wire = new Wire(redis.port)) {
            for (CommandSpec spec : table.all()) {
                if (spec.group().equals("meridian") || NEWER.contains(spec.name())) {
                    continue;
                }
                List<?> info = (List<?>) ((List<?>) wire.call("COMMAND", "INFO", spec.name())).get(0);
                assertThat(info).as(spec.name()).isNotNull();
                assertThat(info.get(0)).isEqualTo(spec.name());
                assertThat(info.get(1)).as(spec.name()).isEqualTo((long) spec.arity());
                assertThat(strings((List<?>) info.get(2)))
                        .as(spec.name())
                        .isEqualTo(strings(List.copyOf(spec.flags())));
                assertThat(List.of(info.get(3), info.get(4), info.get(5)))
                        .as(spec.name())
                        .isEqualTo(List.of(
                                (long) spec.keys().first(), (long) spec.keys().last(), (long)
                                        spec.keys().step()));
                assertThat(strings((List<?>) info.get(6)))
                        .as(spec.name())
                        .isEqualTo(strings(
                                spec.categories().stream().map(c -> "@" + c).toList()));
                compared.add(spec.name());
            }
        }
        assertThat(compared).hasSizeGreaterThan(250);
    }

    @Test
    void keysAreFoundWhereRedisFindsThem() throws IOException {
        CommandTable<Boolean> table = new CommandTable<>();
        try (Wire wire = new Wire(redis.port)) {
            for (String line : new String[] {
                "GET a",
                "MSET a 1 b 2 c 3",
                "DEL a b c",
                "BLPOP a b 0",
                "BITOP AND d a b",
                "COPY a b",
                "RENAME a b",
                "ZUNIONSTORE d 2 a b WEIGHTS 1 2",
                "ZDIFF 2 a b WITHSCORES",
                "ZINTERCARD 1 a LIMIT 3",
                "LMPOP 2 a b LEFT",
                "BLMPOP 0 2 a b LEFT",
                "BZMPOP 1 1 a MIN",
                "EVAL s 2 a b c",
                "EVALSHA s 1 a b",
                "SINTERCARD 2 a b",
                "SORT a BY w_* LIMIT 0 1 GET x STORE d ALPHA",
                "SORT a",
                "SORT_RO a BY x",
                "OBJECT ENCODING a",
                "MEMORY USAGE a SAMPLES 5",
                "LMOVE a b LEFT RIGHT",
                "WATCH a b",
                "PFCOUNT a b",
                "ZRANGESTORE d a 0 1",
                "LCS a b",
                "SMOVE a b m",
                "GETEX a PERSIST"
            }) {
                String[] words = line.split(" ");
                List<String> call = new ArrayList<>(List.of("COMMAND", "GETKEYS"));
                call.addAll(List.of(words));
                List<?> theirs = (List<?>) wire.call(call.toArray(String[]::new));
                Args args = Args.of(words);
                CommandSpec spec = table.find(args.buffer(), args.offset(0), args.length(0));
                if (spec.name().equals("object") || spec.name().equals("memory")) {
                    spec = table.named(spec.name() + "|" + words[1].toLowerCase());
                }
                KeyRule rule = spec.keys();
                List<Object> ours = new ArrayList<>();
                for (int i = 0; i < rule.count(args); i++) {
                    ours.add(args.text(rule.at(args, i)));
                }
                assertThat(ours).as(line).isEqualTo(theirs);
            }
        }
    }

    private static Set<String> strings(List<?> values) {
        Set<String> strings = new TreeSet<>();
        values.forEach(value -> strings.add(value.toString()));
        return strings;
    }

    private static String number(Random random) {
        String digits = (random.nextBoolean() ? "-" : "") + random.nextInt(1_000_000);
        return switch (random.nextInt(5)) {
            case 0 -> digits;
            case 1 -> digits + "." + random.nextInt(1_000_000);
            case 2 -> digits + "." + Math.abs(random.nextLong());
            case 3 -> digits + "e" + (random.nextInt(40) - 20);
            default -> Double.toString(random.nextGaussian());
        };
    }

    private static String letters(Random random, String alphabet, int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }

    private static String answer(int port, String input) throws IOException {
        try (Wire wire = new Wire(port)) {
            wire.send(input);
            wire.finish();
            return wire.readToEnd();
        }
    }
}
