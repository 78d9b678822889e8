package dev.meridian.server.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.data.annotation.Id;
import org.springframework.data.redis.cache.BatchStrategies;
import org.springframework.data.redis.cache.BatchStrategy;
import org.springframework.data.redis.cache.RedisCache;
import org.springframework.data.redis.cache.RedisCacheConfiguration;
import org.springframework.data.redis.cache.RedisCacheManager;
import org.springframework.data.redis.cache.RedisCacheWriter;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.RedisCallback;
import org.springframework.data.redis.core.RedisHash;
import org.springframework.data.redis.core.RedisKeyExpiredEvent;
import org.springframework.data.redis.core.RedisKeyValueAdapter;
import org.springframework.data.redis.core.RedisKeyValueTemplate;
import org.springframework.data.redis.core.RedisOperations;
import org.springframework.data.redis.core.SessionCallback;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.core.TimeToLive;
import org.springframework.data.redis.core.index.Indexed;
import org.springframework.data.redis.core.mapping.RedisMappingContext;
import org.springframework.data.redis.listener.PatternTopic;
import org.springframework.data.redis.listener.RedisMessageListenerContainer;

/** Spring Data Redis as Spring Boot sets it up, over Lettuce and with a password. */
class SpringDataTest {
    @TempDir
    Path directory;

    StagedNode node;
    LettuceConnectionFactory connections;
    StringRedisTemplate redis;

    @BeforeEach
    void start() throws Exception {
        node = StagedNode.guarded(directory);
        RedisStandaloneConfiguration configuration = new RedisStandaloneConfiguration("127.0.0.1", node.port());
        configuration.setPassword(StagedNode.PASSWORD);
        connections = new LettuceConnectionFactory(configuration);
        connections.afterPropertiesSet();
        connections.start();
        redis = new StringRedisTemplate(connections);
    }

    @AfterEach
    void stop() {
        connections.destroy();
        node.close();
    }

    @Test
    void aTemplateKeepsValuesOfEveryType() {
        redis.opsForValue().set("text", "Grüße", Duration.ofMinutes(1));
        assertThat(redis.opsForValue().get("text")).isEqualTo("Grüße");
        assertThat(redis.getExpire("text")).isBetween(1L, 60L);
        redis.opsForHash().putAll("hash", Map.of("f", "1", "g", "2"));
        assertThat(redis.opsForHash().entries("hash")).isEqualTo(Map.of("f", "1", "g", "2"));
        redis.opsForZSet().add("zset", "a", 1.5);
        assertThat(redis.opsForZSet().score("zset", "a")).isEqualTo(1.5);
        redis.opsForList().rightPushAll("list", "a", "b");
        assertThat(redis.opsForList().rightPop("list")).isEqualTo("b");
        redis.opsForSet().add("set", "a", "b");
        assertThat(redis.opsForSet().members("set")).isEqualTo(Set.of("a", "b"));
        assertThat(redis.keys("*s*t")).containsExactlyInAnyOrder("list", "set", "zset");
        assertThat(redis.delete(List.of("text", "hash"))).isEqualTo(2);
        Properties health = redis.execute((RedisCallback<Properties>)
                connection -> connection.serverCommands().info());
        assertThat(health).containsEntry("redis_mode", "standalone").containsKey("redis_version");
    }

    @Test
    void aSessionCallbackIsATransaction() {
        List<Object> replies = redis.execute(new SessionCallback<>() {
            @Override
            @SuppressWarnings("unchecked")
            public <K, V> List<Object> execute(RedisOperations<K, V> operations) {
                RedisOperations<String, String> strings = (RedisOperations<String, String>) operations;
                strings.multi();
                strings.opsForValue().increment("n");
                strings.opsForValue().increment("n");
                return strings.exec();
            }
        });
        assertThat(replies).containsExactly(1L, 2L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"KEYS", "SCAN"})
    void aCacheIsFilledEvictedAndCleared(String clearedBy) {
        BatchStrategy strategy = clearedBy.equals("KEYS") ? BatchStrategies.keys() : BatchStrategies.scan(10);
        RedisCacheManager caches = RedisCacheManager.builder(
                        RedisCacheWriter.nonLockingRedisCacheWriter(connections, strategy))
                .cacheDefaults(RedisCacheConfiguration.defaultCacheConfig().entryTtl(Duration.ofMinutes(1)))
                .build();
        caches.afterPropertiesSet();
        RedisCache books = (RedisCache) caches.getCache("books");
        for (int i = 0; i < 50; i++) {
            books.put("isbn-" + i, "title " + i);
        }
        redis.opsForValue().set("other", "x");
        assertThat(books.get("isbn-7", String.class)).isEqualTo("title 7");
        assertThat(redis.getExpire("books::isbn-7")).isPositive();
        assertThat(books.putIfAbsent("isbn-7", "another").get()).isEqualTo("title 7");
        assertThat(books.putIfAbsent("isbn-new", "new")).isNull();
        assertThat(books.get("isbn-8", () -> "not asked for")).isEqualTo("title 8");

        assertThat(books.evictIfPresent("isbn-7")).isTrue();
        assertThat(books.get("isbn-7")).isNull();

        books.clear();
        await().untilAsserted(() -> assertThat(redis.keys("*")).containsExactly("other"));
    }

    @Test
    void aLockingCacheKeepsItsLock() {
        RedisCacheManager caches = RedisCacheManager.builder(RedisCacheWriter.lockingRedisCacheWriter(connections))
                .build();
        caches.afterPropertiesSet();
        RedisCache books = (RedisCache) caches.getCache("books");
        books.put("a", "1");
        assertThat(books.putIfAbsent("a", "2").get()).isEqualTo("1");
        books.clear();
        await().untilAsserted(() -> assertThat(redis.keys("books*")).isEmpty());
    }

    @Test
    void aListenerContainerHearsPatterns() throws Exception {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        RedisMessageListenerContainer container = new RedisMessageListenerContainer();
        container.setConnectionFactory(connections);
        container.addMessageListener(
                (message, pattern) -> heard.add(new String(message.getBody(), StandardCharsets.UTF_8)),
                new PatternTopic("news:*"));
        container.afterPropertiesSet();
        container.start();
        try {
            redis.convertAndSend("news:1", "hello");
            assertThat(heard.poll(20, TimeUnit.SECONDS)).isEqualTo("hello");
        } finally {
            container.destroy();
        }
    }

    @RedisHash("visits")
    static class Visit {
        @Id
        String id;

        @Indexed
        String page;

        @TimeToLive
        Long seconds;
    }

    @Test
    void aRepositoryFindsByIndexAndHearsOfExpiry() throws Exception {
        BlockingQueue<RedisKeyExpiredEvent<?>> expired = new LinkedBlockingQueue<>();
        try (GenericApplicationContext context = new GenericApplicationContext()) {
            context.addApplicationListener(event -> {
                if (event instanceof RedisKeyExpiredEvent<?> gone) {
                    expired.add(gone);
                }
            });
            context.refresh();
            RedisMappingContext mapping = new RedisMappingContext();
            RedisKeyValueAdapter adapter = new RedisKeyValueAdapter(redis, mapping);
            adapter.setEnableKeyspaceEvents(RedisKeyValueAdapter.EnableKeyspaceEvents.ON_STARTUP);
            // As @EnableRedisRepositories has it: asks CONFIG GET, then CONFIG SET.
            adapter.setKeyspaceNotificationsConfigParameter("Ex");
            adapter.setApplicationContext(context);
            context.addApplicationListener(adapter);
            adapter.afterPropertiesSet();
            adapter.start();
            try {
                RedisKeyValueTemplate visits = new RedisKeyValueTemplate(adapter, mapping);
                Visit visit = new Visit();
                visit.page = "home";
                visit.seconds = 1L;
                visits.insert(visit);
                assertThat(visits.findById(visit.id, Visit.class))
                        .get()
                        .satisfies(found -> assertThat(found.page).isEqualTo("home"));
                assertThat(redis.opsForSet().members("visits:page:home")).containsExactly(visit.id);
                assertThat(redis.getExpire("visits:" + visit.id + ":phantom")).isBetween(200L, 301L);

                RedisKeyExpiredEvent<?> event = expired.poll(20, TimeUnit.SECONDS);
                assertThat(event).isNotNull();

                assertThat(((Visit) event.getValue()).page).isEqualTo("home");
                await().untilAsserted(() -> assertThat(redis.keys("visits*")).isEmpty());
                assertThat(expired).isEmpty();
            } finally {
                adapter.destroy();
            }
        }
    }
}
