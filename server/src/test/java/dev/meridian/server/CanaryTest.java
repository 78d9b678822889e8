package dev.meridian.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * No key and no value of a client's data is ever in a log line, a metric, a status, an event, an answer over HTTP, or in what a node tells
 * of itself and of its clients (R1, X7).
 */
class CanaryTest {
    private static final String CANARY = "canary7f3a";
    private static final String KEY = "carts:" + CANARY + "key";
    private static final String VALUE = CANARY + "value";

    /** Commands by which a node tells of itself. */
    private static final List<String> TELLING = List.of(
            "INFO everything",
            "CLIENT LIST",
            "CLIENT INFO",
            "SLOWLOG GET",
            "LATENCY LATEST",
            "MEMORY STATS",
            "CONFIG GET *",
            "COMMAND COUNT",
            "ROLE",
            "ACL LIST");

    @TempDir
    Path directory;

    @Test
    void keysAndValuesStayInTheData_X7() throws Exception {
        Queue<String> logged = new ConcurrentLinkedQueue<>();
        JsonLogLines lines = new JsonLogLines();
        AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {
                logged.add(new String(lines.encode(event), StandardCharsets.UTF_8));
            }
        };
        appender.start();
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.addAppender(appender);
        try (StagedNodes nodes = new StagedNodes(directory, NodesTest.SHOP, null, NodesTest.REGIONS).startAll()) {
            useEveryWayIn(nodes);
            askWhileClientsAreAtIt(nodes);
            for (String region : NodesTest.REGIONS) {
                for (String path : List.of(
                        "/metrics", "/v1/status", "/v1/config", "/readyz?verbose", "/" + CANARY, "/livez?" + CANARY)) {
                    assertThat(nodes.http(region, path).body())
                            .as(path)
                            .isNotEmpty()
                            .doesNotContain(CANARY);
                }
            }
            assertThat(nodes.http("eu-west-1", "/metrics").body())
                    .contains("redis_commands_total{cmd=\"set\"}")
                    .contains("redis_keyspace_hits_total");
        } finally {
            root.detachAppender(appender);
        }
        assertThat(logged).isNotEmpty();
        assertThat(logged).noneMatch(line -> line.contains(CANARY));
    }

    private static void useEveryWayIn(StagedNodes nodes) throws Exception {
        try (Jedis eu = nodes.redis("eu-west-1");
                Jedis us = nodes.redis("us-east-1")) {
            eu.set(KEY, VALUE);
            await().untilAsserted(() -> assertThat(us.get(KEY)).isEqualTo(VALUE));
            refused(() -> eu.sadd(KEY, VALUE));
            refused(() -> eu.incr(KEY));
            refused(() -> eu.sendCommand(() -> CANARY.getBytes(StandardCharsets.US_ASCII), KEY, VALUE));
            refused(() -> eu.auth(CANARY));
            eu.clientSetname(CANARY);
            eu.del(KEY);
            us.set(KEY, VALUE);
            await().untilAsserted(() -> assertThat(eu.get(KEY)).isEqualTo(VALUE));
        }
        try (Socket broken = new Socket(
                InetAddress.getLoopbackAddress(),
                nodes.node("eu-west-1").doors().resp().getPort())) {
            broken.getOutputStream()
                    .write(("*3\r\n$3\r\nSET\r\n$" + CANARY + "\r\n").getBytes(StandardCharsets.US_ASCII));
            assertThat(broken.getInputStream().readAllBytes()).isNotEmpty();
        }
        try (Socket link = new Socket(
                InetAddress.getLoopbackAddress(), nodes.link("eu-west-1").getPort())) {
            link.getOutputStream().write(("MERIDIAN" + CANARY.repeat(40)).getBytes(StandardCharsets.US_ASCII));
            assertThat(link.getInputStream().readAllBytes()).isEmpty();
        }
    }

    /** While one client waits for a key and another has queued commands about it, the node tells nothing of either. */
    private static void askWhileClientsAreAtIt(StagedNodes nodes) throws Exception {
        int port = nodes.node("eu-west-1").doors().resp().getPort();
        try (Socket waiting = new Socket(InetAddress.getLoopbackAddress(), port);
                Socket queueing = new Socket(InetAddress.getLoopbackAddress(), port);
                Jedis asking = nodes.redis("eu-west-1")) {
            waiting.getOutputStream().write(("BLPOP " + KEY + "list 0\r\n").getBytes(StandardCharsets.US_ASCII));
            queueing.getOutputStream()
                    .write(("MULTI\r\nSET " + KEY + " " + VALUE + "\r\n").getBytes(StandardCharsets.US_ASCII));
            await().untilAsserted(() -> assertThat(tells(asking, "CLIENT LIST")).contains("cmd=blpop", "multi=1"));
            for (String command : TELLING) {
                assertThat(tells(asking, command)).as(command).isNotEmpty().doesNotContain(CANARY);
            }
        }
    }

    /** What the command answers, as text; or its error. */
    private static String tells(Jedis asking, String command) {
        String[] words = command.split(" ");
        try {
            return text(asking.sendCommand(
                    () -> words[0].getBytes(StandardCharsets.US_ASCII), Arrays.copyOfRange(words, 1, words.length)));
        } catch (JedisDataException e) {
            return e.getMessage();
        }
    }

    private static String text(Object reply) {
        return switch (reply) {
            case byte[] bytes -> new String(bytes, StandardCharsets.UTF_8);
            case List<?> items -> items.stream().map(CanaryTest::text).collect(Collectors.joining(" ", "[", "]"));
            case null, default -> String.valueOf(reply);
        };
    }

    private static void refused(Runnable command) {
        org.assertj.core.api.Assertions.assertThatThrownBy(command::run).isInstanceOf(JedisDataException.class);
    }
}
