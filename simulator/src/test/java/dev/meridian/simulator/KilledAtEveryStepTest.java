package dev.meridian.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** A process that ends before, within and after each thing that it does on its disk and its links. */
class KilledAtEveryStepTest {
    private static final List<String> REGIONS = List.of("eu", "us");
    private static final int STEPS = 150;

    /** Small segments and frequent checkpoints, so that rolls, trims and cuts are among the steps. */
    private static final Figures SMALL = new Figures(500, 64 << 10, 4 << 10, 10, 200, 2_048, 10);

    @Test
    void whateverItWasDoingNothingAcknowledgedIsLostAndItComesBack_D1_D4_D5_V1_Y1() {
        long within = 0;
        long writing = 0;
        long between = 0;
        for (int step = 0; step < STEPS; step++) {
            boolean durable = step % 2 == 0;
            Stage stage = new Stage(deployment(step, durable), false);
            for (int i = 0; i < 12; i++) {
                write(stage, i);
            }
            stage.act(new Action.Disk("eu", DiskFault.CRASH, step, step + 1));
            for (int i = 12; i < 24; i++) {
                write(stage, i);
            }
            stage.run(1_000);
            stage.settle();
            stage.check();
            within += stage.counts().getOrDefault("killed at a step of its work on the disk", 0L);
            writing += stage.counts().getOrDefault("killed at the end of a turn", 0L);
            between += stage.counts().getOrDefault("killed between its replies and frames", 0L);
        }
        assertThat(within)
                .as("kills while it synced, brought rows to rest or trimmed")
                .isPositive();
        assertThat(writing).as("kills while it appended").isPositive();
        assertThat(between).as("kills between an append and what tells of it").isPositive();
    }

    private static void write(Stage stage, int i) {
        List<String> push = List.of("RPUSH", "list", "x".repeat(100) + i);
        stage.act(new Action.Send("eu", "client", List.of(push, List.of("INCRBY", "n", "3"))));
        stage.run(50);
    }

    private static Deployment deployment(long seed, boolean durable) {
        return new Deployment(
                seed,
                REGIONS,
                List.of(DatasetPlan.of("default", REGIONS)),
                Deployment.roundTrips(2, 20),
                0,
                durable,
                true,
                SMALL);
    }
}
