package dev.meridian.cli.drill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.cli.blackbox.Place;
import dev.meridian.config.Configuration;
import dev.meridian.config.Dataset;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a file promises is read from its datasets: which requests go on, which come back, which may stop. */
class ExpectationsTest {
    private static final String FILE = """
            multi_region:
              name: three
              regions:
                - { name: us-east-1, services: [api, database] }
                - { name: eu-west-1, services: [api, database] }
                - { name: ap-southeast-1, services: [api, database] }
              replication: { heartbeat: 500ms, lease: 3s }
              routing: { health_check_interval: 1s, failover_threshold: 3 }
              datasets:
                - { name: mesh, topology: active-active, consistency: session }
                - { name: fresh, topology: active-active, consistency: bounded(2s) }
                - { name: hub, topology: read-replicas, primary: us-east-1, failover: automatic }
                - { name: still, topology: read-replicas, primary: us-east-1, failover: manual }
                - { name: pair, topology: active-passive, primary: us-east-1, replication: semi-sync, failover: manual }
                - { name: light, topology: pilot-light, primary: us-east-1, failover: automatic }
                - { name: stock, consistency: quorum, primary: us-east-1, failover: automatic }
                - { name: home, topology: geo-partitioned, placement: [eu-west-1], remote_access: read_write }
            """;
    private static final Duration LONG = Duration.ofSeconds(20);

    @TempDir
    private Path directory;

    private String of(String dataset, Damage damage, Duration lasts) throws IOException {
        Configuration configuration = configuration();
        Dataset named = Objects.requireNonNull(configuration.dataset(dataset));
        var words = new TreeMap<String, String>();
        for (Expectation expectation :
                new Expectations(configuration, damage, lasts, Duration.ofMillis(200)).of(named)) {
            Lane lane = expectation.lane();
            words.put((lane.writes() ? "w " : "r ") + lane.region().substring(0, 2), expectation.words());
        }
        return words.toString();
    }

    private Configuration configuration() throws IOException {
        return Loaded.of(directory, FILE);
    }

    private static Damage without(String region) {
        return Damage.NONE.withDown(Set.of(region));
    }

    @Test
    void withoutAnyDamageEverythingGoesOn() throws IOException {
        for (Dataset dataset : configuration().datasets()) {
            assertThat(of(dataset.name(), Damage.NONE, LONG)).as(dataset.name()).doesNotContain("stop", "back", "end");
        }
    }

    @Test
    void aMeshGoesOnInEveryRegionThatLives() throws IOException {
        assertThat(of("mesh", without("us-east-1"), LONG))
                .isEqualTo("{r ap=goes on, r eu=goes on, r us=may stop, w ap=goes on, w eu=goes on, w us=may stop}");
        assertThat(of("mesh", Damage.NONE.withIsolated(Set.of("us-east-1")), LONG))
                .doesNotContain("stop");
    }

    @Test
    void aBoundedReadMayBeRefusedOnceAWriterIsSilentForLonger_S1() throws IOException {
        assertThat(of("fresh", without("us-east-1"), LONG)).contains("r eu=may stop", "w eu=goes on");
        assertThat(of("fresh", without("us-east-1"), Duration.ofSeconds(1))).contains("r eu=goes on");
    }

    @Test
    void aLostPrimaryIsReplacedWhereTheFileSaysSo() throws IOException {
        assertThat(of("hub", without("us-east-1"), LONG))
                .contains("w eu=back within 7.6 s", "w ap=back within 7.6 s", "r eu=goes on", "w us=may stop");
        assertThat(of("still", without("us-east-1"), LONG)).contains("w eu=may stop", "r eu=goes on");
        assertThat(of("hub", without("eu-west-1"), LONG)).contains("w us=goes on", "w ap=goes on");
    }

    @Test
    void aPrimaryInAMinorityIsReplacedByTheOthersAndItsOwnClientsWait() throws IOException {
        assertThat(of("stock", Damage.NONE.withIsolated(Set.of("us-east-1")), LONG))
                .contains("w eu=back within 7.6 s", "w us=may stop", "r us=may stop");
    }

    @Test
    void aPrimaryWithALeaseAcknowledgesNothingForLongerThanThatOnceItIsCutOff_F2() throws IOException {
        Configuration configuration = configuration();
        Damage cut = Damage.NONE.withIsolated(Set.of("us-east-1"));
        var lasting = new Expectations(configuration, cut, LONG, Duration.ofMillis(200));
        var over = new Expectations(configuration, cut, Duration.ofSeconds(2), Duration.ofMillis(200));
        var other = new Expectations(
                configuration, Damage.NONE.withIsolated(Set.of("eu-west-1")), LONG, Duration.ofMillis(200));
        for (Dataset dataset : configuration.datasets()) {
            boolean leased = List.of("hub", "light", "stock").contains(dataset.name());
            assertThat(lasting.outlivesItsLease(dataset)).as(dataset.name()).isEqualTo(leased);
            assertThat(over.outlivesItsLease(dataset)).as(dataset.name()).isFalse();
            assertThat(other.outlivesItsLease(dataset)).as(dataset.name()).isFalse();
        }
        Dataset hub = Objects.requireNonNull(configuration.dataset("hub"));
        assertThat(lasting.failoverWords(hub))
                .isEqualTo(
                        "hub: a failover takes at most 7.6 s: detection 3.0 s (health_check_interval 1s x"
                                + " failover_threshold 3) + lease 3.0 s + three round trips of 200 ms (promises, decision, new lease) + 1 s");
    }

    @Test
    void aMajorityThatIsGoneAcknowledgesNothing() throws IOException {
        assertThat(of("stock", Damage.NONE.withDown(Set.of("eu-west-1", "ap-southeast-1")), LONG))
                .contains("w us=may stop");
        assertThat(of("stock", without("eu-west-1"), LONG)).contains("w us=goes on", "r ap=goes on");
    }

    @Test
    void semiSyncGoesOnWhileOneOtherConfirms() throws IOException {
        assertThat(of("pair", without("eu-west-1"), LONG)).contains("w us=goes on");
        assertThat(of("pair", Damage.NONE.withDown(Set.of("eu-west-1", "ap-southeast-1")), LONG))
                .contains("w us=may stop", "r us=may stop");
        assertThat(of("pair", Damage.NONE.withIsolated(Set.of("us-east-1")), LONG))
                .contains("w us=may stop", "r us=may stop", "r eu=goes on");
    }

    @Test
    void whoForwardsDependsOnWhoKeeps() throws IOException {
        assertThat(of("home", without("eu-west-1"), LONG)).contains("r us=may stop", "w us=may stop");
        assertThat(of("home", without("us-east-1"), LONG)).contains("r ap=goes on", "w ap=goes on");
    }

    @Test
    void aFullDiskAndAWrongClockStopWhatTheirRegionTakes() throws IOException {
        assertThat(of("mesh", Damage.NONE.withFullDisk(Set.of("us-east-1")), LONG))
                .contains("w us=may stop", "w eu=goes on");
        assertThat(of("mesh", Damage.NONE.withWrongClock(Set.of("us-east-1")), LONG))
                .contains("w us=may stop", "r us=goes on", "w eu=goes on");
    }

    @Test
    void aWitnessThatKeepsTheLogHelpsToAcknowledgeAndToChoose() throws IOException {
        Configuration ledger = Loaded.of(directory, """
                multi_region:
                  regions:
                    - { name: eu-west-1, primary: true }
                    - { name: eu-central-1 }
                    - { name: eu-north-1, kind: witness }
                  datasets:
                    - { name: accounts, consistency: strong, failover_profile: fast }
                    - { name: transfers, consistency: quorum, failover_profile: fast }
                """);
        for (String dataset : List.of("accounts", "transfers")) {
            Dataset named = Objects.requireNonNull(ledger.dataset(dataset));
            var lost = new Expectations(ledger, without("eu-west-1"), LONG, Duration.ofMillis(40)).of(named);
            assertThat(lost).anySatisfy(expectation -> {
                assertThat(expectation.lane()).isEqualTo(new Lane(dataset, "eu-central-1", true));
                assertThat(expectation.kind()).isEqualTo(Expectation.Kind.BACK_WITHIN);
                assertThat(expectation.within()).isLessThan(Duration.ofSeconds(10));
            });
            var both = new Expectations(
                            ledger,
                            Damage.NONE.withDown(Set.of("eu-central-1", "eu-north-1")),
                            LONG,
                            Duration.ofMillis(40))
                    .of(named);
            assertThat(both).anySatisfy(expectation -> {
                assertThat(expectation.lane()).isEqualTo(new Lane(dataset, "eu-west-1", true));
                assertThat(expectation.kind()).isEqualTo(Expectation.Kind.MAY_STOP);
            });
        }
    }

    @Test
    void partitionsAreJudgedByTheirOwnRegions() throws IOException {
        Configuration homes = Loaded.of(directory, """
                multi_region:
                  regions: [ { name: us-east-1 }, { name: us-west-2 }, { name: eu-central-1 }, { name: eu-west-1 } ]
                  datasets:
                    - name: people
                      partition_by: hash_tag
                      partitions:
                        - { name: germany, values: [de], primary: eu-central-1, placement: [eu-central-1, eu-west-1] }
                        - { name: america, values: [us], primary: us-east-1, placement: [us-east-1, us-west-2] }
                      unmapped: refuse
                """);
        List<Place> places = Place.of(homes);
        assertThat(places.stream().map(Place::keyspace)).contains("people:{de}", "people:{us}");
        Place germany = Place.of(places, "people:{de}:set1");
        assertThat(germany.dataset()).isEqualTo("people/germany");
        assertThat(new Expectations(homes, without("us-east-1"), LONG, Duration.ZERO).of(germany.policy()))
                .filteredOn(expectation -> !expectation.lane().region().equals("us-east-1"))
                .hasSize(6)
                .allMatch(expectation -> expectation.kind() == Expectation.Kind.GOES_ON);
    }

    @Test
    void ofAPilotLightThePrimaryAloneServesUntilItIsFollowed() throws IOException {
        assertThat(of("light", Damage.NONE, LONG))
                .isEqualTo(
                        "{r ap=stands by, r eu=stands by, r us=goes on, w ap=stands by, w eu=stands by, w us=goes on}");
        assertThat(of("light", without("us-east-1"), LONG))
                .contains("w eu=back within 7.6 s", "r eu=back within 7.6 s", "w ap=stands by", "w us=may end");
        assertThat(of("light", without("eu-west-1"), LONG)).contains("w us=goes on", "w eu=stands by");
        assertThat(of("light", Damage.NONE.withHandedOver(Set.of("us-east-1")), LONG))
                .contains("w us=may stop", "w eu=stands by");
    }

    @Test
    void aPlannedHandoverStopsNobody() throws IOException {
        for (String dataset : List.of("mesh", "hub", "still", "pair")) {
            assertThat(of(dataset, Drill.SWITCHOVER.damage(configuration(), List.of("us-east-1")), LONG))
                    .as(dataset)
                    .doesNotContain("stop", "back", "end");
        }
    }

    @Test
    void aDrillThatMakesNoSenseSaysWhy() throws IOException {
        Configuration three = configuration();
        assertThat(Drill.PRIMARY_PAUSE.unfit(three)).isNull();
        assertThat(Drill.PRIMARY_PAUSE.usualTargets(three)).isEqualTo(List.of("us-east-1"));
        Configuration one =
                Loaded.of(directory, "multi_region:\n  regions: [ { name: us-east-1, services: [api, database] } ]\n");
        assertThat(Drill.SWITCHOVER.unfit(one)).contains("no dataset");
        assertThat(Drill.REGION_LOSS.unfit(one)).contains("nobody would be left");
        assertThat(Drill.PRIMARY_PAUSE.unfit(one)).contains("no dataset").doesNotContain("nobody");
    }
}
