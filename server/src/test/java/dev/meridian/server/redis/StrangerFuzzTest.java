package dev.meridian.server.redis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.server.StagedNodes;
import dev.meridian.server.fuzz.Fuzzer;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/** Bytes of those who do not know the password, over a socket to a whole node (X1, X2). */
class StrangerFuzzTest {
    private static final String PASSWORD = "correct horse battery staple";
    private static final String CANARY = "canary41c9";

    @TempDir
    Path directory;

    /** All that was answered was errors. */
    private static final class Refused extends Exception {}

    private record Door(Jedis owner, int port) implements Fuzzer.Door {
        @Override
        public String take(byte[] input) throws Exception {
            String answer;
            try (Wire wire = new Wire(port)) {
                wire.send(Arrays.copyOfRange(input, Math.min(1, input.length), input.length));
                wire.finish();
                answer = wire.readToEnd();
            } catch (UncheckedIOException cutOff) {
                answer = "";
            }
            if (answer.contains(CANARY) || answer.contains("internal error")) {
                throw new AssertionError("answered " + answer);
            }
            if (answer.lines().allMatch(line -> line.startsWith("-"))) {
                throw new Refused();
            }
            return answer.substring(0, Math.min(30, answer.length())).replaceAll("[0-9]+", "N");
        }

        @Override
        public void check(boolean refused) {
            assertThat(owner.get("k")).isEqualTo(CANARY);
            assertThat(owner.dbSize()).isEqualTo(1);
        }
    }

    private static byte[] sample(String text) {
        return ("x" + text).getBytes(ISO_8859_1);
    }

    @Test
    void whoDoesNotKnowThePasswordLearnsAndChangesNothing_X1_X2() throws Exception {
        String yaml = "multi_region:\n  name: door\n  regions: [{ name: eu-west-1, services: [api, database] }]\n";
        try (StagedNodes nodes = new StagedNodes(directory, yaml, PASSWORD, List.of("eu-west-1")).startAll();
                Jedis owner = nodes.redis("eu-west-1")) {
            owner.auth(PASSWORD);
            owner.set("k", CANARY);
            int port = nodes.node("eu-west-1").doors().resp().getPort();
            new Fuzzer("StrangerFuzzTest", Refused.class)
                    .samples(List.of(
                            sample("*2\r\n$3\r\nGET\r\n$1\r\nk\r\n"),
                            sample("*1\r\n$4\r\nQUIT\r\n"),
                            sample("*2\r\n$5\r\nHELLO\r\n$1\r\n3\r\n"),
                            sample("RESET\r\nSET k 1\r\nFLUSHALL\r\n")))
                    .words("\r\n", "*11\r\n", "$16385\r\n", "QUIT\r\n", "RESET\r\n", "HELLO 3\r\n")
                    .grammar(RespFuzzTest::generated)
                    .budget(8 << 20, 64, 1 << 13)
                    .run(200, () -> new Door(owner, port));
        }
    }
}
