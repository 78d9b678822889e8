package dev.meridian.server.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.RedisTemplate;
import org.springframework.data.redis.listener.ChannelTopic;
import org.springframework.data.redis.listener.PatternTopic;
import org.springframework.data.redis.listener.RedisMessageListenerContainer;
import org.springframework.data.redis.serializer.RedisSerializer;
import org.springframework.session.FindByIndexNameSessionRepository;
import org.springframework.session.data.redis.RedisIndexedSessionRepository;
import org.springframework.session.events.AbstractSessionEvent;
import org.springframework.session.events.SessionCreatedEvent;
import org.springframework.session.events.SessionDeletedEvent;
import org.springframework.session.events.SessionExpiredEvent;

/** Spring Session's indexed repository, wired as its own configuration does, over Lettuce. */
class SpringSessionTest {
    private static final String PRINCIPAL = FindByIndexNameSessionRepository.PRINCIPAL_NAME_INDEX_NAME;

    @TempDir
    Path directory;

    private final BlockingQueue<AbstractSessionEvent> events = new LinkedBlockingQueue<>();

    @Test
    void sessionsAreFoundByTheirPrincipalAndTheirEndIsToldOnce() throws Exception {
        try (StagedNode node = StagedNode.guarded(directory)) {
            RedisStandaloneConfiguration configuration = new RedisStandaloneConfiguration("127.0.0.1", node.port());
            configuration.setPassword(StagedNode.PASSWORD);
            LettuceConnectionFactory connections = new LettuceConnectionFactory(configuration);
            connections.afterPropertiesSet();
            connections.start();
            try {
                withRepository(connections);
            } finally {
                connections.destroy();
            }
        }
    }

    private void withRepository(LettuceConnectionFactory connections) throws Exception {
        try (RedisConnection connection = connections.getConnection()) {
            connection.serverCommands().setConfig("notify-keyspace-events", "Egx");
        }
        RedisTemplate<String, Object> redis = new RedisTemplate<>();
        redis.setKeySerializer(RedisSerializer.string());
        redis.setHashKeySerializer(RedisSerializer.string());
        redis.setConnectionFactory(connections);
        redis.afterPropertiesSet();
        RedisMessageListenerContainer container = new RedisMessageListenerContainer();
        container.setConnectionFactory(connections);
        RedisIndexedSessionRepository sessions = new RedisIndexedSessionRepository(redis);
        try (GenericApplicationContext context = new GenericApplicationContext()) {
            context.addApplicationListener(event -> {
                if (event instanceof AbstractSessionEvent of) {
                    events.add(of);
                }
            });
            context.refresh();
            sessions.setApplicationEventPublisher(context);
            sessions.afterPropertiesSet();
            container.addMessageListener(
                    sessions,
                    List.of(
                            new ChannelTopic(sessions.getSessionDeletedChannel()),
                            new ChannelTopic(sessions.getSessionExpiredChannel())));
            container.addMessageListener(sessions, new PatternTopic(sessions.getSessionCreatedChannelPrefix() + "*"));
            container.afterPropertiesSet();
            container.start();
            live(sessions, redis);
        } finally {
            sessions.destroy();
            container.destroy();
        }
    }

    private void live(RedisIndexedSessionRepository sessions, RedisTemplate<String, Object> redis) throws Exception {
        var first = sessions.createSession();
        first.setAttribute(PRINCIPAL, "anna");
        first.setAttribute("cart", "apples");
        sessions.save(first);
        assertThat(told(SessionCreatedEvent.class)).isEqualTo(first.getId());
        assertThat(sessions.findByIndexNameAndIndexValue(PRINCIPAL, "anna")).containsOnlyKeys(first.getId());
        assertThat(sessions.findByIndexNameAndIndexValue(PRINCIPAL, "nobody")).isEmpty();
        String cart = sessions.findById(first.getId()).getAttribute("cart");
        assertThat(cart).isEqualTo("apples");

        String before = first.getId();
        String after = first.changeSessionId();
        sessions.save(first);
        assertThat(sessions.findById(before)).isNull();
        assertThat(sessions.findByIndexNameAndIndexValue(PRINCIPAL, "anna")).containsOnlyKeys(after);

        sessions.deleteById(after);
        assertThat(told(SessionDeletedEvent.class)).isEqualTo(after);
        assertThat(sessions.findById(after)).isNull();
        assertThat(sessions.findByIndexNameAndIndexValue(PRINCIPAL, "anna")).isEmpty();

        var second = sessions.createSession();
        second.setAttribute(PRINCIPAL, "bert");
        second.setMaxInactiveInterval(Duration.ofSeconds(1));
        sessions.save(second);
        assertThat(told(SessionCreatedEvent.class)).isEqualTo(second.getId());
        assertThat(told(SessionExpiredEvent.class)).isEqualTo(second.getId());
        assertThat(sessions.findById(second.getId())).isNull();
        assertThat(sessions.findByIndexNameAndIndexValue(PRINCIPAL, "bert")).isEmpty();
        assertThat(events).isEmpty();
        assertThat(redis.hasKey("spring:session:sessions:expires:" + second.getId())).isFalse();
    }

    private String told(Class<? extends AbstractSessionEvent> kind) throws InterruptedException {
        AbstractSessionEvent event = events.poll(20, TimeUnit.SECONDS);
        assertThat(event).isInstanceOf(kind);
        return event.getSessionId();
    }
}
