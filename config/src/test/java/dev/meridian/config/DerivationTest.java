package dev.meridian.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What files mean, where they do not say it word by word. */
class DerivationTest {
    private static final String THREE = """
            multi_region:
              regions:
                - name: us-east-1
                - name: eu-west-1
                - name: ap-southeast-1
            """;

    @Test
    void theMissionTemplateIsReadReplicasOfUsEast1() {
        Configuration mission = Examples.load(Examples.example("mission.yaml"));

        assertThat(mission.name()).isEqualTo("mission");
        assertThat(mission.regions())
                .extracting(Region::name)
                .containsExactly("us-east-1", "eu-west-1", "ap-southeast-1");
        Dataset keys = mission.defaultDataset();
        assertThat(keys.topology()).isEqualTo(Topology.READ_REPLICAS);
        assertThat(keys.primary()).isEqualTo("us-east-1");
        assertThat(keys.writers()).containsExactly("us-east-1");
        assertThat(keys.placement()).containsExactly("us-east-1", "eu-west-1", "ap-southeast-1");
        assertThat(keys.acknowledgement()).isEqualTo(Acknowledgement.ASYNC);
        assertThat(keys.consistency()).isEqualTo(Consistency.of(ConsistencyLevel.EVENTUAL));
        assertThat(keys.conflictResolution()).isEqualTo(ConflictResolution.LAST_WRITE_WINS);
        assertThat(keys.lagThreshold()).isEqualTo(Duration.ofSeconds(5));
        assertThat(keys.restricted()).isFalse();
        assertThat(keys.succession().failover()).isEqualTo(Failover.AUTOMATIC);
        assertThat(keys.succession().detection()).isEqualTo(Duration.ofSeconds(90));
        assertThat(keys.succession().successors()).containsExactly("eu-west-1", "ap-southeast-1");
        assertThat(mission.costControls()).isEqualTo(new CostControls(10_000L, true, true));
        assertThat(mission.routing()).isEqualTo(new Routing(RoutingStrategy.LATENCY, Duration.ofSeconds(30), 3));
        assertThat(mission.monitoring()).isEqualTo(new Monitoring(true, true, true, true));
    }

    @Test
    void eachResidencyOfTheMissionTemplateIsADatasetInItsRegionOnly() {
        Configuration mission = Examples.load(Examples.example("mission.yaml"));

        Dataset pii = dataset(mission, "user_pii");
        assertThat(pii.placement()).containsExactly("eu-west-1");
        assertThat(pii.primary()).isEqualTo("eu-west-1");
        assertThat(pii.topology()).isEqualTo(Topology.GEO_PARTITIONED);
        assertThat(pii.restricted()).isTrue();
        assertThat(pii.remoteAccess()).isEqualTo(RemoteAccess.NONE);
        Dataset financial = dataset(mission, "financial");
        assertThat(financial.placement()).containsExactly("us-east-1");
        assertThat(financial.dataType()).isEqualTo("financial");
        assertThat(mission.datasets()).extracting(Dataset::name).containsExactly("user_pii", "financial", "default");
    }

    @Test
    void theShopWritesEverywhereAndKeepsPersonalDataInIreland() {
        Configuration shop = Examples.load(Examples.example("shop.yaml"));

        assertThat(shop.datasets()).extracting(Dataset::name).containsExactly("carts", "user_pii", "default");
        assertThat(shop.defaultDataset().topology()).isEqualTo(Topology.ACTIVE_ACTIVE);
        assertThat(shop.defaultDataset().writers()).containsExactly("us-east-1", "eu-west-1", "ap-southeast-1");
        Dataset carts = dataset(shop, "carts");
        assertThat(carts.conflictResolution()).isEqualTo(ConflictResolution.CRDT);
        assertThat(carts.consistency().level()).isEqualTo(ConsistencyLevel.SESSION);
        assertThat(dataset(shop, "user_pii").placement()).containsExactly("eu-west-1");
        assertThat(shop.groups()).hasSize(3);
        assertThat(shop.datasetOfKey("carts:7")).isEqualTo(carts);
        assertThat(shop.datasetOfKey("carts")).isEqualTo(shop.defaultDataset());
        assertThat(shop.datasetOfKey("other:7")).isEqualTo(shop.defaultDataset());
    }

    @Test
    void knownRegionsBringTheirPlaceAndLaw() {
        Region ireland = Objects.requireNonNull(Examples.parse(THREE).region("eu-west-1"));

        assertThat(ireland.cloud()).isEqualTo("aws");
        assertThat(ireland.country()).isEqualTo("IE");
        assertThat(ireland.gdpr()).isTrue();
        assertThat(ireland.latitude()).isBetween(53.0, 54.0);
    }

    static Dataset dataset(Configuration configuration, String name) {
        return Objects.requireNonNull(configuration.dataset(name));
    }

    @Test
    void severalPrimariesMeanThatSeveralRegionsWrite() {
        Configuration two = Examples.parse("""
                multi_region:
                  regions:
                    - {name: us-east-1, primary: true}
                    - {name: eu-west-1, primary: true}
                    - {name: ap-southeast-1, services: [database-replica]}
                """);

        assertThat(two.defaultDataset().topology()).isEqualTo(Topology.ACTIVE_ACTIVE);
        assertThat(two.defaultDataset().writers()).containsExactly("us-east-1", "eu-west-1");
        assertThat(two.defaultDataset().placement()).hasSize(3);
    }

    @Test
    void edgesAndWitnessesKeepNoData() {
        Configuration file = Examples.parse(THREE + """
                    - {name: eu-central-1, kind: edge}
                    - {name: eu-north-1, kind: witness}
                """);

        assertThat(file.defaultDataset().placement()).containsExactly("us-east-1", "eu-west-1", "ap-southeast-1");
    }

    @Test
    void aStrongDatasetHasOnePrimaryEvenWhereTheFileWritesEverywhere() {
        Configuration file = Examples.parse(THREE + """
                  replication: {topology: active-active, strategy: async}
                  datasets:
                    - {name: ledger, consistency: strong}
                    - {name: stock, consistency: quorum, primary: eu-west-1}
                """);

        Dataset ledger = dataset(file, "ledger");
        assertThat(ledger.topology()).isEqualTo(Topology.READ_REPLICAS);
        assertThat(ledger.primary()).isEqualTo("us-east-1");
        assertThat(ledger.acknowledgement()).isEqualTo(Acknowledgement.STRONG);
        assertThat(dataset(file, "stock").primary()).isEqualTo("eu-west-1");
        assertThat(dataset(file, "stock").acknowledgement()).isEqualTo(Acknowledgement.QUORUM);
    }

    @Test
    void boundedWithoutATimeTakesTheLagThreshold() {
        Configuration file = Examples.parse(THREE + """
                  replication: {consistency: bounded, lag_threshold: 7s}
                  datasets:
                    - {name: a, lag_threshold: 3s}
                    - {name: b, consistency: bounded(250ms)}
                """);

        assertThat(file.defaultDataset().consistency().text()).isEqualTo("bounded(7s)");
        assertThat(dataset(file, "a").consistency().text()).isEqualTo("bounded(3s)");
        assertThat(dataset(file, "b").consistency().text()).isEqualTo("bounded(250ms)");
    }

    @Test
    void datasetsOfOnePolicyShareAGroupWithAStableId() {
        String text = THREE + """
                  datasets:
                    - {name: a, consistency: session}
                    - {name: b, consistency: session, ttl: 1h}
                    - {name: c, consistency: session, placement: [eu-west-1, us-east-1]}
                """;
        List<ReplicationGroup> groups = Examples.parse(text).groups();

        assertThat(groups)
                .extracting(ReplicationGroup::id)
                .containsExactly(
                        "active-active/async/session/ap-southeast-1+eu-west-1+us-east-1",
                        "active-active/async/session/eu-west-1+us-east-1",
                        "active-active/async/eventual/ap-southeast-1+eu-west-1+us-east-1");
        assertThat(groups.getFirst().datasets()).extracting(Dataset::name).containsExactly("a", "b");
        assertThat(groups.get(1).members()).containsExactly("us-east-1", "eu-west-1");
    }

    @Test
    void followTheSunWithoutATimetableTakesEachRegionsMorning() {
        Configuration file = Examples.parse(THREE + """
                  datasets: [{name: batch, topology: follow-the-sun}]
                """);

        Dataset batch = dataset(file, "batch");
        assertThat(batch.succession().schedule())
                .extracting(h -> h.at() + " " + h.region())
                .containsExactly("01:00 ap-southeast-1", "08:30 eu-west-1", "13:00 us-east-1");
        assertThat(batch.primary()).isEqualTo("ap-southeast-1");
    }

    @Test
    void theDesignsWholeFileLoads() {
        Configuration file = Examples.parse(THREE + """
                  datasets:
                    - {name: carts, topology: active-active, consistency: session, conflict_resolution: crdt}
                    - {name: orders, topology: active-passive, replication: semi-sync, failover: automatic}
                    - {name: ledger, consistency: strong}
                    - {name: user_pii, topology: geo-partitioned, type: user_pii}
                  data_governance:
                    data_residency: [ { type: user_pii, allowed_regions: [eu-west-1] } ]
                """);

        assertThat(dataset(file, "orders").acknowledgement()).isEqualTo(Acknowledgement.SEMI_SYNC);
        assertThat(dataset(file, "orders").primary()).isEqualTo("us-east-1");
        assertThat(dataset(file, "user_pii").restricted()).isTrue();
    }

    @Test
    void aResidencyOfSeveralRegionsKeepsTheFilesPolicyWithinThem() {
        Configuration file = Examples.parse("""
                multi_region:
                  regions:
                    - {name: us-east-1, primary: true}
                    - {name: eu-west-1, services: [database-replica]}
                    - {name: eu-central-1, services: [database-replica]}
                  data_governance:
                    data_residency:
                      - {type: pii, allowed_regions: [eu-central-1, eu-west-1], remote_access: read_only}
                """);

        Dataset pii = dataset(file, "pii");
        assertThat(pii.topology()).isEqualTo(Topology.READ_REPLICAS);
        assertThat(pii.primary()).isEqualTo("eu-central-1");
        assertThat(pii.remoteAccess()).isEqualTo(RemoteAccess.READ_ONLY);
    }

    @Test
    void wanLinksBetweenTwoRegionsHoldInBothDirections() {
        Configuration file = Examples.parse(THREE + """
                  wan:
                    - {between: [us-east-1, eu-west-1], delay: 40ms, loss: 0.5%}
                    - {from: eu-west-1, to: ap-southeast-1, rate: 10MB/s}
                """);

        assertThat(file.wan()).hasSize(3);
        assertThat(Objects.requireNonNull(file.wan("eu-west-1", "us-east-1")).delay())
                .isEqualTo(Duration.ofMillis(40));
        assertThat(Objects.requireNonNull(file.wan("eu-west-1", "ap-southeast-1"))
                        .bytesPerSecond())
                .isEqualTo(10_000_000L);
        assertThat(file.wan("ap-southeast-1", "eu-west-1")).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"no", "on", "yes", "y", "off", "\"true\"", "'null'"})
    void wordsThatOlderYamlTakesForFlagsStayWords(String name) {
        String text = "multi_region: {regions: [{name: " + name + ", latitude: 60, longitude: 10}]}";

        assertThat(Examples.parse(text).regions().getFirst().name()).isEqualTo(name.replaceAll("[\"']", ""));
        assertThat(Examples.parse(Examples.parse(text).effectiveYaml()).hash())
                .isEqualTo(Examples.parse(text).hash());
    }

    @Test
    void aGroupTakesTheStrictestLagBudgetOfItsDatasets() {
        Configuration file = Examples.parse(THREE + """
                  datasets:
                    - {name: a, lag_threshold: 1s}
                    - {name: b, lag_threshold: 60s, lag_action: refuse}
                    - {name: c, lag_threshold: 30s, lag_action: refuse}
                """);

        assertThat(file.groups()).singleElement().satisfies(group -> {
            assertThat(group.lagAction()).isEqualTo(LagAction.REFUSE);
            assertThat(group.lagThreshold()).isEqualTo(Duration.ofSeconds(30));
        });
    }
}
