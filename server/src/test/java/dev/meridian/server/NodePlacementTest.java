package dev.meridian.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.config.ConfigurationFile;
import dev.meridian.config.LoadResult;
import dev.meridian.kernel.placement.AckRule;
import dev.meridian.kernel.placement.Dataset;
import dev.meridian.kernel.placement.FailoverPolicy;
import dev.meridian.kernel.placement.GroupPolicy;
import dev.meridian.kernel.placement.Placement;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node does not start on a file that promises more than it keeps. */
class NodePlacementTest {
    private static final List<String> REGIONS = List.of("us-east-1", "eu-west-1", "ap-southeast-1");
    private static final String FILE = """
            multi_region:
              name: promises
              regions:
                - { name: us-east-1, services: [api, database] }
                - { name: eu-west-1, services: [api, database] }
                - { name: ap-southeast-1, services: [api, database] }
              datasets:
                - { name: asked, %s }
              replication: { strategy: async, consistency: eventual }
            """;

    @TempDir
    private Path directory;

    @Test
    void aTopologyOfOneRegionHasNothingToMove() throws IOException {
        String words = "topology: pilot-light, placement: [eu-west-1]";
        try (StagedNodes nodes = new StagedNodes(directory, FILE.formatted(words), null, REGIONS)) {
            assertThat(nodes.start("eu-west-1").doors().resp().getPort()).isPositive();
        }
    }

    private static Placement placement(String more) {
        String file = """
                multi_region:
                  regions:
                    - { name: us-east-1 }
                    - { name: eu-west-1, services: [api, database-replica] }
                    - { name: eu-north-1, kind: witness }
                """ + more;
        return NodePlacement.of(
                ((LoadResult.Loaded) ConfigurationFile.parse("placed.yaml", file)).configuration(), "us-east-1");
    }

    @Test
    void whatTheFileSaysOfAPrimaryReachesItsGroup() {
        Placement placed = placement("""
                  routing: { health_check_interval: 2s, failover_threshold: 3 }
                  datasets:
                    - { name: orders, topology: active-passive, late_writes: merge, lease: 3s, write_timeout: 5s }
                """);
        GroupPolicy orders = placed.group(placed.named("orders").getFirst());

        assertThat(orders.primary()).isEqualTo("us-east-1");
        assertThat(orders.ackRule()).isEqualTo(AckRule.ASYNC);
        assertThat(orders.witnesses()).containsExactly("eu-north-1");
        assertThat(orders.witnessesKeepLog()).isTrue();
        assertThat(orders.failover())
                .isEqualTo(new FailoverPolicy(
                        true,
                        FailoverPolicy.LateWrites.MERGE,
                        3_000,
                        6_000,
                        List.of("us-east-1", "eu-west-1"),
                        List.of(),
                        false));
    }

    @Test
    void theMasterSwitchTakesAutomaticFailoverFromEveryGroup() {
        Placement placed = placement("""
                  safety: { automatic_failover: false }
                  datasets:
                    - { name: tickets, topology: follow-the-sun }
                    - { name: carts, topology: read-replicas, primary: auto }
                """);

        assertThat(placed.groups())
                .noneMatch(group ->
                        group.failover().automatic() || group.failover().relocates());
    }

    @Test
    void idsAreKnownForAsLongAsTheDatasetSaysAndItsPartitionsToo_D6() {
        Placement placed = placement("""
                  datasets:
                    - name: people
                      partition_by: hash_tag
                      idempotency_window: 90m
                      partitions:
                        - { name: europe, values: [de], primary: eu-west-1, placement: [eu-west-1] }
                """);
        Dataset europe = placed.datasetOf("people:{de}:1".getBytes(StandardCharsets.UTF_8));

        assertThat(europe.idempotencyMs()).isEqualTo(90 * 60_000L);
        assertThat(placed.named("default").getFirst().idempotencyMs()).isEqualTo(Dataset.IDEMPOTENCY_MS);
    }

    @Test
    void eachPartitionIsADatasetAndAKeyOfNoneIsKeptNowhere_G1() {
        Placement placed = placement("""
                  datasets:
                    - name: people
                      partition_by: hash_tag
                      partitions:
                        - { name: europe, values: [de], primary: eu-west-1, placement: [eu-west-1] }
                        - { name: america, values: [us], primary: us-east-1 }
                """);
        Dataset europe = placed.datasetOf("people:{de}:1".getBytes(StandardCharsets.UTF_8));
        Dataset nobody = placed.datasetOf("people:{jp}:1".getBytes(StandardCharsets.UTF_8));

        assertThat(europe.name()).isEqualTo("people/europe");
        assertThat(placed.group(europe).primary()).isEqualTo("eu-west-1");
        assertThat(placed.holds(europe)).isFalse();
        assertThat(nobody.placement()).isEmpty();
        assertThat(placed.group(nobody).members()).isEmpty();
        assertThat(placed.datasets()).doesNotContain(nobody);
    }
}
