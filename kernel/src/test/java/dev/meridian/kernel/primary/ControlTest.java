package dev.meridian.kernel.primary;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.kernel.KernelWorld;
import dev.meridian.kernel.primary.ControlOutcome.Accepted;
import dev.meridian.kernel.primary.ControlOutcome.Conflict;
import dev.meridian.kernel.primary.ControlOutcome.Refused;
import dev.meridian.kernel.primary.ControlOutcome.Unknown;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ControlTest {
    private static final int LED = 3;

    private final KernelWorld world = new KernelWorld();
    private final List<ControlOutcome> outcomes = new ArrayList<>();

    private Control control(String region) {
        return world.node(region).kernel.control();
    }

    private static Configuration next(Configuration c, String primary) {
        return new Configuration(c.group(), c.epoch() + 1, primary, 9, c.members(), c.live(), List.of());
    }

    private void propose(String region, String primary) {
        Control control = control(region);
        Configuration current = control.configuration(LED);
        ControlEntry entry = ControlEntry.of(
                control.nextOperation(),
                region,
                "a test",
                new ControlEntry.Configure(current, next(current, primary), false));
        control.propose(entry, 10_000, outcomes::add);
    }

    @Test
    void beforeAnythingIsDecidedTheFileHolds() {
        assertThat(control("b").configuration(LED).epoch()).isEqualTo(1);
        assertThat(control("b").configuration(LED).primary()).isEqualTo("a");
        assertThat(control("b").cluster()).isZero();
    }

    @Test
    void twoThatAskAtOnceGetOneOutcomeAndAllHearOfIt_F6() {
        List<Configuration> heard = new ArrayList<>();
        control("a").onConfiguration((group, configuration) -> heard.add(configuration));
        propose("b", "b");
        propose("c", "c");
        world.rounds(10);
        assertThat(outcomes).hasSize(2);
        assertThat(outcomes.get(0)).isInstanceOf(Accepted.class);
        assertThat(outcomes.get(1))
                .isInstanceOfSatisfying(
                        Conflict.class,
                        lost -> assertThat(lost.won()).isEqualTo(control("b").configuration(LED)));
        for (String region : List.of("a", "b", "c")) {
            assertThat(control(region).configuration(LED).primary()).isEqualTo("b");
            assertThat(control(region).configuration(LED).epoch()).isEqualTo(2);
            assertThat(control(region).cluster())
                    .isEqualTo(control("a").cluster())
                    .isNotZero();
        }
        assertThat(heard).hasSize(1);
    }

    @Test
    void aMinorityGoesOnAskingAndDecidesOnceWhenItIsBack_F7() {
        world.silence("b", "a");
        world.silence("b", "c");
        propose("b", "b");
        world.rounds(3_000);
        assertThat(outcomes).isEmpty();
        world.heal("b", "a");
        world.heal("b", "c");
        world.rounds(3_000);
        assertThat(outcomes).hasSize(1).first().isInstanceOf(Accepted.class);
        assertThat(control("c").configuration(LED).epoch()).isEqualTo(2);
    }

    @Test
    void whoIsNotAnsweredInTimeIsToldThatNobodyKnows_D5() {
        world.silence("b", "a");
        world.silence("b", "c");
        propose("b", "b");
        world.rounds(11_000);
        assertThat(outcomes).hasSize(1).first().isInstanceOf(Unknown.class);
    }

    @Test
    void whatWasKnownStaysKnownWithTheGroupOutOfReach() {
        propose("b", "b");
        world.rounds(10);
        world.silence("b", "a");
        world.silence("b", "c");
        world.rounds(2_000);
        assertThat(control("b").configuration(LED).primary()).isEqualTo("b");
    }

    @Test
    void anEarlierConfigurationThanIsKnownIsNotLearnt_G2() {
        Control control = control("a");
        Configuration second = next(control.configuration(LED), "b");
        Configuration third = next(second, "c");
        List<Configuration> heard = new ArrayList<>();
        control.onConfiguration((group, configuration) -> heard.add(configuration));
        control.learn(third);
        control.learn(second);
        assertThat(control.configuration(LED)).isEqualTo(third);
        assertThat(heard).containsExactly(third);
    }

    @Test
    void aRestoredStateTakesTheEntriesPlace() {
        propose("b", "b");
        world.rounds(10);
        KernelWorld other = new KernelWorld();
        Control fresh = other.node("c").kernel.control();
        byte[] snapshot = control("b").state().snapshot();
        fresh.restored(snapshot);
        fresh.applied(1, new byte[0]);
        assertThat(fresh.configuration(LED).primary()).isEqualTo("b");
        assertThat(fresh.state().snapshot()).isEqualTo(snapshot);
    }

    @Test
    void aTextThatIsTooLongIsRefusedBeforeItLeaves() {
        control("a")
                .propose(
                        ControlEntry.of("op", "a", "x".repeat(600), new ControlEntry.Drain("a")), 1_000, outcomes::add);
        assertThat(outcomes).hasSize(1).first().isInstanceOf(Refused.class);
    }
}
