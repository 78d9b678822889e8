package dev.meridian.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a file comes to, said back, and its fingerprint. */
class EffectiveTest {
    private static final String MANY = """
            multi_region:
              regions:
                - {name: us-east-1, primary: true, endpoint: "a.example.com:443", link: "10.0.0.1:17014"}
                - {name: eu-west-1, services: [api, database-replica]}
                - {name: berlin, latitude: 52.5, longitude: 13.4, city: "Berlin: Mitte", weight: 0}
                - {name: eu-central-1, kind: edge}
                - {name: eu-north-1, kind: witness}
              datasets:
                - {name: ledger, consistency: strong, ttl: 90m}
                - {name: stock, consistency: quorum}
                - {name: carts, topology: active-active, conflict_resolution: manual, record_dropped: true}
                - {name: texts, topology: active-active, conflict_resolution: custom, resolver: "a ? \\"b\\" : c # d"}
                - {name: batch, topology: follow-the-sun, placement: [us-east-1, eu-west-1]}
                - {name: orders, topology: active-passive, replication: semi-sync, failover: manual}
              replication: {consistency: bounded, heartbeat: 1s, lease: 9s, conditional_writes: local}
              data_governance:
                data_residency: [{type: pii, allowed_regions: [berlin], remote_access: read_only}]
              security: {password: "${SET}"}
              wan: [{between: [us-east-1, eu-west-1], delay: 40ms, loss: 0.5%, rate: 10MB/s}]
            """;

    static List<Path> examples() {
        return Examples.all();
    }

    @ParameterizedTest
    @MethodSource("examples")
    void theEffectiveFileOfAnExampleMeansTheSame(Path example) {
        Configuration configuration = Examples.load(example);

        Configuration again = Examples.parse(configuration.effectiveYaml());

        assertThat(again.hash()).isEqualTo(configuration.hash());
        assertThat(again.datasets()).isEqualTo(configuration.datasets());
        assertThat(again.regions()).isEqualTo(configuration.regions());
    }

    @Test
    void theEffectiveFileMeansTheSameWhateverTheFileSays() {
        Configuration configuration = Examples.parse(MANY);

        Configuration again = Examples.parse(configuration.effectiveYaml());

        assertThat(again.datasets()).isEqualTo(configuration.datasets());
        assertThat(again.regions()).isEqualTo(configuration.regions());
        assertThat(again.replication()).isEqualTo(configuration.replication());
        assertThat(again.governance()).isEqualTo(configuration.governance());
        assertThat(again.wan()).isEqualTo(configuration.wan());
        assertThat(again.password()).isEqualTo(configuration.password());
        assertThat(again.groups()).isEqualTo(configuration.groups());
        assertThat(again.hash()).isEqualTo(configuration.hash());
    }

    @Test
    void everyValueHasItsReason() {
        String effective = Examples.load(Examples.example("mission.yaml")).effectiveYaml();

        assertThat(effective.lines())
                .anySatisfy(l -> assertThat(l).matches("  name: mission +# the file's name"))
                .anySatisfy(l -> assertThat(l)
                        .matches("      topology: read-replicas +# us-east-1 is the only region with primary: true"))
                .anySatisfy(l -> assertThat(l).matches("      jurisdiction: .*EU/GDPR.* +# the known region brings it"))
                .anySatisfy(l -> assertThat(l).matches("      lag_threshold: 5s +# from replication, line 23"))
                .anySatisfy(l -> assertThat(l)
                        .matches("    - name: financial +# data_residency names this type and no dataset claims it"))
                .anySatisfy(l -> assertThat(l).matches("    strategy: latency +# line 26"))
                .anySatisfy(l -> assertThat(l).matches("    durability: every_second +# default"));
        assertThat(Examples.load(Examples.example("mission.yaml")).effective())
                .allSatisfy(s -> assertThat(s.reason()).isNotBlank());
    }

    @Test
    void aSecretIsNeverSaidBack() {
        Configuration configuration = Examples.parse(MANY);

        assertThat(Objects.requireNonNull(configuration.password()).secret()).isEqualTo("a-secret");
        assertThat(configuration.effectiveYaml()).contains("${SET}").doesNotContain("a-secret");
        assertThat(configuration.toString()).doesNotContain("a-secret");

        LoadResult plain = ConfigurationFile.parse("x.yaml", MANY.replace("${SET}", "hunter2"));
        Configuration written = Examples.loaded(plain);
        assertThat(written.effectiveYaml()).doesNotContain("hunter2");
        assertThat(written.toString()).doesNotContain("hunter2");
        assertThat(plain.problems().toString()).doesNotContain("hunter2");
    }

    @Test
    void filesThatMeanTheSameHaveOneHash() {
        String terse = "multi_region: {name: a, regions: [{name: us-east-1}, {name: eu-west-1}]}";
        String wordy = """
                # said at length
                multi_region:
                  regions:
                    - name: us-east-1
                      kind: core
                      primary: false
                      services: [cache, database, api]
                    - name: eu-west-1
                  name: a
                  replication: {strategy: async, lease: 5000ms}
                  node: {durability: always}
                  wan: [{between: [us-east-1, eu-west-1], delay: 1ms}]
                """;

        assertThat(Examples.parse(wordy).hash())
                .isEqualTo(Examples.parse(terse).hash())
                .matches("[0-9a-f]{32}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "  replication: {lag_threshold: 6s}",
                "  replication: {lease: 6s}",
                "  datasets: [{name: b}]",
                "  datasets: [{name: default, ttl: 1h}]",
                "  data_governance: {data_residency: [{type: t, allowed_regions: [eu-west-1]}]}",
            })
    void filesThatDifferInWhatRegionsMustAgreeOnHaveOtherHashes(String more) {
        String file = """
                multi_region:
                  name: a
                  regions: [{name: us-east-1}, {name: eu-west-1}]
                """;

        assertThat(Examples.parse(file + more).hash())
                .isNotEqualTo(Examples.parse(file).hash());
    }

    @Test
    void aConflictRuleCannotChangeUnderData() {
        Configuration before = Examples.load(Examples.example("shop.yaml"));
        Configuration after = Examples.parse(before.effectiveYaml()
                .replace("conflict_resolution: crdt", "conflict_resolution: last_write_wins")
                .replace("name: shop", "name: store"));

        List<Problem> problems = after.compatibleWith(before);

        assertThat(problems).extracting(Problem::code).containsOnly(ErrorCodes.IMMUTABLE);
        assertThat(problems)
                .extracting(Problem::message)
                .containsExactly(
                        "datasets.carts.conflict_resolution is last_write_wins, and the data were made with crdt",
                        "name is store, and the data were made with shop");
        assertThat(problems).allSatisfy(p -> assertThat(p.line()).isPositive());
        assertThat(problems.getFirst().sourceLine()).contains("conflict_resolution: last_write_wins");
    }

    @Test
    void whoWritesCannotChangeFromManyToOneUnderData() {
        Configuration before = Examples.load(Examples.example("shop.yaml"));
        Configuration after =
                Examples.parse(before.effectiveYaml().replace("topology: active-active", "topology: read-replicas"));

        assertThat(after.compatibleWith(before))
                .extracting(Problem::message)
                .contains("datasets.carts.topology has one writing region, and the data were made with many");
    }

    @Test
    void whatIsNotBoundToDataMayChange() {
        Configuration before = Examples.parse(MANY);
        Configuration after = Examples.parse(MANY.replace("ttl: 90m", "ttl: 2h")
                .replace("lease: 9s", "lease: 7s")
                .replace("{name: stock, consistency: quorum}", "{name: fresh}"));

        assertThat(after.compatibleWith(before)).isEmpty();
        assertThat(after.compatibleWith(after)).isEmpty();
    }

    @Test
    void theStarterFileLoadsWithoutAWord() {
        String starter = StarterFile.render("demo", StarterFile.REGIONS, "meridian.schema.json");

        LoadResult result = ConfigurationFile.parse("demo.yaml", starter, Map.<String, String>of()::get);

        assertThat(result.problems()).isEmpty();
        assertThat(Examples.loaded(result).name()).isEqualTo("demo");
        assertThat(starter).startsWith("# yaml-language-server: $schema=meridian.schema.json\n");
        assertThat(StarterFile.schema()).contains("\"$schema\"");
    }
}
