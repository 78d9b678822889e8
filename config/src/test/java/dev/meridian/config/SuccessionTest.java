package dev.meridian.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What a file says of primaries: who replaces them, who counts, and when. */
class SuccessionTest {
    private static final String FILE = """
            multi_region:
              regions:
                - name: us-east-1
                - {name: eu-west-1, services: [database-replica]}
                - name: ap-southeast-1
                - {name: eu-north-1, kind: witness}
                - {name: us-west-2, kind: witness}
            """;

    private static Dataset dataset(String words) {
        Configuration file = Examples.parse(FILE + words);
        return Objects.requireNonNull(file.dataset("a"));
    }

    private static String group(String words) {
        return Examples.parse(FILE + words).groups().getFirst().id();
    }

    @Test
    void aLostPrimaryIsSeenByTheHealthChecksUnlessTheFileSaysFast() {
        Succession standard =
                dataset("  datasets: [{name: a, topology: active-passive}]").succession();
        Succession fast = dataset("  datasets: [{name: a, topology: active-passive, failover_profile: fast}]")
                .succession();
        Succession checks = dataset("""
                  routing: {health_check_interval: 2s, failover_threshold: 5}
                  datasets: [{name: a, topology: active-passive}]
                """).succession();

        assertThat(standard.detection()).isEqualTo(Duration.ofSeconds(90));
        assertThat(standard.lease()).isEqualTo(Duration.ofSeconds(5));
        assertThat(fast.detection()).isLessThan(Duration.ofSeconds(3));
        assertThat(fast.lease()).isLessThan(fast.detection());
        assertThat(checks.detection()).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void aDatasetsOwnProfileOverridesTheFilesTimesAndItsOwnTimesOverrideItsProfile() {
        Succession own = dataset("""
                  replication: {lease: 7s, detection: 40s}
                  datasets: [{name: a, topology: active-passive, failover_profile: fast, lease: 3s}]
                """).succession();
        Succession inherited = dataset("""
                  replication: {lease: 7s, failover_profile: fast}
                  datasets: [{name: a, topology: active-passive}]
                """).succession();

        assertThat(own.lease()).isEqualTo(Duration.ofSeconds(3));
        assertThat(own.detection()).isEqualTo(FailoverProfile.FAST_DETECTION);
        assertThat(inherited.lease()).isEqualTo(Duration.ofSeconds(7));
        assertThat(inherited.detection()).isEqualTo(FailoverProfile.FAST_DETECTION);
    }

    @Test
    void whoTakesWritesAlreadyFollowsFirstUnlessTheFileSaysOtherwise() {
        assertThat(dataset("  datasets: [{name: a, topology: active-passive}]")
                        .succession()
                        .successors())
                .containsExactly("ap-southeast-1", "eu-west-1");
        assertThat(dataset("  datasets: [{name: a, topology: active-passive, successors: [eu-west-1]}]")
                        .succession()
                        .successors())
                .containsExactly("eu-west-1", "ap-southeast-1");
    }

    @Test
    void aWitnessJoinsWhereTheRegionsAreEvenInNumber() {
        assertThat(dataset("  datasets: [{name: a, topology: active-passive}]").witnesses())
                .isEqualTo(Witnesses.NONE);
        Dataset two = dataset("  datasets: [{name: a, consistency: quorum, placement: [us-east-1, eu-west-1]}]");

        assertThat(two.witnesses()).isEqualTo(new Witnesses(List.of("eu-north-1"), true));
        assertThat(two.succession().failover()).isEqualTo(Failover.AUTOMATIC);
    }

    @Test
    void aResidencyKeepsTheLogFromAWitnessOutsideIt() {
        Dataset bound = dataset("""
                  data_governance:
                    data_residency: [{type: a, allowed_regions: [us-east-1, eu-west-1]}]
                  datasets: [{name: a, topology: active-passive}]
                """);
        Dataset allowed = dataset("""
                  data_governance:
                    data_residency: [{type: a, allowed_regions: [us-east-1, eu-west-1, us-west-2]}]
                  datasets: [{name: a, topology: active-passive}]
                """);

        assertThat(bound.witnesses()).isEqualTo(new Witnesses(List.of("eu-north-1"), false));
        assertThat(allowed.witnesses()).isEqualTo(new Witnesses(List.of("us-west-2"), true));
        assertThat(allowed.placement()).containsExactly("us-east-1", "eu-west-1");
    }

    @Test
    void aTimetableKeepsItsZonesAndStandsInTheOrderOfTheDay() {
        Succession sun = dataset("""
                  datasets:
                    - name: a
                      topology: follow-the-sun
                      schedule:
                        - {at: 08:00, zone: America/New_York, primary: us-east-1}
                        - {at: 08:00, zone: Europe/Dublin, primary: eu-west-1}
                        - {at: 01:00, primary: ap-southeast-1}
                """).succession();

        assertThat(sun.schedule())
                .extracting(Handover::region)
                .containsExactly("ap-southeast-1", "eu-west-1", "us-east-1");
        assertThat(sun.schedule().get(1))
                .isEqualTo(new Handover(LocalTime.of(8, 0), ZoneId.of("Europe/Dublin"), "eu-west-1"));
    }

    @Test
    void anAutomaticPrimaryBeginsWhereItWouldHaveStayed() {
        Dataset auto = dataset("  datasets: [{name: a, primary: auto}]");

        assertThat(auto.primary()).isEqualTo("us-east-1");
        assertThat(auto.succession().followsWriters()).isTrue();
        assertThat(auto.topology()).isEqualTo(Topology.READ_REPLICAS);
    }

    @Test
    void aGroupsIdTellsOnlyWhatADatasetSaysOtherwiseThanItsFile() {
        String plain = group("  datasets: [{name: a, topology: active-passive}]");

        assertThat(plain).isEqualTo("active-passive/async/eventual/ap-southeast-1+eu-west-1+us-east-1*/automatic");
        assertThat(group("""
                  replication: {lease: 7s, failover_profile: fast, late_writes: review, min_live: 1, write_timeout: 1s}
                  routing: {health_check_interval: 10s}
                  safety: {automatic_failover: false}
                  datasets: [{name: a, topology: active-passive}]
                """)).isEqualTo(plain);
        assertThat(
                        group(
                                "  datasets: [{name: a, topology: active-passive, failover_profile: fast, late_writes: review}]"))
                .isEqualTo(plain + "/lease=2s/detection=2500ms/late=review");
        assertThat(group("  datasets: [{name: a, topology: active-passive, successors: [eu-west-1]}]"))
                .isEqualTo(plain + "/successors=eu-west-1,ap-southeast-1");
    }

    @Test
    void safetyRulesAreTheFiles() {
        Configuration file = Examples.parse(FILE + """
                  safety: {automatic_failover: false, regions_on: 2, never_both_off: [[us-east-1, eu-west-1]]}
                """);

        assertThat(file.safety()).isEqualTo(new Safety(false, 2, List.of(List.of("us-east-1", "eu-west-1"))));
        assertThat(Examples.parse(FILE).safety()).isEqualTo(new Safety(true, 1, List.of()));
    }

    @Test
    void aTreeLeadsFromCoreRegionsOverRegionalOnesToEdges() {
        Configuration file = Examples.parse("""
                multi_region:
                  regions:
                    - name: us-east-1
                    - name: eu-west-1
                    - {name: us-west-2, kind: regional}
                    - {name: eu-central-1, kind: regional, parent: us-east-1}
                    - {name: eu-south-1, kind: edge}
                  datasets: [{name: a, topology: hierarchical-edge}]
                """);

        assertThat(Objects.requireNonNull(file.dataset("a")).writers()).containsExactly("us-east-1", "eu-west-1");
        assertThat(file.groups().getFirst().tree())
                .containsExactly(
                        new Upstream("us-west-2", List.of("us-east-1", "eu-west-1")),
                        new Upstream("eu-central-1", List.of("us-east-1", "eu-west-1")),
                        new Upstream("eu-south-1", List.of("eu-central-1", "eu-west-1", "us-east-1")));
        assertThat(file.groups().get(1).tree()).isEmpty();
    }
}
