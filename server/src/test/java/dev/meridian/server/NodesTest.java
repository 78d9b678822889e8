package dev.meridian.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.meridian.store.StoreLockedException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/** Three whole nodes on loopback. */
class NodesTest {
    static final List<String> REGIONS = List.of("us-east-1", "eu-west-1", "ap-southeast-1");
    static final String SHOP = """
            multi_region:
              name: shop
              regions:
                - { name: us-east-1, services: [api, database] }
                - { name: eu-west-1, services: [api, database] }
                - { name: ap-southeast-1, services: [api, database] }
              datasets:
                - { name: carts, topology: active-active, conflict_resolution: crdt }
              replication: { strategy: async, consistency: eventual }
            """;

    @TempDir
    Path directory;

    @Test
    void aWriteInOneRegionIsReadInTheOthersAndTheStatusSaysSo() throws Exception {
        try (StagedNodes nodes = new StagedNodes(directory, SHOP, null, REGIONS).startAll()) {
            try (Jedis us = nodes.redis("us-east-1")) {
                us.set("carts:1", "apples");
            }
            for (String region : REGIONS) {
                try (Jedis redis = nodes.redis(region)) {
                    await().untilAsserted(() -> assertThat(redis.get("carts:1")).isEqualTo("apples"));
                }
                await().untilAsserted(() -> {
                    var status = nodes.status(region);
                    assertThat(status.path("schema").asString()).isEqualTo("meridian.status/1");
                    assertThat(status.path("state").asString()).isEqualTo("serving");
                    assertThat(status.path("keys").asInt()).isEqualTo(1);
                    assertThat(status.path("peers").size()).isEqualTo(2);
                    assertThat(status.path("peers")).allSatisfy(peer -> {
                        assertThat(peer.path("connected").asBoolean()).isTrue();
                        assertThat(peer.path("rtt_ms").isNumber()).isTrue();
                        assertThat(peer.path("bytes_in").asLong()).isPositive();
                        assertThat(peer.path("bytes_out").asLong()).isPositive();
                        assertThat(peer.path("groups")
                                        .get(0)
                                        .path("lag_mutations")
                                        .asLong(-1))
                                .isZero();
                        assertThat(peer.path("groups").get(0).path("behind_ms").asLong(-1))
                                .isZero();
                    });
                    assertThat(status.path("groups").get(0).path("vector"))
                            .isEqualTo(status.path("groups").get(0).path("stable"))
                            .isNotEmpty();
                });
            }
        }
    }

    @Test
    void aNodeStartedAgainOnItsDirectoryHasEverything_D1() throws Exception {
        try (StagedNodes nodes = new StagedNodes(directory, SHOP, null, REGIONS)) {
            nodes.start("eu-west-1");
            try (Jedis redis = nodes.redis("eu-west-1")) {
                for (int i = 0; i < 100; i++) {
                    redis.sadd("carts:" + i, "a", "b");
                }
            }
            nodes.stop("eu-west-1");
            nodes.start("eu-west-1");
            try (Jedis redis = nodes.redis("eu-west-1")) {
                for (int i = 0; i < 100; i++) {
                    assertThat(redis.smembers("carts:" + i)).containsExactlyInAnyOrder("a", "b");
                }
            }
            assertThat(nodes.status("eu-west-1").path("keys").asInt()).isEqualTo(100);
        }
    }

    @Test
    void bothSidesOfACutTakeWritesAndAgreeOnceItIsHealed_V1() throws Exception {
        StagedNodes nodes = new StagedNodes(directory, SHOP, null, REGIONS);
        try (nodes;
                CuttableLink toEurope = new CuttableLink(nodes.link("eu-west-1"));
                CuttableLink toAsia = new CuttableLink(nodes.link("ap-southeast-1"))) {
            nodes.detour("us-east-1", "eu-west-1", toEurope.address());
            nodes.detour("us-east-1", "ap-southeast-1", toAsia.address());
            nodes.startAll();
            try (Jedis us = nodes.redis("us-east-1");
                    Jedis eu = nodes.redis("eu-west-1")) {
                us.incrBy("carts:count", 1);
                await().untilAsserted(() -> assertThat(eu.get("carts:count")).isEqualTo("1"));
                toEurope.cut();
                toAsia.cut();
                await().untilAsserted(() -> assertThat(nodes.peer("us-east-1", "eu-west-1")
                                .path("connected")
                                .asBoolean(true))
                        .isFalse());
                us.incrBy("carts:count", 10);
                eu.incrBy("carts:count", 100);
                us.sadd("carts:1", "apples");
                eu.sadd("carts:1", "pears");
                assertThat(us.get("carts:count")).isEqualTo("11");
                assertThat(nodes.http("us-east-1", "/readyz").statusCode()).isEqualTo(200);

                toEurope.heal();
                toAsia.heal();

                for (Jedis redis : List.of(us, eu)) {
                    await().untilAsserted(() -> {
                        assertThat(redis.get("carts:count")).isEqualTo("111");
                        assertThat(redis.smembers("carts:1")).containsExactlyInAnyOrder("apples", "pears");
                    });
                }
            }
            await().untilAsserted(() -> {
                var here = nodes.status("us-east-1");
                var there = nodes.status("eu-west-1");
                assertThat(here.path("groups").get(0).path("vector"))
                        .isEqualTo(there.path("groups").get(0).path("vector"));
                assertThat(here.path("state").asString()).isEqualTo("serving");
            });
        }
    }

    @Test
    void aSecondNodeOnOneDirectoryIsRefused() throws Exception {
        try (StagedNodes nodes = new StagedNodes(directory, SHOP, null, REGIONS)) {
            nodes.start("eu-west-1");

            assertThatThrownBy(() -> Node.start(nodes.options("eu-west-1"))).isInstanceOf(StoreLockedException.class);

            try (Jedis redis = nodes.redis("eu-west-1")) {
                assertThat(redis.ping()).isEqualTo("PONG");
            }
        }
    }

    @Test
    void aReplyThatWasHeldIsFollowedByNoTurnsWithoutAnEvent() throws Exception {
        String semiSync = """
                multi_region:
                  name: shop
                  regions: [{ name: us-east-1, primary: true }, { name: eu-west-1 }]
                  datasets:
                    - { name: orders, topology: active-passive, replication: semi-sync, failover: manual }
                """;
        try (StagedNodes nodes =
                new StagedNodes(directory, semiSync, null, List.of("us-east-1", "eu-west-1")).startAll()) {
            try (Jedis us = nodes.redis("us-east-1")) {
                await().ignoreExceptions()
                        .until(() -> us.set("orders:1", "apples").equals("OK"));
                long before = turns(nodes);
                long beganNs = System.nanoTime();
                for (int i = 0; i < 20; i++) {
                    assertThat(us.set("orders:1", "apples")).isEqualTo("OK");
                    Thread.sleep(20);
                }
                long took = turns(nodes) - before;
                // One each 5 ms, and a handful for each write, its confirmations and what links carry.
                assertThat(took).isLessThan(1_000 + (System.nanoTime() - beganNs) / 1_000_000);
            }
        }
    }

    private static long turns(StagedNodes nodes) throws Exception {
        String count = "meridian_turn_duration_seconds_count";
        return nodes.http("us-east-1", "/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(count))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }
}
