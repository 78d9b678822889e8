package dev.meridian.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import tools.jackson.databind.JsonNode;

/** Primaries that move by themselves, and regions that stand by, over sockets and with a control group of real nodes. */
class MovingPrimariesTest {
    private static final List<String> REGIONS = List.of("us-east-1", "eu-west-1", "ap-southeast-1");
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @TempDir
    private Path directory;

    private static String file(String dataset) {
        return """
                multi_region:
                  name: moving
                  regions:
                    - { name: us-east-1, primary: true }
                    - { name: eu-west-1 }
                    - { name: ap-southeast-1 }
                  replication: { heartbeat: 200ms, lease: 2s }
                  routing: { health_check_interval: 1s, failover_threshold: 2 }
                  datasets:
                    - { name: orders, failover: automatic, %s }
                """.formatted(dataset);
    }

    private static JsonNode group(StagedNodes nodes, String region) throws Exception {
        for (JsonNode group : nodes.status(region).path("groups")) {
            if (group.path("datasets").toString().contains("orders")) {
                return group;
            }
        }
        throw new AssertionError("no group of orders");
    }

    private static void awaitPrimary(StagedNodes nodes, String region, List<String> asked) {
        await().atMost(PATIENCE).ignoreExceptions().until(() -> {
            for (String each : asked) {
                if (!group(nodes, each).path("primary").asString().equals(region)) {
                    return false;
                }
            }
            return true;
        });
    }

    @Test
    void theRegionWhoseHoursTheseAreBecomesPrimaryAndLosesNothing_D1_F1() throws Exception {
        LocalTime now = LocalTime.now(ZoneOffset.UTC).withSecond(0).withNano(0);
        // The first of the day begins: us-east-1, but for an hour after midnight.
        String hours =
                "topology: follow-the-sun, schedule: [{ at: \"%s\", primary: us-east-1 }, { at: \"%s\", primary: eu-west-1 }]"
                        .formatted(now.minusHours(2), now.minusHours(1));
        try (StagedNodes nodes = new StagedNodes(directory, file(hours), null, REGIONS)
                        .withControl()
                        .startAll();
                Jedis ap = nodes.redis("ap-southeast-1")) {
            await().atMost(PATIENCE)
                    .ignoreExceptions()
                    .until(() -> ap.set("orders:first", "1").equals("OK"));
            awaitPrimary(nodes, "eu-west-1", REGIONS);

            await().atMost(PATIENCE)
                    .ignoreExceptions()
                    .until(() -> ap.set("orders:last", "2").equals("OK"));
            try (Jedis eu = nodes.redis("eu-west-1")) {
                assertThat(eu.mget("orders:first", "orders:last")).containsExactly("1", "2");
            }
        }
    }

    @Test
    void aRegionThatStandsByKeepsTheDataServesNobodyAndServesOncePromoted_F1_S3() throws Exception {
        try (StagedNodes nodes = new StagedNodes(directory, file("topology: pilot-light"), null, REGIONS)
                        .withControl()
                        .startAll();
                Jedis us = nodes.redis("us-east-1");
                Jedis eu = nodes.redis("eu-west-1")) {
            await().atMost(PATIENCE)
                    .ignoreExceptions()
                    .until(() -> us.set("orders:1", "paid").equals("OK"));
            assertThatThrownBy(() -> eu.get("orders:1"))
                    .hasMessageContaining("STANDBY region eu-west-1")
                    .hasMessageContaining("connect to us-east-1");
            assertThatThrownBy(() -> eu.set("orders:1", "lost")).hasMessageContaining("STANDBY");
            await().atMost(PATIENCE)
                    .ignoreExceptions()
                    .until(() -> group(nodes, "us-east-1").path("live").size() == 3
                            && nodes.peer("eu-west-1", "us-east-1")
                                    .path("groups")
                                    .toString()
                                    .contains("\"lag_mutations\":0"));

            nodes.stop("us-east-1");

            awaitPrimary(nodes, "eu-west-1", List.of("eu-west-1", "ap-southeast-1"));
            await().atMost(PATIENCE)
                    .ignoreExceptions()
                    .until(() -> eu.set("orders:2", "sent").equals("OK"));
            assertThat(eu.mget("orders:1", "orders:2")).containsExactly("paid", "sent");
            try (Jedis ap = nodes.redis("ap-southeast-1")) {
                assertThatThrownBy(() -> ap.get("orders:1")).hasMessageContaining("connect to eu-west-1");
            }
        }
    }

    @Test
    void thePrimaryMovesToWhereTheWritesComeFrom_F1() throws Exception {
        try (StagedNodes nodes = new StagedNodes(
                                directory, file("topology: read-replicas, primary: auto"), null, REGIONS)
                        .withControl()
                        .startAll();
                Jedis ap = nodes.redis("ap-southeast-1")) {
            await().atMost(PATIENCE)
                    .ignoreExceptions()
                    .until(() -> ap.set("orders:0", "0").equals("OK"));
            assertThat(group(nodes, "ap-southeast-1").path("primary").asString())
                    .isEqualTo("us-east-1");
            int[] written = new int[1];
            await().atMost(Duration.ofSeconds(150))
                    .pollInterval(Duration.ofMillis(100))
                    .ignoreExceptions()
                    .until(() -> {
                        for (int i = 0; i < 5; i++) {
                            ap.incr("orders:n");
                            written[0]++;
                        }
                        return group(nodes, "ap-southeast-1")
                                .path("primary")
                                .asString()
                                .equals("ap-southeast-1");
                    });
            assertThat(Integer.parseInt(ap.get("orders:n"))).isGreaterThanOrEqualTo(written[0]);
        }
    }
}
