package dev.meridian.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Transaction;
import redis.clients.jedis.exceptions.JedisException;

/** Datasets at {@code quorum} and {@code strong} over sockets, and the loss of their primary. */
class LinearizableTest {
    private static final List<String> REGIONS = List.of("eu-west-1", "eu-central-1", "eu-north-1");
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String FILE = """
            multi_region:
              name: ledger
              regions:
                - { name: eu-west-1, primary: true }
                - { name: eu-central-1 }
                - { name: eu-north-1, kind: witness }
              datasets:
                - { name: accounts, consistency: strong, write_timeout: 2s, failover_profile: fast }
                - { name: transfers, consistency: quorum, write_timeout: 2s, failover_profile: fast }
            """;

    @TempDir
    Path directory;

    private static void takesWrites(Jedis region, String key) {
        await().atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(JedisException.class)
                .until(() -> region.incr(key) > 0);
    }

    @Test
    void whatWasAcknowledgedIsReadAfterTheLossOfThePrimary_D1_F4_L1() throws Exception {
        try (StagedNodes nodes = new StagedNodes(directory, FILE, null, REGIONS)
                        .withControl()
                        .startAll();
                Jedis west = nodes.redis("eu-west-1");
                Jedis central = nodes.redis("eu-central-1")) {
            for (String dataset : List.of("accounts", "transfers")) {
                takesWrites(west, dataset + ":begun");
                takesWrites(central, dataset + ":begun");
                for (int n = 1; n <= 50; n++) {
                    Jedis writer = n % 2 == 0 ? west : central;
                    Jedis reader = n % 2 == 0 ? central : west;
                    writer.set(dataset + ":last", Integer.toString(n));
                    assertThat(reader.get(dataset + ":last")).isEqualTo(Integer.toString(n));
                }
                Transaction block = central.multi();
                block.incr(dataset + ":a");
                block.decr(dataset + ":b");
                assertThat(block.exec()).containsExactly(1L, -1L);
            }

            nodes.stop("eu-west-1");

            for (String dataset : List.of("accounts", "transfers")) {
                takesWrites(central, dataset + ":after");
                assertThat(central.get(dataset + ":last")).isEqualTo("50");
                assertThat(central.mget(dataset + ":a", dataset + ":b")).containsExactly("1", "-1");
                central.set(dataset + ":last", "51");
            }

            nodes.start("eu-west-1");
            try (Jedis again = nodes.redis("eu-west-1")) {
                for (String dataset : List.of("accounts", "transfers")) {
                    await().atMost(PATIENCE)
                            .ignoreExceptionsInstanceOf(JedisException.class)
                            .untilAsserted(() ->
                                    assertThat(again.get(dataset + ":last")).isEqualTo("51"));
                }
            }
        }
    }

    @Test
    void aMinorityAnswersWithAnErrorInTimeAndServesWeakerReads_A1() throws Exception {
        try (StagedNodes nodes = new StagedNodes(directory, FILE, null, REGIONS)
                        .withControl()
                        .startAll();
                Jedis west = nodes.redis("eu-west-1")) {
            takesWrites(west, "transfers:begun");
            nodes.stop("eu-central-1");
            nodes.stop("eu-north-1");

            await().atMost(PATIENCE).untilAsserted(() -> {
                long began = System.nanoTime();
                assertThatThrownBy(() -> west.get("transfers:begun"))
                        .hasMessageMatching("(?s)(CLUSTERDOWN|TRYAGAIN) .*");
                assertThatThrownBy(() -> west.set("transfers:begun", "x"))
                        .hasMessageMatching("(?s)(CLUSTERDOWN|NOREPLICAS|UNCERTAIN|TRYAGAIN) .*");
                assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(8));
            });
            Object weaker = west.sendCommand(
                    () -> "MERIDIAN.READ".getBytes(StandardCharsets.US_ASCII), "eventual", "GET", "transfers:begun");
            assertThat(new String((byte[]) weaker, StandardCharsets.US_ASCII)).isEqualTo("1");
        }
    }
}
