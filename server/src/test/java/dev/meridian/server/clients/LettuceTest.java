package dev.meridian.server.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.SetArgs;
import io.lettuce.core.TransactionResult;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Lettuce over RESP2 and RESP3, with a password. */
class LettuceTest {
    @TempDir
    static Path directory;

    static StagedNode node;

    @BeforeAll
    static void start() throws Exception {
        node = StagedNode.guarded(directory);
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    static RedisURI uri(int port, String password) {
        RedisURI.Builder uri = RedisURI.builder().withHost("127.0.0.1").withPort(port);
        if (!password.isEmpty()) {
            uri.withPassword(password.toCharArray());
        }
        return uri.withClientName("lettuce-test").build();
    }

    static void with(ProtocolVersion protocol, Consumer<RedisClient> work) {
        try (RedisClient client = RedisClient.create(uri(node.port(), node.password()))) {
            client.setOptions(ClientOptions.builder().protocolVersion(protocol).build());
            work.accept(client);
        }
    }

    static RedisCommands<String, String> fresh(RedisClient client) {
        RedisCommands<String, String> redis = client.connect().sync();
        redis.flushall();
        return redis;
    }

    private static <T> T within(RedisFuture<T> future) {
        return future.toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
    }

    @ParameterizedTest
    @EnumSource(ProtocolVersion.class)
    void valuesOfEveryTypeComeBack(ProtocolVersion protocol) {
        with(protocol, client -> {
            RedisCommands<String, String> redis = fresh(client);
            assertThat(redis.set("text", "Grüße", SetArgs.Builder.px(60_000))).isEqualTo("OK");
            assertThat(redis.get("text")).isEqualTo("Grüße");
            assertThat(redis.set("text", "x", SetArgs.Builder.nx())).isNull();
            assertThat(redis.setGet("text", "new")).isEqualTo("Grüße");
            redis.hset("hash", Map.of("f", "1", "g", "2"));
            assertThat(redis.hgetall("hash")).isEqualTo(Map.of("f", "1", "g", "2"));
            redis.zadd("zset", 1.5, "a");
            redis.zadd("zset", Double.NEGATIVE_INFINITY, "b");
            assertThat(redis.zrangeWithScores("zset", 0, -1))
                    .extracting(each -> each.getValue() + each.getScore())
                    .containsExactly("b-Infinity", "a1.5");
            redis.sadd("set", "a", "b");
            assertThat(redis.smembers("set")).isEqualTo(Set.of("a", "b"));
            assertThat(redis.mget("text", "absent"))
                    .extracting(each -> each.getValueOrElse("-"))
                    .containsExactly("new", "-");
            assertThatThrownBy(() -> redis.lpush("text", "x"))
                    .isInstanceOf(RedisCommandExecutionException.class)
                    .hasMessageStartingWith("WRONGTYPE");
            assertThat(redis.clientGetname()).isEqualTo("lettuce-test");
            assertThat(redis.clientList()).contains("lib-name=Lettuce");
        });
    }

    @ParameterizedTest
    @EnumSource(ProtocolVersion.class)
    void commandsInFlightAreAnsweredInOrder(ProtocolVersion protocol) {
        with(protocol, client -> {
            fresh(client);
            RedisAsyncCommands<String, String> redis = client.connect().async();
            List<RedisFuture<Long>> all = new ArrayList<>();
            for (int i = 0; i < 1_000; i++) {
                all.add(redis.incr("n"));
            }
            for (int i = 0; i < all.size(); i++) {
                assertThat(within(all.get(i))).isEqualTo(i + 1);
            }
        });
    }

    @ParameterizedTest
    @EnumSource(ProtocolVersion.class)
    void aTransactionIsDoneWholeOrNotAtAll(ProtocolVersion protocol) {
        with(protocol, client -> {
            RedisCommands<String, String> redis = fresh(client);
            redis.multi();
            redis.incr("n");
            redis.hset("hash", "f", "v");
            redis.hgetall("hash");
            assertThat(redis.exec()).containsExactly(1L, true, Map.of("f", "v"));

            redis.watch("n");
            client.connect().sync().incr("n");
            redis.multi();
            redis.incr("n");
            TransactionResult overtaken = redis.exec();
            assertThat(overtaken.wasDiscarded()).isTrue();
            assertThat(redis.get("n")).isEqualTo("2");
        });
    }

    @ParameterizedTest
    @EnumSource(ProtocolVersion.class)
    void aScanMeetsEveryKey(ProtocolVersion protocol) {
        with(protocol, client -> {
            RedisCommands<String, String> redis = fresh(client);
            Set<String> keys = new HashSet<>();
            for (int i = 0; i < 200; i++) {
                redis.set("scan:" + i, "x");
                keys.add("scan:" + i);
            }
            Set<String> found = new HashSet<>();
            KeyScanCursor<String> page =
                    redis.scan(ScanArgs.Builder.matches("scan:*").limit(20));
            found.addAll(page.getKeys());
            while (!page.isFinished()) {
                page = redis.scan(page, ScanArgs.Builder.matches("scan:*").limit(20));
                found.addAll(page.getKeys());
            }
            assertThat(found).isEqualTo(keys);
        });
    }

    @Test
    void pushesComeBetweenTheRepliesOfOneConnection() {
        with(ProtocolVersion.RESP3, client -> {
            try (StatefulRedisPubSubConnection<String, String> both = client.connectPubSub()) {
                BlockingQueue<String> heard = new LinkedBlockingQueue<>();
                both.addListener(new RedisPubSubAdapter<>() {
                    @Override
                    public void message(String channel, String message) {
                        heard.add(channel + " " + message);
                    }
                });
                both.sync().subscribe("news");
                // In RESP3 a listener may also send commands.
                assertThat(both.sync().set("a", "1")).isEqualTo("OK");
                assertThat(both.sync().publish("news", "hello")).isEqualTo(1);
                assertThat(both.sync().get("a")).isEqualTo("1");
                await().untilAsserted(() -> assertThat(heard).containsExactly("news hello"));
            }
        });
    }

    @Test
    void aBlockedPopIsServedByAPush() {
        with(ProtocolVersion.RESP3, client -> {
            RedisCommands<String, String> redis = fresh(client);
            var popped = client.connect().async().blpop(10, "queue");
            redis.rpush("queue", "job");
            assertThat(within(popped).getValue()).isEqualTo("job");
        });
    }

    @ParameterizedTest
    @EnumSource(ProtocolVersion.class)
    void connectionAndSubscriptionComeBackWithTheNode(ProtocolVersion protocol, @TempDir Path own) throws Exception {
        try (StagedNode restarted = StagedNode.guarded(own);
                RedisClient client = RedisClient.create(uri(restarted.port(), restarted.password()))) {
            client.setOptions(ClientOptions.builder().protocolVersion(protocol).build());
            StatefulRedisConnection<String, String> connection = client.connect();
            StatefulRedisPubSubConnection<String, String> listener = client.connectPubSub();
            BlockingQueue<String> heard = new LinkedBlockingQueue<>();
            listener.addListener(new RedisPubSubAdapter<>() {
                @Override
                public void message(String channel, String message) {
                    heard.add(message);
                }
            });
            listener.sync().subscribe("news");
            connection.sync().set("kept", "1");

            restarted.restart();

            assertThat(connection.sync().get("kept")).isEqualTo("1");
            await().untilAsserted(() -> {
                connection.sync().publish("news", "again");
                assertThat(heard).contains("again");
            });
        }
    }

    @Test
    void aWrongPasswordIsToldAsSuch() {
        try (RedisClient client = RedisClient.create(uri(node.port(), "wrong"))) {
            assertThatThrownBy(client::connect)
                    .isInstanceOf(RedisConnectionException.class)
                    .hasStackTraceContaining("WRONGPASS");
        }
    }
}
