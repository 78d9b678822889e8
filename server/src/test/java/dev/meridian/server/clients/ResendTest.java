package dev.meridian.server.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lettuce.core.RedisClient;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.exceptions.JedisConnectionException;

/** What clients do with an INCR that was carried out and whose reply was lost with the connection: docs/clients.md. */
class ResendTest {
    @TempDir
    static Path directory;

    static StagedNode node;

    @BeforeAll
    static void start() throws Exception {
        node = StagedNode.open(directory);
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    interface Visit {
        void to(int port) throws Exception;
    }

    static String afterALostReply(String key, Visit visit) throws Exception {
        try (ClientProxy proxy = new ClientProxy(node.port());
                Jedis direct = new Jedis("127.0.0.1", node.port())) {
            proxy.loseReplyTo("INCR");
            visit.to(proxy.port());
            return direct.get(key);
        }
    }

    @Test
    void jedisTellsThatItDoesNotKnow() throws Exception {
        assertThat(afterALostReply("jedis", port -> {
                    try (Jedis jedis = new Jedis("127.0.0.1", port, JedisTest.config(RedisProtocol.RESP3, null))) {
                        assertThatThrownBy(() -> jedis.incr("jedis")).isInstanceOf(JedisConnectionException.class);
                    }
                }))
                .isEqualTo("1");
    }

    @Test
    void lettuceSendsAgain() throws Exception {
        assertThat(afterALostReply("lettuce", port -> {
                    try (RedisClient client = RedisClient.create(LettuceTest.uri(port, ""))) {
                        assertThat(client.connect().sync().incr("lettuce")).isEqualTo(2);
                    }
                }))
                .isEqualTo("2");
    }

    @Test
    void ioredisSendsAgain() throws Exception {
        assertThat(afterALostReply(
                        "io:lost",
                        port -> assertThat(ClientProcess.script("ioredis.mjs", port, "", "increment"))
                                .isEqualTo("2\n")))
                .isEqualTo("2");
    }

    @Test
    void nodeRedisTellsThatItDoesNotKnow() throws Exception {
        assertThat(afterALostReply(
                        "nr:lost", port -> ClientProcess.script("node-redis.mjs", port, "", "increment", "3")))
                .isEqualTo("1");
    }
}
