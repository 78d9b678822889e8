package dev.meridian.server.redis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.kernel.command.Args;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RespParserTest {
    private static final RespLimits LIMITS = RespLimits.defaults();
    private static final RespParser.Scratch SCRATCH = new RespParser.Scratch();

    @Test
    void arraysAndLinesMayAlternate() {
        assertThat(parse("*1\r\n$4\r\nPING\r\nECHO \"a b\"\r\n*2\r\n$3\r\nGET\r\n$0\r\n\r\n", 1 << 20))
                .containsExactly("[PING]", "[ECHO][a b]", "[GET][]");
    }

    @Test
    void emptyCommandsAreSkipped() {
        assertThat(parse("\r\n*0\r\n*-1\r\n  \nPING\r\n", 1 << 20)).containsExactly("[PING]");
    }

    @Test
    void wordsOfALineFollowTheQuotingOfRedisCli() {
        assertThat(parse("a \"\\x41\\n\\t\\q\\\"\" 'it\\'s \\n' b\"c\"  d\\n\n", 1 << 20))
                .containsExactly("[a][A\n\tq\"][it's \\n][bc][d\\n]");
        assertThat(parse("a \"b\"c\r\nPING\r\n", 1 << 20)).containsExactly("!unbalanced quotes in request");
        assertThat(parse("a 'b\r\n", 1 << 20)).containsExactly("!unbalanced quotes in request");
        assertThat(parse("a \"b\\\r\n", 1 << 20)).containsExactly("!unbalanced quotes in request");
    }

    /** Guards 4.1 rows 1 and 3: a count is believed only when its bytes come. */
    @Test
    void anAnnouncedLengthAllocatesNothing() {
        long before = usedBytes();
        List<RespParser> parsers = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            RespParser parser = new RespParser(LIMITS, SCRATCH);
            parser.append(Unpooled.wrappedBuffer("*1048576\r\n$536870912\r\nx".getBytes(ISO_8859_1)));
            assertThat(parser.next(true)).isEqualTo(RespParser.Outcome.MORE);
            parser.park();
            parsers.add(parser);
        }
        assertThat(usedBytes() - before).isLessThan(100_000_000);
        assertThat(parsers).hasSize(2000);
    }

    @Test
    void aLargeValueArrivesWholeThroughSmallReads() {
        byte[] value = new byte[20_000_000];
        new Random(7).nextBytes(value);
        byte[] input =
                concat("*2\r\n$4\r\nECHO\r\n$20000000\r\n".getBytes(ISO_8859_1), value, "\r\n".getBytes(ISO_8859_1));
        RespParser parser = new RespParser(LIMITS, SCRATCH);
        RespParser.Outcome outcome = RespParser.Outcome.MORE;
        for (int at = 0; at < input.length; at += 1500) {
            parser.append(Unpooled.wrappedBuffer(input, at, Math.min(1500, input.length - at)));
            outcome = parser.next(true);
            if (outcome == RespParser.Outcome.MORE) {
                parser.park();
            }
        }
        assertThat(outcome).isEqualTo(RespParser.Outcome.COMMAND);
        assertThat(parser.args().copy(1)).isEqualTo(value);
    }

    /** Guards 4.1 row 6. */
    @Test
    void aHundredThousandNestedArraysAreOneError() {
        assertThat(parse("*1\r\n".repeat(100_000), 1 << 16)).containsExactly("!expected '$', got '*'");
    }

    @Test
    void howTheInputIsSplitChangesNothing() {
        for (long seed = 1; seed <= 300; seed++) {
            Random random = new Random(seed);
            String input = generate(random);
            List<String> whole = parse(input, 1 << 20);
            assertThat(parse(input, 1)).as("seed %d, byte by byte", seed).isEqualTo(whole);
            int size = 1 + random.nextInt(40);
            assertThat(parse(input, size))
                    .as("seed %d, pieces of %d", seed, size)
                    .isEqualTo(whole);
        }
    }

    @Test
    void aSplitAtAnySingleByteChangesNothing() {
        for (long seed = 1000; seed < 1020; seed++) {
            String input = generate(new Random(seed));
            List<String> whole = parse(input, 1 << 20);
            for (int split = 0; split <= input.length(); split++) {
                assertThat(parse(List.of(input.substring(0, split), input.substring(split))))
                        .as("seed %d, split at %d", seed, split)
                        .isEqualTo(whole);
            }
        }
    }

    @Test
    void validCommandsComeBackAsTheyWereSent() {
        for (long seed = 1; seed <= 200; seed++) {
            Random random = new Random(seed);
            StringBuilder input = new StringBuilder();
            List<String> expected = new ArrayList<>();
            for (int i = random.nextInt(8); i >= 0; i--) {
                String[] words = words(random);
                input.append(new String(Wire.encode(words), ISO_8859_1));
                expected.add("[" + String.join("][", words) + "]");
            }
            assertThat(parse(input.toString(), 1 + random.nextInt(200)))
                    .as("seed %d", seed)
                    .isEqualTo(expected);
        }
    }

    /** Commands, lines and damage: a byte changed, dropped or doubled, or a header out of its limits. */
    private static String generate(Random random) {
        StringBuilder input = new StringBuilder();
        for (int i = random.nextInt(6); i >= 0; i--) {
            switch (random.nextInt(6)) {
                case 0 -> input.append("SET 'a b' \"c\\x0ad\"\r\n");
                case 1 -> input.append("*").append(random.nextInt(4) - 2).append("\r\n");
                default -> input.append(new String(Wire.encode(words(random)), ISO_8859_1));
            }
        }
        if (random.nextInt(3) > 0) {
            int at = random.nextInt(input.length());
            switch (random.nextInt(4)) {
                case 0 -> input.setCharAt(at, (char) random.nextInt(256));
                case 1 -> input.deleteCharAt(at);
                case 2 -> input.insert(at, input.charAt(at));
                default ->
                    input.insert(
                            at,
                            new String[] {"\r\n", "*", "$-1\r\n", "*99999999\r\n", "\"", "%1\r\n", "\0"}
                                    [random.nextInt(7)]);
            }
        }
        return input.toString();
    }

    private static String[] words(Random random) {
        String[] words = new String[1 + random.nextInt(5)];
        for (int i = 0; i < words.length; i++) {
            byte[] bytes = new byte[random.nextInt(10) == 0 ? random.nextInt(2000) : random.nextInt(12)];
            random.nextBytes(bytes);
            words[i] = new String(bytes, ISO_8859_1);
        }
        return words;
    }

    private static List<String> parse(String input, int pieceBytes) {
        List<String> pieces = new ArrayList<>();
        for (int at = 0; at < input.length(); at += pieceBytes) {
            pieces.add(input.substring(at, Math.min(input.length(), at + pieceBytes)));
        }
        return parse(pieces);
    }

    private static List<String> parse(List<String> pieces) {
        RespParser parser = new RespParser(LIMITS, SCRATCH);
        List<String> found = new ArrayList<>();
        for (String piece : pieces) {
            parser.append(Unpooled.wrappedBuffer(piece.getBytes(ISO_8859_1)));
            RespParser.Outcome outcome = parser.next(true);
            for (; outcome == RespParser.Outcome.COMMAND; outcome = parser.next(true)) {
                found.add(show(parser.args()));
            }
            if (outcome == RespParser.Outcome.FAILED) {
                found.add(parser.error().replace("ERR Protocol error: ", "!"));
                break;
            }
            parser.park();
        }
        return found;
    }

    private static String show(Args args) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < args.count(); i++) {
            text.append('[').append(args.latin1(i)).append(']');
        }
        return text.toString();
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static long usedBytes() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
