package dev.meridian.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisDataException;

/** What becomes of writes while a region is behind by more than the dataset's lag_threshold, over sockets. */
class LagActionTest {
    private static final String FILE = """
            multi_region:
              name: lag
              regions:
                - { name: eu-west-1, services: [api, database] }
                - { name: us-east-1, services: [api, database] }
              datasets:
                - { name: told, lag_threshold: 300ms, lag_action: warn, topology: active-active }
                - { name: slowed, lag_threshold: 300ms, lag_action: slow, topology: active-active, consistency: causal }
                - { name: refused, lag_threshold: 300ms, lag_action: refuse, topology: active-active, consistency: session }
            """;

    @TempDir
    Path directory;

    @Test
    void beyondTheThresholdWritesPassOrWaitOrAreRefusedAndAllPassAgainOnceTheLinkIsBack_B2() throws Exception {
        StagedNodes nodes = new StagedNodes(directory, FILE, null, List.of("eu-west-1", "us-east-1"));
        try (nodes;
                CuttableLink there = new CuttableLink(nodes.link("us-east-1"));
                CuttableLink back = new CuttableLink(nodes.link("eu-west-1"))) {
            nodes.detour("eu-west-1", "us-east-1", there.address());
            nodes.detour("us-east-1", "eu-west-1", back.address());
            nodes.startAll();
            try (Jedis eu = nodes.redis("eu-west-1");
                    Jedis us = nodes.redis("us-east-1")) {
                for (String dataset : List.of("told", "slowed", "refused")) {
                    eu.set(dataset + ":k", "before");
                    await().untilAsserted(
                                    () -> assertThat(us.get(dataset + ":k")).isEqualTo("before"));
                }
                there.cut();
                back.cut();
                await().until(() -> {
                    try {
                        eu.incr("refused:count");
                        return false;
                    } catch (JedisDataException refused) {
                        return refused.getMessage().startsWith("RPOEXCEEDED a member is ");
                    }
                });
                assertThatThrownBy(() -> eu.set("refused:k", "lost"))
                        .hasMessageContaining("more than lag_threshold (300 ms): the write was not accepted");
                assertThat(eu.get("refused:k")).isEqualTo("before");
                eu.set("told:k", "at once");
                await().until(() -> {
                    long began = System.nanoTime();
                    eu.set("slowed:k", "later");
                    // A write that waits does so for 50 ms.
                    return System.nanoTime() - began >= 49_000_000;
                });
                assertThat(eu.set("told:k", "still")).isEqualTo("OK");

                there.heal();
                back.heal();
                await().untilAsserted(
                                () -> assertThat(eu.set("refused:k", "after")).isEqualTo("OK"));
                await().untilAsserted(() -> assertThat(us.mget("told:k", "slowed:k", "refused:k"))
                        .containsExactly("still", "later", "after"));
            }
        }
    }
}
