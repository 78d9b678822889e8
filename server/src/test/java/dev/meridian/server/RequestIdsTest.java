package dev.meridian.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisException;

/** Writes that carry ids, over sockets, while their primary is lost. */
class RequestIdsTest {
    private static final List<String> REGIONS = List.of("eu-west-1", "eu-central-1", "eu-north-1");
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int REQUESTS = 300;
    private static final String FILE = """
            multi_region:
              name: payments
              regions:
                - { name: eu-west-1, primary: true }
                - { name: eu-central-1 }
                - { name: eu-north-1, kind: witness }
              datasets:
                - { name: transfers, consistency: quorum, write_timeout: 2s, failover_profile: fast }
            """;

    @TempDir
    Path directory;

    /** Sends one increment until somebody tells what came of it. */
    private static long increment(Jedis region, int id) {
        AtomicLong told = new AtomicLong();
        await().atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(JedisException.class)
                .until(() -> {
                    Object reply = region.sendCommand(
                            () -> "MERIDIAN.IDEM".getBytes(StandardCharsets.US_ASCII),
                            "request-" + id,
                            "INCR",
                            "transfers:n");
                    told.set((Long) reply);
                    return true;
                });
        return told.get();
    }

    @Test
    void whoSendsItsWritesAgainWhileThePrimaryIsLostHasEachDoneOnce_D6_F4() throws Exception {
        try (StagedNodes nodes = new StagedNodes(directory, FILE, null, REGIONS)
                        .withControl()
                        .startAll();
                Jedis central = nodes.redis("eu-central-1")) {
            CompletableFuture<Void> loss = new CompletableFuture<>();
            for (int id = 1; id <= REQUESTS; id++) {
                if (id == REQUESTS / 3) {
                    // While requests are under way: one of them is lost between its effect and its answer, or before.
                    loss = CompletableFuture.runAsync(() -> nodes.stop("eu-west-1"));
                }
                assertThat(increment(central, id)).isEqualTo(id);
            }
            loss.get(60, TimeUnit.SECONDS);
            assertThat(central.get("transfers:n")).isEqualTo(Integer.toString(REQUESTS));

            nodes.start("eu-west-1");
            try (Jedis west = nodes.redis("eu-west-1")) {
                for (int id : new int[] {1, REQUESTS / 3 - 1, REQUESTS / 3, REQUESTS / 3 + 1, REQUESTS}) {
                    assertThat(increment(west, id)).isEqualTo(id);
                }
            }
            assertThat(central.get("transfers:n")).isEqualTo(Integer.toString(REQUESTS));
            assertThat(central.dbSize()).isEqualTo(1);
        }
    }
}
