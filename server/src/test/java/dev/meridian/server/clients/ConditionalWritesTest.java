package dev.meridian.server.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.sync.RedisCommands;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.params.SetParams;

/** A lock taken in one of two writing regions is refused, in words that a client passes on, unless the file allows it. */
class ConditionalWritesTest {
    @Test
    void aClientIsToldThatItsLockWouldNotHold(@TempDir Path directory) throws Exception {
        try (StagedNode node = StagedNode.ofTwoRegions(directory);
                Jedis jedis = new Jedis("127.0.0.1", node.port(), JedisTest.config(RedisProtocol.RESP3, null));
                RedisClient client = RedisClient.create(LettuceTest.uri(node.port(), ""))) {
            RedisCommands<String, String> lettuce = client.connect().sync();

            assertThatThrownBy(() ->
                            jedis.set("carts:lock", "me", SetParams.setParams().nx()))
                    .isInstanceOf(JedisDataException.class)
                    .hasMessageContaining("conditional_writes");
            assertThatThrownBy(() -> lettuce.set("carts:lock", "me", SetArgs.Builder.nx()))
                    .isInstanceOf(RedisCommandExecutionException.class)
                    .hasMessageContaining("conditional_writes");
            assertThat(jedis.get("carts:lock")).isNull();

            assertThat(jedis.set("locks:lock", "me", SetParams.setParams().nx()))
                    .isEqualTo("OK");
            assertThat(lettuce.set("locks:lock", "you", SetArgs.Builder.nx())).isNull();
        }
    }
}
