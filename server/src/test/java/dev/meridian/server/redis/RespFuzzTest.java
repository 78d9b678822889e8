package dev.meridian.server.redis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.kernel.command.Client;
import dev.meridian.kernel.command.CommandSpec;
import dev.meridian.server.fuzz.Fuzzer;
import dev.meridian.server.fuzz.KernelPair;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Bytes of clients, from the parser to the kernel's commands (X2, bad input of RESP). An input is a byte that says whether the
 * client has logged in and in how large pieces the rest arrives, then what it sends.
 */
class RespFuzzTest {
    private static final RespParser.Scratch SCRATCH = new RespParser.Scratch();
    private static final List<String> WORDS = words("""
            k crdt:n crdt:s crdt:z crdt:h crdt:l led:k near:k news 0 1 -1 2.5 nan inf -inf 1e400 9223372036854775807
            -9223372036854775808 9223372036854775808 4294967296 (1 [a + - * a*a*a*a*a*b [^a-\\ u8 i64 #1
            GET SET INCRBY OVERFLOW SAT FAIL NX XX GT LT CH INCR EX PX EXAT PXAT KEEPTTL PERSIST LIMIT COUNT MATCH TYPE
            WITHSCORES WITHVALUES REV BYSCORE BYLEX WEIGHTS AGGREGATE SUM MIN MAX LEFT RIGHT BEFORE AFTER RANK MAXLEN
            NOVALUES STORE BY ALPHA ASC DESC REPLACE DB SETNAME AUTH 3 2 4 default ADOPT bounded eventual 5s
            """);

    private static final List<CommandSpec> COMMANDS =
            new KernelPair().us.kernel.table().served();

    private static List<String> words(String text) {
        List<String> words = new ArrayList<>(List.of(text.strip().split("\\s+")));
        words.addAll(List.of("", "\0", "\u00ff\u00fe", "x".repeat(300)));
        return words;
    }

    private static final class Refused extends Exception {
        Refused(String text) {
            super(text);
        }
    }

    static byte[] generated(SplittableRandom random) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(random.nextInt(10) == 0 ? 0 : 1 + 2 * random.nextInt(100));
        for (int n = 1 + random.nextInt(8); n > 0; n--) {
            List<String> words = new ArrayList<>();
            words.addAll(
                    List.of(COMMANDS.get(random.nextInt(COMMANDS.size())).name().split("\\|")));
            for (int i = random.nextInt(7); i > 0; i--) {
                words.add(WORDS.get(random.nextInt(random.nextBoolean() ? 30 : WORDS.size())));
            }
            out.writeBytes(Wire.encode(words.toArray(new String[0])));
        }
        return out.toByteArray();
    }

    private static final class Door implements Fuzzer.Door {
        private final KernelPair.Host host = new KernelPair().us;
        private final Client client = new Client(77, "127.0.0.1:50077", "127.0.0.1:17010");
        private final RespParser parser = new RespParser(RespLimits.defaults().withBulk(1 << 20), SCRATCH);

        @Override
        public void prepare(byte[] input) {
            host.within(() -> host.kernel.connected(client));
            client.authenticated = input.length > 0 && input[0] % 2 != 0;
            for (String command :
                    List.of("SET k v", "SADD crdt:s a", "ZADD crdt:z 1 a 2 b", "HSET crdt:h f 1", "RPUSH crdt:l a b")) {
                host.ask(command);
            }
        }

        @Override
        public String take(byte[] input) throws Refused {
            int piece = input.length == 0 ? 1 : 1 + (input[0] & 0xFF) / 2 * 7;
            for (int at = 1; at < input.length && !client.closing && !client.blocked; at += piece) {
                parser.append(Unpooled.wrappedBuffer(input, at, Math.min(piece, input.length - at)));
                RespParser.Outcome outcome = parser.next(client.authenticated);
                while (outcome == RespParser.Outcome.COMMAND && !client.closing && !client.blocked) {
                    host.within(() -> host.kernel.command(client, parser.args()));
                    outcome = parser.next(client.authenticated);
                }
                if (outcome == RespParser.Outcome.FAILED) {
                    throw new Refused(parser.error());
                }
                parser.park();
            }
            int size = client.out.size();
            byte[] first = Arrays.copyOfRange(
                    client.out.buffer(), client.out.readIndex(), client.out.readIndex() + Math.min(50, size));
            return new String(first, ISO_8859_1).replaceAll("[0-9]+", "N");
        }

        @Override
        public void check(boolean refused) {
            host.within(() -> host.kernel.disconnected(client));
            host.ask("DEL k");
            host.ask("SET k here");
            assertThat(host.ask("GET k")).isEqualTo("$4 here");
        }
    }

    private static byte[] sample(int first, String text) {
        byte[] bytes = ("x" + text).getBytes(ISO_8859_1);
        bytes[0] = (byte) first;
        return bytes;
    }

    @Test
    void noBytesOfAClientDoMoreThanEndItsConnection_X2() {
        new Fuzzer("RespFuzzTest", Refused.class)
                .samples(List.of(
                        sample(1, "*1\r\n$4\r\nPING\r\n*2\r\n$3\r\nGET\r\n$1\r\nk\r\n"),
                        sample(3, "SET k 'a b'\r\nGET \"k\"\r\n"),
                        sample(0, "*3\r\n$5\r\nHELLO\r\n$1\r\n3\r\n$4\r\nAUTH\r\n"),
                        sample(1, "*2\r\n$5\r\nMULTI\r\n*1\r\n$4\r\nEXEC\r\n")))
                .words(
                        "\r\n",
                        "*",
                        "$",
                        "*-1\r\n",
                        "$-1\r\n",
                        "*1048577\r\n",
                        "$536870912\r\n",
                        "\"",
                        "'",
                        "\0",
                        "HELLO 3\r\n")
                .grammar(RespFuzzTest::generated)
                .budget(32 << 20, 2_000, 1 << 13)
                .run(500, Door::new);
    }
}
