package dev.meridian.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.kernel.primary.Control;
import dev.meridian.kernel.primary.ControlContract;
import dev.meridian.kernel.primary.ControlEntry;
import dev.meridian.kernel.primary.ControlOutcome;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** The model of the control group keeps the contract, with every answer that may be lost lost by some seed. */
class SimulatedControlTest extends ControlContract {
    private static final int SEEDS = 30;
    private long seed = 1;

    @Override
    protected Regions regions() {
        return new Staged(seed);
    }

    @Test
    void everySeedKeepsTheContract() throws Exception {
        for (seed = 2; seed < SEEDS; seed++) {
            try {
                ofThreeThatRaceOneWinsAndTheOthersAreToldByWhat_F6();
                anOperationIsDecidedOnceHoweverOftenItIsProposed();
                everyRegionHearsTheSameInTheSameOrder_L5();
                whoWasAwayLearnsAllThatWasDecided_L4();
                nothingIsForgottenWhenAllRestart_L6();
                aMinorityDecidesNothingAndWhatItAskedIsDecidedOnceLater_F7();
                rulesAreJudgedOverAllThatIsDecided();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
            }
        }
    }

    private static final class Staged implements Regions {
        private final Stage stage;

        Staged(long seed) {
            stage = new Stage(
                    new Deployment(
                            seed,
                            REGIONS,
                            List.of(DatasetPlan.of("default", REGIONS)),
                            Deployment.roundTrips(3, Deployment.USUAL_RTT_MS),
                            0,
                            false,
                            true,
                            Figures.USUAL),
                    false);
        }

        private SimulatedNode node(String region) {
            return stage.node(REGIONS.indexOf(region));
        }

        @Override
        public void propose(String region, ControlEntry entry, long forMs, Consumer<ControlOutcome> then) {
            node(region).event(kernel -> kernel.control().propose(entry, forMs, then));
        }

        @Override
        public <T> T look(String region, Function<Control, T> question) {
            return question.apply(node(region).kernel().control());
        }

        @Override
        public void isolate(String region) {
            stage.act(new Action.Cut(new Action.Links(region, null, false)));
        }

        @Override
        public void heal() {
            REGIONS.forEach(region -> stage.act(new Action.Heal(new Action.Links(region, null, false))));
        }

        @Override
        public void stop(String region) {
            stage.act(new Action.Kill(region));
        }

        @Override
        public void start(String region) {
            stage.act(new Action.Restart(region));
        }

        @Override
        public void await(String what, BooleanSupplier condition) {
            assertThat(stage.runUntil(condition, 60_000)).as(what).isTrue();
        }

        @Override
        public void close() {
            stage.settle();
            stage.check();
        }
    }
}
