package dev.meridian.server.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.protocol.ProtocolVersion;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.RedisCallback;
import org.springframework.data.redis.core.StringRedisTemplate;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.RedisProtocol;

/**
 * What each client says from its connection to its first PING and its leave, and what it is answered, is as in {@code
 * src/test/resources/handshakes}. {@code -Dmeridian.rewrite=true} records them anew: read the difference before keeping it.
 */
class HandshakesTest {
    private static final Path RECORDED = Path.of("src", "test", "resources", "handshakes");
    private static final boolean REWRITE = Boolean.getBoolean("meridian.rewrite");

    /** Of INFO's fields, those that clients decide by and that are the same in every run. */
    private static final Set<String> INFO_FIELDS = Set.of(
            "redis_version", "redis_mode", "loading", "async_loading", "role", "maxmemory_policy", "cluster_enabled");

    @TempDir
    static Path directory;

    static StagedNode open;
    static StagedNode guarded;

    @BeforeAll
    static void start() throws Exception {
        open = StagedNode.open(directory.resolve("open"));
        guarded = StagedNode.guarded(directory.resolve("guarded"));
    }

    @AfterAll
    static void stop() {
        open.close();
        guarded.close();
    }

    interface Visit {
        /** Connects, sends PING and leaves. */
        void to(int port, String password) throws Exception;
    }

    @TestFactory
    List<DynamicTest> handshakesAreAsRecorded() {
        List<DynamicTest> tests = new ArrayList<>();
        add(tests, "redis-cli-resp2", (port, password) -> ClientProcess.redisCli(port, password, "", "PING"));
        add(tests, "redis-cli-resp3", (port, password) -> ClientProcess.redisCli(port, password, "", "-3", "PING"));
        add(tests, "redis-benchmark", (port, password) -> ClientProcess.run("", benchmark(port, password)));
        add(tests, "jedis-resp2", (port, password) -> jedis(port, password, RedisProtocol.RESP2));
        add(tests, "jedis-resp3", (port, password) -> jedis(port, password, RedisProtocol.RESP3));
        add(tests, "lettuce-resp2", (port, password) -> lettuce(port, password, ProtocolVersion.RESP2));
        add(tests, "lettuce-resp3", (port, password) -> lettuce(port, password, ProtocolVersion.RESP3));
        add(tests, "spring-data-redis", HandshakesTest::spring);
        add(tests, "ioredis", (port, password) -> ClientProcess.script("ioredis.mjs", port, password, "ping"));
        add(
                tests,
                "node-redis-resp2",
                (port, password) -> ClientProcess.script("node-redis.mjs", port, password, "ping", "2"));
        add(
                tests,
                "node-redis-resp3",
                (port, password) -> ClientProcess.script("node-redis.mjs", port, password, "ping", "3"));
        return tests;
    }

    private static void add(List<DynamicTest> tests, String client, Visit visit) {
        tests.add(DynamicTest.dynamicTest(client, () -> compare(client, open, visit)));
        tests.add(DynamicTest.dynamicTest(
                client + " with a password", () -> compare(client + "-password", guarded, visit)));
    }

    private static List<String> benchmark(int port, String password) {
        List<String> command = new ArrayList<>(List.of("redis-benchmark", "-p", "" + port));
        if (!password.isEmpty()) {
            command.addAll(List.of("-a", password));
        }
        command.addAll(List.of("-q", "-n", "1", "-c", "1", "PING"));
        return command;
    }

    private static void jedis(int port, String password, RedisProtocol protocol) {
        String given = password.isEmpty() ? null : password;
        try (Jedis jedis = new Jedis("127.0.0.1", port, JedisTest.config(protocol, given))) {
            jedis.ping();
        }
    }

    private static void lettuce(int port, String password, ProtocolVersion protocol) {
        try (RedisClient client = RedisClient.create(LettuceTest.uri(port, password))) {
            client.setOptions(ClientOptions.builder().protocolVersion(protocol).build());
            client.connect().sync().ping();
        }
    }

    private static void spring(int port, String password) {
        RedisStandaloneConfiguration configuration = new RedisStandaloneConfiguration("127.0.0.1", port);
        configuration.setPassword(password);
        LettuceConnectionFactory connections = new LettuceConnectionFactory(configuration);
        connections.afterPropertiesSet();
        connections.start();
        try {
            StringRedisTemplate redis = new StringRedisTemplate(connections);
            redis.execute((RedisCallback<String>) connection -> connection.ping());
        } finally {
            connections.destroy();
        }
    }

    private static void compare(String name, StagedNode node, Visit visit) throws Exception {
        Path file = RECORDED.resolve(name + ".txt");
        String seen;
        try (ClientProxy proxy = new ClientProxy(node.port())) {
            visit.to(proxy.port(), node.password());
            seen = text(proxy.conversations());
        }
        assertThat(seen).as("what %s said", name).containsIgnoringCase("> PING\n");
        if (REWRITE) {
            assertThat(System.getenv("CI")).as("recordings are made by people").isNotEqualTo("true");
            Files.createDirectories(RECORDED);
            Files.writeString(file, seen);
        }
        assertThat(file)
                .as("%s is absent: run this test with -Dmeridian.rewrite=true", file)
                .exists();
        assertThat(seen)
                .as("the handshake of %s; -Dmeridian.rewrite=true records it anew", name)
                .isEqualTo(Files.readString(file));
    }

    private static String text(List<ClientProxy.Conversation> conversations) {
        StringBuilder out = new StringBuilder();
        for (ClientProxy.Conversation conversation : conversations) {
            out.append("# connection\n");
            Deque<RespText.Value> replies = new ArrayDeque<>(conversation.replies().stream()
                    .filter(reply -> !reply.isPush())
                    .toList());
            for (RespText.Value command : conversation.commands()) {
                out.append("> ").append(String.join(" ", command.words())).append('\n');
                if (!replies.isEmpty()) {
                    masked(command.words(), replies.poll()).write("< ", out);
                }
            }
        }
        return out.toString();
    }

    /** The reply without what differs from run to run, or grows with Meridian. */
    private static RespText.Value masked(List<String> words, RespText.Value reply) {
        return switch (words.getFirst().toUpperCase(Locale.ROOT)) {
            case "HELLO" -> withoutId(reply);
            case "INFO" -> new RespText.Value(reply.type(), fields(reply.text()), List.of());
            case "COMMAND" -> new RespText.Value(reply.type(), "<commands>", List.of());
            default -> reply;
        };
    }

    private static RespText.Value withoutId(RespText.Value reply) {
        List<RespText.Value> elements = new ArrayList<>(reply.elements());
        for (int i = 0; i + 1 < elements.size(); i++) {
            if (elements.get(i).text().equals("id")) {
                elements.set(i + 1, new RespText.Value(elements.get(i + 1).type(), "<id>", List.of()));
            }
        }
        return new RespText.Value(reply.type(), reply.text(), elements);
    }

    private static String fields(String info) {
        return "<with>\n"
                + String.join(
                        "\n",
                        info.lines()
                                .filter(line -> INFO_FIELDS.contains(line.split(":", 2)[0]))
                                .toList());
    }
}
