package dev.meridian.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Transaction;

/** Topologies over sockets, as clients see them. */
class TopologiesTest {
    private static final String PARTITIONED = """
            multi_region:
              name: homes
              regions:
                - { name: eu-west-1 }
                - { name: us-east-1 }
              datasets:
                - name: people
                  partition_by: hash_tag
                  partitions:
                    - { name: europe, values: [de, fr], placement: [eu-west-1] }
                    - { name: america, values: [us], primary: us-east-1 }
                - name: orders
                  partition_by: field(2)
                  partitions: [{ name: america, values: [us], primary: us-east-1 }]
                  unmapped: america
            """;

    private static final String TREE = """
            multi_region:
              name: tree
              regions:
                - { name: eu-west-1 }
                - { name: us-east-1 }
                - { name: us-west-2, kind: regional }
                - { name: los-angeles, kind: edge, latitude: 34, longitude: -118 }
              replication: { topology: hierarchical-edge, conflict_resolution: crdt }
            """;

    @TempDir
    Path directory;

    @Test
    void aKeyIsKeptAndWrittenWhereItsPartitionIsAndAKeyOfNoneIsRefused_G1() throws Exception {
        try (StagedNodes nodes =
                        new StagedNodes(directory, PARTITIONED, null, List.of("eu-west-1", "us-east-1")).startAll();
                Jedis eu = nodes.redis("eu-west-1");
                Jedis us = nodes.redis("us-east-1")) {
            await().ignoreExceptions()
                    .until(() -> us.set("people:{de}:1", "anna").equals("OK"));
            assertThat(eu.set("people:{us}:1", "bob")).isEqualTo("OK");
            await().until(() -> "bob".equals(eu.get("people:{us}:1")));

            assertThat(us.get("people:{de}:1")).isEqualTo("anna");
            assertThat(eu.dbSize()).isEqualTo(2);
            assertThat(us.dbSize()).isEqualTo(1);
            assertThat(us.mget("people:{de}:1", "people:{us}:1")).containsExactly("anna", "bob");
            assertThatThrownBy(() -> eu.mset("people:{de}:2", "x", "people:{us}:2", "y"))
                    .hasMessageContaining("CROSSSLOT datasets 'people/europe' and 'people/america'");
            for (Jedis region : List.of(eu, us)) {
                assertThatThrownBy(() -> region.set("people:{jp}:1", "x")).hasMessageStartingWith("UNMAPPED");
                assertThatThrownBy(() -> region.get("people:1"))
                        .hasMessageContaining("in no partition of dataset 'people'");
            }
            assertThat(us.set("orders:jp:1", "x")).isEqualTo("OK");

            Transaction shared = us.multi();
            shared.set("people:{us}:3", "eve");
            shared.set("orders:us:3", "book");
            assertThat(shared.exec()).containsExactly("OK", "OK");
            await().untilAsserted(() ->
                    assertThat(eu.mget("people:{us}:3", "orders:us:3")).containsExactly("eve", "book"));
            assertThat(verdicts(eu, "people")).contains("people/europe", "people/america");
            assertThat(verdicts(eu)).contains("people/europe", "orders/america", "default");
        }
    }

    private static String verdicts(Jedis region, String... datasets) {
        Object answer = region.sendCommand(() -> "MERIDIAN.VERIFY".getBytes(StandardCharsets.US_ASCII), datasets);
        return text(answer);
    }

    private static String text(Object answer) {
        if (answer instanceof List<?> list) {
            return list.stream().map(TopologiesTest::text).toList().toString();
        }
        return answer instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : String.valueOf(answer);
    }

    @Test
    void aTreeTakesWritesFromEverywhereAndFeedsWhatIsBelow() throws Exception {
        List<String> regions = List.of("eu-west-1", "us-east-1", "us-west-2", "los-angeles");
        try (StagedNodes nodes = new StagedNodes(directory, TREE, null, regions).startAll();
                Jedis eu = nodes.redis("eu-west-1");
                Jedis west = nodes.redis("us-west-2");
                Jedis edge = nodes.redis("los-angeles")) {
            await().ignoreExceptions().until(() -> eu.set("a", "core").equals("OK"));
            await().ignoreExceptions().until(() -> west.set("b", "regional").equals("OK"));
            await().ignoreExceptions().until(() -> edge.set("c", "edge").equals("OK"));

            for (Jedis region : List.of(eu, west, edge)) {
                await().untilAsserted(() ->
                        assertThat(region.mget("a", "b", "c")).containsExactly("core", "regional", "edge"));
            }
            assertThat(west.dbSize()).isEqualTo(3);
            assertThat(edge.dbSize()).isZero();

            nodes.stop("us-east-1");
            eu.set("d", "round");
            await().untilAsserted(() -> assertThat(west.get("d")).isEqualTo("round"));
        }
    }
}
