package dev.meridian.server.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.JedisPubSub;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.Response;
import redis.clients.jedis.Transaction;
import redis.clients.jedis.exceptions.JedisAccessControlException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.params.SetParams;

/** Jedis over RESP2 and RESP3, with a password. */
class JedisTest {
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

    static JedisClientConfig config(RedisProtocol protocol, String password) {
        return DefaultJedisClientConfig.builder()
                .protocol(protocol)
                .password(password)
                .clientName("jedis-test")
                .build();
    }

    static Jedis jedis(RedisProtocol protocol) {
        Jedis jedis = new Jedis("127.0.0.1", node.port(), config(protocol, StagedNode.PASSWORD));
        jedis.flushAll();
        return jedis;
    }

    @ParameterizedTest
    @EnumSource(RedisProtocol.class)
    void valuesOfEveryTypeComeBack(RedisProtocol protocol) {
        try (Jedis jedis = jedis(protocol)) {
            assertThat(jedis.set("text", "Grüße", SetParams.setParams().px(60_000)))
                    .isEqualTo("OK");
            assertThat(jedis.get("text")).isEqualTo("Grüße");
            assertThat(jedis.pttl("text")).isBetween(1L, 60_000L);
            assertThat(jedis.set("text", "x", SetParams.setParams().nx())).isNull();
            jedis.hset("hash", Map.of("f", "1", "g", "2"));
            assertThat(jedis.hgetAll("hash")).isEqualTo(Map.of("f", "1", "g", "2"));
            jedis.zadd("zset", Map.of("a", 1.5, "b", Double.POSITIVE_INFINITY));
            assertThat(jedis.zrangeWithScores("zset", 0, -1))
                    .extracting(each -> each.getElement() + each.getScore())
                    .containsExactly("a1.5", "bInfinity");
            jedis.rpush("list", "a", "b", "c");
            assertThat(jedis.lrange("list", 0, -1)).containsExactly("a", "b", "c");
            jedis.sadd("set", "a", "b");
            assertThat(jedis.smembers("set")).isEqualTo(Set.of("a", "b"));
            assertThat(jedis.type("zset")).isEqualTo("zset");
            assertThatThrownBy(() -> jedis.incr("text"))
                    .isInstanceOf(JedisDataException.class)
                    .hasMessage("ERR value is not an integer or out of range");
            assertThat(jedis.clientGetname()).isEqualTo("jedis-test");
            assertThat(jedis.info("server")).contains("redis_mode:standalone");
        }
    }

    @ParameterizedTest
    @EnumSource(RedisProtocol.class)
    void aPipelineIsAnsweredInOrder(RedisProtocol protocol) {
        try (Jedis jedis = jedis(protocol);
                Pipeline pipeline = jedis.pipelined()) {
            for (int i = 1; i <= 500; i++) {
                pipeline.incr("n");
            }
            assertThat(pipeline.syncAndReturnAll())
                    .hasSize(500)
                    .startsWith(1L, 2L)
                    .endsWith(500L);
        }
    }

    @ParameterizedTest
    @EnumSource(RedisProtocol.class)
    void aTransactionIsDoneWholeOrNotAtAll(RedisProtocol protocol) {
        try (Jedis jedis = jedis(protocol);
                Jedis other = new Jedis("127.0.0.1", node.port(), config(protocol, StagedNode.PASSWORD))) {
            Transaction done = jedis.multi();
            Response<Long> n = done.incr("n");
            done.hset("hash", "f", "v");
            Response<Map<String, String>> hash = done.hgetAll("hash");
            assertThat(done.exec()).hasSize(3);
            assertThat(n.get()).isEqualTo(1);
            assertThat(hash.get()).isEqualTo(Map.of("f", "v"));

            jedis.watch("n");
            other.incr("n");
            Transaction overtaken = jedis.multi();
            overtaken.incr("n");
            assertThat(overtaken.exec()).isNull();
            assertThat(jedis.get("n")).isEqualTo("2");
        }
    }

    @ParameterizedTest
    @EnumSource(RedisProtocol.class)
    void aListenerHearsWhatIsPublished(RedisProtocol protocol) throws Exception {
        try (Jedis publisher = jedis(protocol);
                Jedis listener = new Jedis("127.0.0.1", node.port(), config(protocol, StagedNode.PASSWORD))) {
            CompletableFuture<String> heard = new CompletableFuture<>();
            JedisPubSub subscription = new JedisPubSub() {
                @Override
                public void onPSubscribe(String pattern, int count) {
                    publisher.publish("news:1", "hello");
                }

                @Override
                public void onPMessage(String pattern, String channel, String message) {
                    heard.complete(pattern + " " + channel + " " + message);
                    punsubscribe();
                }
            };
            listener.psubscribe(subscription, "news:*");
            assertThat(heard.join()).isEqualTo("news:* news:1 hello");
            assertThat(listener.ping()).isEqualTo("PONG");
        }
    }

    @ParameterizedTest
    @EnumSource(RedisProtocol.class)
    void aScanMeetsEveryKey(RedisProtocol protocol) {
        try (Jedis jedis = jedis(protocol)) {
            Set<String> keys = new HashSet<>();
            for (int i = 0; i < 300; i++) {
                jedis.set("scan:" + i, "x");
                keys.add("scan:" + i);
            }
            jedis.set("other", "x");
            Set<String> found = new HashSet<>();
            String cursor = ScanParams.SCAN_POINTER_START;
            do {
                var page = jedis.scan(cursor, new ScanParams().match("scan:*").count(20), "string");
                found.addAll(page.getResult());
                cursor = page.getCursor();
            } while (!cursor.equals(ScanParams.SCAN_POINTER_START));
            assertThat(found).isEqualTo(keys);
        }
    }

    @ParameterizedTest
    @EnumSource(RedisProtocol.class)
    void aBlockedPopIsServedByAPush(RedisProtocol protocol) {
        try (Jedis jedis = jedis(protocol);
                Jedis blocked = new Jedis("127.0.0.1", node.port(), config(protocol, StagedNode.PASSWORD))) {
            CompletableFuture<List<String>> popped = CompletableFuture.supplyAsync(() -> blocked.blpop(10, "queue"));
            jedis.rpush("queue", "job");
            assertThat(popped.join()).containsExactly("queue", "job");
            assertThat(blocked.blpop(0.05, "queue")).isNull();
        }
    }

    @ParameterizedTest
    @EnumSource(RedisProtocol.class)
    void aPoolTestsItsConnections(RedisProtocol protocol) {
        ConnectionPoolConfig pool = new ConnectionPoolConfig();
        pool.setMaxTotal(4);
        pool.setTestOnBorrow(true);
        try (RedisClient client = RedisClient.builder()
                .hostAndPort(new HostAndPort("127.0.0.1", node.port()))
                .clientConfig(config(protocol, StagedNode.PASSWORD))
                .poolConfig(pool)
                .build()) {
            client.del("pooled");
            List<CompletableFuture<Long>> all = IntStream.range(0, 100)
                    .mapToObj(i -> CompletableFuture.supplyAsync(() -> client.incr("pooled")))
                    .toList();
            assertThat(all.stream().map(CompletableFuture::join)).doesNotHaveDuplicates();
            assertThat(client.get("pooled")).isEqualTo("100");
            assertThat(client.getPool().getCreatedCount()).isBetween(1L, 4L);
        }
    }

    @Test
    void aWrongPasswordIsToldAsSuch() {
        assertThatThrownBy(() -> new Jedis("127.0.0.1", node.port(), config(RedisProtocol.RESP3, "wrong")).ping())
                .isInstanceOf(JedisAccessControlException.class)
                .hasMessageContaining("WRONGPASS");
    }
}
