package dev.meridian.server.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** redis-cli and redis-benchmark as people use them. */
class RedisCliTest {
    @TempDir
    static Path directory;

    static StagedNode node;
    static StagedNode guarded;

    @BeforeAll
    static void start() throws Exception {
        node = StagedNode.open(directory.resolve("open"));
        guarded = StagedNode.guarded(directory.resolve("guarded"));
    }

    @AfterAll
    static void stop() {
        node.close();
        guarded.close();
    }

    static String cli(String input, String... arguments) throws Exception {
        ClientProcess process = ClientProcess.redisCli(node, input, arguments);
        assertThat(process.exitCode()).as(process.out()).isZero();
        return process.out();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-2", "-3"})
    void commandsFromAPipeAreAnsweredInOrder(String protocol) throws Exception {
        assertThat(cli("""
                FLUSHALL
                SET text "two words"
                GET text
                INCR text
                HSET hash f v g w
                HGETALL hash
                GET absent
                MULTI
                INCR n
                HGET hash f
                EXEC
                """, protocol))
                .isEqualTo("""
                OK
                OK
                two words
                ERR value is not an integer or out of range

                2
                f
                v
                g
                w

                OK
                QUEUED
                QUEUED
                1
                v
                """.replace("f\nv\ng\nw\n", protocol.equals("-3") ? "f v\ng w\n" : "f\nv\ng\nw\n"));
    }

    @Test
    void rawProtocolIsPipedIn() throws Exception {
        StringBuilder commands = new StringBuilder();
        for (int i = 0; i < 1_000; i++) {
            commands.append("*3\r\n$5\r\nRPUSH\r\n$5\r\npiped\r\n$1\r\nx\r\n");
        }

        assertThat(cli(commands.toString(), "--pipe")).contains("errors: 0, replies: 1000");
        assertThat(cli("", "LLEN", "piped")).isEqualTo("1000\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-2", "-3"})
    void aListenerHearsWhatIsPublished(String protocol) throws Exception {
        String channel = "news" + protocol;
        Process listener =
                new ProcessBuilder("redis-cli", protocol, "-p", "" + node.port(), "SUBSCRIBE", channel).start();
        try (BufferedReader heard = listener.inputReader()) {
            assertThat(lines(heard, 3)).containsExactly("subscribe", channel, "1");
            assertThat(cli("", "PUBLISH", channel, "hello")).isEqualTo("1\n");
            assertThat(lines(heard, 3)).containsExactly("message", channel, "hello");
        } finally {
            listener.destroy();
        }
    }

    private static List<String> lines(BufferedReader from, int count) throws IOException {
        List<String> lines = new ArrayList<>();
        while (lines.size() < count) {
            lines.add(from.readLine());
        }
        return lines;
    }

    @Test
    void theLargestKeysAreFound() throws Exception {
        cli(
                "FLUSHALL\nSET small 1\nSET large 123456789\nHSET hash f v g w\nZADD zset 1 a\nRPUSH list a b c\nSADD set a\n");

        assertThat(cli("", "--bigkeys"))
                .contains("Biggest string found '\"large\"' has 9 bytes")
                .contains("Biggest   hash found '\"hash\"' has 2 fields")
                .contains("Biggest   list found '\"list\"' has 3 items")
                .contains("Sampled 6 keys in the keyspace!");
        assertThat(cli("", "--memkeys"))
                .contains("Sampled 6 keys in the keyspace!")
                .doesNotContain("failed");
        assertThat(cli("", "--scan", "--pattern", "*a*").lines()).containsExactlyInAnyOrder("large", "small", "hash");
    }

    @Test
    void statisticsAreShown() throws Exception {
        String script = "stdbuf -oL redis-cli -p %d --stat -i 0.1 | head -n 4".formatted(node.port());
        ClientProcess process = ClientProcess.run("", List.of("timeout", "20", "sh", "-c", script));

        assertThat(process.out()).contains("keys       mem      clients blocked requests");
        assertThat(process.out().lines().skip(2)).allMatch(line -> line.matches("\\d+ .*"));
    }

    @Test
    void aPasswordIsAskedFor() throws Exception {
        assertThat(ClientProcess.redisCli(guarded.port(), "", "", "GET", "a").out())
                .startsWith("NOAUTH Authentication required.");
        assertThat(ClientProcess.redisCli(guarded, "", "PING").out()).isEqualTo("PONG\n");
        assertThat(ClientProcess.redisCli(guarded, "", "-3", "PING").out()).isEqualTo("PONG\n");
        assertThat(ClientProcess.redisCli(guarded.port(), "wrong", "", "PING").out())
                .startsWith("AUTH failed: WRONGPASS");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "16"})
    void theBenchmarkRunsThrough(String pipeline) throws Exception {
        String tests =
                "ping_inline,ping_mbulk,set,get,incr,lpush,rpush,lpop,rpop,sadd,hset,spop,zadd,zpopmin,lrange_100,mset";
        ClientProcess process = ClientProcess.run(
                "",
                Stream.of("redis-benchmark", "-p", "" + node.port(), "-n", "1000", "-P", pipeline, "-t", tests, "--csv")
                        .toList());

        assertThat(process.exitCode()).as(process.out()).isZero();
        assertThat(process.out().lines().filter(line -> line.startsWith("\"")).skip(1))
                .as(process.out())
                .hasSize(tests.split(",").length + 1);
        assertThat(process.out()).doesNotContain("rror");
    }
}
