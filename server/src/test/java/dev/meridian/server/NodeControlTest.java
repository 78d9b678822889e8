package dev.meridian.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.meridian.server.certificate.StagedCertificates;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import tools.jackson.databind.JsonNode;

/** Whole nodes that make up a control group. */
class NodeControlTest {
    private static final List<String> REGIONS = List.of("us-east-1", "eu-west-1", "ap-southeast-1");
    private static final String YAML =
            "multi_region:\n  name: shop\n  regions:\n    - name: us-east-1\n    - name: eu-west-1\n    - name: ap-southeast-1\n";

    @TempDir
    private Path directory;

    private static JsonNode control(StagedNodes nodes, String region) {
        try {
            return nodes.status(region).path("control");
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Who has no entry of the log yet counts for no majority: its disk could be a lost one. */
    private static void awaitEntry(StagedNodes nodes, String region) {
        await().atMost(Duration.ofSeconds(40))
                .until(() -> control(nodes, region).path("applied_index").asLong(-1) >= 0);
    }

    private static void awaitOneLeader(StagedNodes nodes, List<String> regions) {
        await().atMost(Duration.ofSeconds(40))
                .until(() -> regions.stream()
                                        .map(region -> control(nodes, region))
                                        .filter(told -> told.path("reachable").asBoolean())
                                        .map(told -> told.path("leader").asString()
                                                + told.path("term").asLong())
                                        .distinct()
                                        .count()
                                == 1
                        && regions.stream()
                                .allMatch(region ->
                                        control(nodes, region).path("reachable").asBoolean()));
    }

    @Test
    void aNodeServesWithoutTheControlGroupAndTakesPartOnceOthersAreThere() throws Exception {
        try (StagedNodes nodes = new StagedNodes(directory, YAML, null, REGIONS).withControl()) {
            nodes.start("us-east-1");
            try (Jedis us = nodes.redis("us-east-1")) {
                assertThat(us.set("cart:1", "apples")).isEqualTo("OK");
            }
            assertThat(control(nodes, "us-east-1").path("reachable").asBoolean())
                    .isFalse();
            nodes.start("eu-west-1");
            awaitOneLeader(nodes, List.of("us-east-1", "eu-west-1"));
            nodes.start("ap-southeast-1");
            awaitOneLeader(nodes, REGIONS);
            for (String region : REGIONS) {
                awaitEntry(nodes, region);
            }
            String leader = control(nodes, "ap-southeast-1").path("leader").asString();
            nodes.stop(leader);
            List<String> others =
                    REGIONS.stream().filter(region -> !region.equals(leader)).toList();
            await().atMost(Duration.ofSeconds(40))
                    .until(() -> others.contains(
                            control(nodes, others.getFirst()).path("leader").asString()));
            awaitOneLeader(nodes, others);
            nodes.start(leader);
            awaitOneLeader(nodes, REGIONS);
        }
    }

    @Test
    void itsConnectionsAreThoseOfTheLinksCertificates_X5() throws Exception {
        new StagedCertificates(directory, "shop", REGIONS.toArray(String[]::new));
        try (StagedNodes nodes = new StagedNodes(
                        directory,
                        YAML + StagedCertificates.YAML + "    key_exchange: hybrid_required\n",
                        null,
                        REGIONS)
                .withControl()
                .startAll()) {
            awaitOneLeader(nodes, REGIONS);
        }
    }
}
