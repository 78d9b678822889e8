package dev.meridian.kernel.primary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meridian.kernel.bytes.MalformedBytesException;
import dev.meridian.kernel.data.Fuzz;
import dev.meridian.kernel.data.Gen;
import dev.meridian.kernel.primary.Configuration.Position;
import dev.meridian.kernel.primary.ControlOutcome.Accepted;
import dev.meridian.kernel.primary.ControlOutcome.Conflict;
import dev.meridian.kernel.primary.ControlOutcome.Refused;
import java.util.List;
import org.junit.jupiter.api.Test;

class ControlStateTest {
    private static final long CLUSTER = 77;
    private static final List<String> REGIONS = List.of("a", "b", "c");

    private final ControlState state = new ControlState();
    private int operations;

    static Configuration configuration(long epoch, String primary, List<String> members, List<String> live) {
        return new Configuration("g", epoch, primary, epoch == 1 ? 0 : 9, members, live, List.of());
    }

    private static Configuration at(long epoch, String primary) {
        return configuration(epoch, primary, REGIONS, REGIONS);
    }

    private ControlOutcome apply(ControlEntry entry) {
        return ControlOutcome.read(state.apply(state.applied() + 1, ControlCodec.write(entry.asked(1_000, CLUSTER))));
    }

    private ControlEntry entry(ControlEntry.Change change) {
        return ControlEntry.of("op" + ++operations, "ada", "a test", change);
    }

    private ControlOutcome apply(ControlEntry.Change change) {
        return apply(entry(change));
    }

    private ControlOutcome configure(Configuration current, Configuration next) {
        return apply(new ControlEntry.Configure(current, next, false));
    }

    private void found(ControlRules rules) {
        assertThat(apply(new ControlEntry.AdoptFile(1, 5, REGIONS, REGIONS, rules)))
                .isInstanceOf(Accepted.class);
    }

    private void refused(String rule, ControlOutcome outcome) {
        assertThat(outcome).isInstanceOfSatisfying(Refused.class, refused -> {
            assertThat(refused.rule()).isEqualTo(rule);
            assertThat(refused.reason()).isNotBlank();
            assertThat(refused.mend()).isNotBlank();
        });
    }

    @Test
    void ofTwoThatRaceOneWinsAndTheOtherIsToldByWhat_F6() {
        found(ControlRules.LEAST);
        assertThat(configure(at(1, "a"), at(2, "b"))).isEqualTo(new Accepted(CLUSTER, 2, at(2, "b")));
        assertThat(configure(at(1, "a"), at(2, "c")))
                .isInstanceOfSatisfying(
                        Conflict.class, lost -> assertThat(lost.won()).isEqualTo(at(2, "b")));
        assertThat(state.configuration("g")).isEqualTo(at(2, "b"));
    }

    @Test
    void anOperationTakesEffectOnceAndKeepsItsOutcome() {
        found(ControlRules.LEAST);
        ControlEntry first = entry(new ControlEntry.Configure(at(1, "a"), at(2, "b"), false));
        ControlOutcome outcome = apply(first);
        configure(at(2, "b"), at(3, "c"));
        assertThat(apply(first)).isEqualTo(outcome);
        assertThat(state.configuration("g")).isEqualTo(at(3, "c"));
    }

    @Test
    void membersChangeOneAtATimeSoThatMajoritiesMeet_G1() {
        found(ControlRules.LEAST);
        assertThat(configure(at(1, "a"), configuration(2, "a", List.of("a", "b"), List.of("a", "b"))))
                .isInstanceOf(Accepted.class);
        Configuration two = state.configuration("g");
        refused("one_member_at_a_time", configure(two, configuration(3, "a", List.of("a", "c"), List.of("a"))));
        assertThat(configure(two, configuration(3, "a", REGIONS, List.of("a", "b"))))
                .isInstanceOf(Accepted.class);
    }

    @Test
    void aConfigurationThatCannotBeIsRefused() {
        found(ControlRules.LEAST);
        Configuration file = at(1, "a");
        refused("epoch", configure(file, at(3, "b")));
        refused("epoch", configure(at(4, "a"), at(5, "b")));
        refused("primary", configure(file, configuration(2, "b", REGIONS, List.of("a", "c"))));
        refused("live", configure(file, configuration(2, "a", List.of("a", "b"), REGIONS)));
        refused("live", configure(file, configuration(2, null, REGIONS, List.of())));
        refused("members", configure(file, configuration(2, "a", List.of("a", "b", "c", "c"), REGIONS)));
        refused("regions", configure(file, configuration(2, "a", List.of("a", "b", "c", "x"), REGIONS)));
        refused(
                "start",
                configure(
                        file,
                        new Configuration(
                                "g", 2, "a", 9, REGIONS, REGIONS, List.of(new Position(-1, 4), new Position(1, 4)))));
        assertThat(state.configuration("g")).isNull();
        configure(file, at(2, "b"));
        refused("epoch", configure(at(2, "c"), at(3, "a")));
    }

    @Test
    void theLastRegionStaysOn_F7() {
        found(ControlRules.LEAST);
        apply(new ControlEntry.Drain("a"));
        apply(new ControlEntry.Isolate("b"));
        refused(ControlRules.REGIONS_ON, apply(new ControlEntry.Drain("c")));
        assertThat(state.isDrained("c")).isFalse();
        apply(new ControlEntry.Undrain("a"));
        assertThat(apply(new ControlEntry.Drain("c"))).isInstanceOf(Accepted.class);
    }

    @Test
    void aPairIsNeverBothOffUnlessTheRuleIsOverriddenByName() {
        found(new ControlRules(1, List.of(new ControlRules.Pair("a", "b"))));
        apply(new ControlEntry.Drain("a"));
        refused(ControlRules.NEVER_BOTH, apply(new ControlEntry.Isolate("b")));
        ControlEntry forced = entry(new ControlEntry.Isolate("b"));
        refused(
                ControlRules.NEVER_BOTH,
                apply(entry(new ControlEntry.Isolate("b")).overriding(ControlRules.REGIONS_ON)));
        assertThat(apply(forced.overriding(ControlRules.NEVER_BOTH))).isInstanceOf(Accepted.class);
        assertThat(state.audit())
                .last()
                .satisfies(line ->
                        assertThat(line.verdict()).contains("overriding").contains("never_both_off"));
    }

    @Test
    void theMasterSwitchStopsWhatNobodyAskedFor() {
        found(ControlRules.LEAST);
        apply(new ControlEntry.AutomaticFailover(false));
        refused(ControlRules.AUTOMATIC_FAILOVER, apply(new ControlEntry.Configure(at(1, "a"), at(2, "b"), true)));
        Configuration shrunk = configuration(2, "a", REGIONS, List.of("a", "b"));
        assertThat(apply(new ControlEntry.Configure(at(1, "a"), shrunk, true))).isInstanceOf(Accepted.class);
        assertThat(configure(shrunk, configuration(3, "b", REGIONS, List.of("a", "b"))))
                .isInstanceOf(Accepted.class);
    }

    @Test
    void aRegionThatIsOffDoesNotBecomePrimary() {
        found(ControlRules.LEAST);
        apply(new ControlEntry.Drain("b"));
        refused(ControlRules.REGION_OFF, configure(at(1, "a"), at(2, "b")));
        assertThat(configure(at(1, "a"), at(2, "c"))).isInstanceOf(Accepted.class);
    }

    @Test
    void whoRacesToFoundTheGroupLearnsItsIdentityAndAnotherGroupsEntriesAreRefused() {
        found(ControlRules.LEAST);
        ControlEntry loser =
                ControlEntry.of("op1", "b", "", new ControlEntry.AdoptFile(1, 5, REGIONS, REGIONS, ControlRules.LEAST));
        assertThat(ControlOutcome.read(state.apply(9, ControlCodec.write(loser.asked(1, 88)))))
                .isEqualTo(new Accepted(CLUSTER, 1, null));
        byte[] foreign = ControlCodec.write(entry(new ControlEntry.Drain("a")).asked(1, 88));
        refused("cluster", ControlOutcome.read(state.apply(10, foreign)));
        assertThat(state.isDrained("a")).isFalse();
        assertThat(state.cluster()).isEqualTo(CLUSTER);
    }

    @Test
    void aWitnessThatStaysOnIsNoRegionThatKeepsData() {
        apply(new ControlEntry.AdoptFile(1, 5, REGIONS, List.of("a", "b"), ControlRules.LEAST));
        assertThat(apply(new ControlEntry.Drain("a"))).isInstanceOf(Accepted.class);
        refused(ControlRules.REGIONS_ON, apply(new ControlEntry.Drain("b")));
        refused("regions", apply(new ControlEntry.AdoptFile(2, 5, REGIONS, List.of("a", "x"), ControlRules.LEAST)));
    }

    @Test
    void nothingIsDecidedBeforeTheGroupIsFounded() {
        refused("cluster", ControlOutcome.read(state.apply(1, ControlCodec.write(entry(new ControlEntry.Drain("a"))))));
    }

    @Test
    void filesFollowEachOtherAndMustFitWhatIsOff() {
        found(ControlRules.LEAST);
        ControlRules strict = new ControlRules(3, List.of());
        assertThat(apply(new ControlEntry.AdoptFile(3, 6, REGIONS, REGIONS, ControlRules.LEAST)))
                .isInstanceOf(Conflict.class);
        apply(new ControlEntry.Drain("a"));
        refused(ControlRules.REGIONS_ON, apply(new ControlEntry.AdoptFile(2, 6, REGIONS, REGIONS, strict)));
        apply(new ControlEntry.Undrain("a"));
        assertThat(apply(new ControlEntry.AdoptFile(2, 6, REGIONS, REGIONS, strict)))
                .isInstanceOf(Accepted.class);
        refused(ControlRules.REGIONS_ON, apply(new ControlEntry.Drain("a")));
    }

    @Test
    void memoryIsBounded() {
        found(ControlRules.LEAST);
        for (int i = 0; i < 3_000; i++) {
            apply(i % 2 == 0 ? new ControlEntry.Drain("a") : new ControlEntry.Undrain("a"));
        }
        assertThat(state.audit()).hasSizeLessThan(1_000);
        assertThat(state.snapshot().length).isLessThan(1 << 20);
    }

    @Test
    void theSameEntriesMakeTheSameBytesAlsoFromASnapshot_L5() {
        Gen.seeds(1, 200, seed -> {
            Gen gen = new Gen(seed);
            ControlState one = new ControlState();
            ControlState two = new ControlState();
            for (int i = 1; i < 60; i++) {
                byte[] bytes = ControlCodec.write(ControlSamples.entry(gen, one));
                if (gen.chance(10)) {
                    bytes = Fuzz.damage(gen, bytes);
                }
                if (gen.chance(10)) {
                    two = ControlState.restore(two.snapshot());
                }
                assertThat(two.apply(i, bytes)).isEqualTo(one.apply(i, bytes));
                assertThat(two.snapshot()).isEqualTo(one.snapshot());
            }
        });
    }

    @Test
    void majoritiesOfSuccessiveConfigurationsMeetWhateverIsAsked_G1() {
        Gen.seeds(1, 200, seed -> {
            Gen gen = new Gen(seed);
            ControlState random = new ControlState();
            for (int i = 1; i < 80; i++) {
                Configuration before = random.configuration("g");
                random.apply(i, ControlCodec.write(ControlSamples.entry(gen, random)));
                Configuration after = random.configuration("g");
                if (before != null && after != null && !before.equals(after)) {
                    long common = before.members().stream()
                            .filter(after.members()::contains)
                            .count();
                    int quorums =
                            before.members().size() / 2 + 1 + after.members().size() / 2 + 1;
                    long all = before.members().size() + after.members().size() - common;
                    assertThat(quorums).isGreaterThan((int) all);
                    assertThat(after.epoch()).isEqualTo(before.epoch() + 1);
                }
            }
        });
    }

    @Test
    void damagedBytesAreRefusedOrMeanSomething_X2() {
        int[] outcomes = new int[2];
        Gen.seeds(1, 4_000, seed -> {
            Gen gen = new Gen(seed);
            ControlState random = new ControlState();
            byte[] bytes = {};
            for (int i = 1; i < 1 + gen.below(12); i++) {
                bytes = ControlCodec.write(ControlSamples.entry(gen, random));
                random.apply(i, bytes);
            }
            byte[] entry = Fuzz.damage(gen, bytes);
            byte[] snapshot = Fuzz.damage(gen, random.snapshot());
            byte[] outcome = Fuzz.damage(gen, random.apply(99, entry));
            for (Runnable read : List.<Runnable>of(
                    () -> ControlCodec.write(ControlCodec.read(entry)),
                    () -> ControlOutcome.write(ControlOutcome.read(outcome)),
                    () -> ControlState.restore(ControlState.restore(snapshot).snapshot()))) {
                try {
                    read.run();
                    outcomes[0]++;
                } catch (MalformedBytesException refused) {
                    outcomes[1]++;
                }
            }
        });
        assertThat(outcomes[0]).isGreaterThan(500);
        assertThat(outcomes[1]).isGreaterThan(500);
    }

    @Test
    void anEntryThatCannotBeReadChangesNothingButItsIndex() {
        found(ControlRules.LEAST);
        refused("malformed", ControlOutcome.read(state.apply(2, new byte[] {1, 2, 3})));
        assertThat(state.applied()).isEqualTo(2);
        assertThatThrownBy(() -> state.apply(2, new byte[0])).isInstanceOf(IllegalArgumentException.class);
    }
}
