package dev.meridian.simulator;

import dev.meridian.kernel.placement.FailoverPolicy;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A client whose writes carry an id. Who got no answer sends the same again, where it is or in another region; some do though they had one, some
 * press twice, some hang up while they wait. {@link OncePerId} judges what comes of it.
 */
final class Retriers {
    private static final long THINK_MS = 400;
    private static final int TRIES_MAX = 6;

    private final Stage stage;
    private final SplittableRandom random;
    private final String home;
    private final List<String> datasets;
    private boolean over;
    private long requests;

    Retriers(Stage stage, SplittableRandom random, String home) {
        this.stage = stage;
        this.random = random;
        this.home = home;
        this.datasets = stage.deployment().plans().stream()
                .filter(Retriers::takesIds)
                .map(DatasetPlan::name)
                .toList();
    }

    /** Whether the dataset promises that a write of an id takes effect once. */
    static boolean takesIds(DatasetPlan plan) {
        Protection protection = plan.protection();
        return plan.primary() != null
                && !plan.resolution().countsByWriting()
                && (plan.members().size() == 1
                        || protection.ackRule().isAppliedOnCommit()
                        || protection.lateWrites() == FailoverPolicy.LateWrites.REVIEW);
    }

    void start() {
        if (!datasets.isEmpty()) {
            next();
        }
    }

    void stop() {
        over = true;
    }

    private void later(long msMax, Runnable task) {
        stage.at(Workload.grid(stage.sinceBeginNs() + random.nextLong(1 + msMax * 1_000_000L)), () -> {
            if (!over) {
                task.run();
            }
        });
    }

    private void next() {
        later(2 * THINK_MS, () -> {
            String id = "id-" + home + "-" + ++requests;
            String key = datasets.get(random.nextInt(datasets.size())) + ":once";
            List<String> request = switch (random.nextInt(3)) {
                case 0 -> List.of("MERIDIAN.IDEM", id, "INCRBY", key + "n", Integer.toString(1 + random.nextInt(9)));
                case 1 -> List.of("MERIDIAN.IDEM", id, "RPUSH", key + "l", id);
                default -> List.of("MERIDIAN.IDEM", id, "APPEND", key + "s", id + ";");
            };
            if (random.nextInt(8) == 0) {
                stage.send(new Action.Send(anywhere(), "twice-" + home, List.of(request)), replies -> {});
            }
            attempt(request, random.nextBoolean() ? home : anywhere(), TRIES_MAX);
        });
    }

    private String anywhere() {
        return stage.regions().get(random.nextInt(stage.regions().size()));
    }

    private void attempt(List<String> request, String region, int tries) {
        String client = "again-" + home;
        stage.send(new Action.Send(region, client, List.of(request)), replies -> {
            boolean isDone = !replies.isEmpty() && !replies.getFirst().startsWith("-");
            if (tries > 0 && !over && (!isDone || random.nextInt(4) == 0)) {
                stage.counts().merge(isDone ? "request sent again for nothing" : "request sent again", 1L, Long::sum);
                later(
                        isDone ? 3_000 : 600,
                        () -> attempt(request, random.nextBoolean() ? region : anywhere(), tries - 1));
            } else if (!over) {
                next();
            }
        });
        if (random.nextInt(8) == 0) {
            later(100, () -> stage.perform(new Action.Leave(region, client)));
        }
    }
}
