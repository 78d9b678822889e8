package dev.meridian.simulator;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;

/** Draws what breaks, when, and for how long. All of it is done through the stage. */
final class Faults {
    /** What a seed may choose from. */
    static final List<String> KINDS = List.of(
            "cut",
            "one-way cut",
            "isolation",
            "broken connection",
            "kill",
            "power loss",
            "pause",
            "slow link",
            "clock jump",
            "nonsense",
            "disk replaced",
            "swizzle",
            "crash loop");

    private static final long MS = 1_000_000L;

    private final Stage stage;
    private final Swarm swarm;
    private final SplittableRandom random;
    private final List<String> regions;
    private boolean over;

    Faults(Stage stage, Swarm swarm, SplittableRandom random) {
        this.stage = stage;
        this.swarm = swarm;
        this.random = random;
        this.regions = stage.regions();
    }

    void start() {
        for (String region : regions) {
            if (swarm.skewMs() > 0) {
                stage.perform(new Action.Skew(region, random.nextLong(-swarm.skewMs() / 2, swarm.skewMs() / 2 + 1)));
            }
        }
        next();
    }

    void stop() {
        over = true;
    }

    private void next() {
        if (swarm.faultEveryMs() > 0) {
            in(1 + random.nextLong(2 * swarm.faultEveryMs()), () -> {
                strike(KINDS.get(
                        swarm.faults().get(random.nextInt(swarm.faults().size()))));
                next();
            });
        }
    }

    private void in(long ms, Runnable task) {
        stage.at(Workload.grid(stage.sinceBeginNs() + ms * MS), () -> {
            if (!over) {
                task.run();
            }
        });
    }

    private void in(long ms, Action action) {
        in(ms, () -> stage.perform(action));
    }

    private void strike(String kind) {
        String a = regions.get(random.nextInt(regions.size()));
        List<String> others = new ArrayList<>(regions);
        others.remove(a);
        String b = others.get(random.nextInt(others.size()));
        long forMs = 50 + random.nextLong(random.nextInt(4) == 0 ? 15_000 : 2_000);
        Action.Links both = new Action.Links(a, b, false);
        Action.Links oneWay = new Action.Links(a, b, true);
        Action.Links all = new Action.Links(a, null, false);
        switch (kind) {
            case "cut" -> cut(both, forMs);
            case "one-way cut" -> cut(oneWay, forMs);
            case "isolation" -> cut(all, forMs);
            case "broken connection" -> stage.perform(new Action.Break(a, b));
            case "kill" -> fail(new Action.Kill(a), forMs);
            case "power loss" ->
                fail(new Action.LosePower(a, random.nextInt(4) == 0 ? 0 : random.nextLong(1, 1 << 30)), forMs);
            case "pause" -> {
                stage.perform(new Action.Pause(a));
                in(forMs, new Action.Resume(a));
            }
            case "slow link" -> {
                stage.perform(new Action.Slow(
                        random.nextBoolean() ? both : oneWay,
                        100 + random.nextLong(random.nextInt(4) == 0 ? 5_000 : 500),
                        50,
                        random.nextInt(random.nextInt(4) == 0 ? 500 : 50)));
                in(forMs, new Action.Heal(both));
            }
            case "clock jump" ->
                stage.perform(new Action.Skew(a, random.nextLong(-swarm.skewMs() - 200, swarm.skewMs() + 200)));
            case "nonsense" -> nonsense(a, b);
            case "disk replaced" -> {
                if (random.nextInt(3) != 0) {
                    stage.perform(new Action.KeepImage(a));
                } else {
                    fail(random.nextBoolean() ? new Action.LoseDisk(a) : new Action.RestoreImage(a), forMs);
                }
            }
            case "swizzle" -> swizzle(a, others);
            default -> {
                for (int i = 0; i < 4; i++) {
                    in(i * 400L, new Action.Kill(a));
                    in(i * 400L + 1 + random.nextInt(398), new Action.Restart(a));
                }
            }
        }
    }

    private void cut(Action.Links links, long forMs) {
        stage.perform(new Action.Cut(links));
        in(forMs, new Action.Heal(links));
    }

    private void fail(Action failure, long forMs) {
        stage.perform(failure);
        if (failure instanceof Action.OfRegion at) {
            in(forMs, new Action.Restart(at.region()));
        }
    }

    /** A frame arrives that is none, or only the beginning of one. */
    private void nonsense(String a, String b) {
        if (random.nextBoolean()) {
            stage.perform(new Action.Nonsense(a, b, "", random.nextInt(4_096)));
            return;
        }
        byte[] bytes = new byte[1 + random.nextInt(64)];
        random.nextBytes(bytes);
        bytes[0] = (byte) random.nextInt(16);
        stage.perform(new Action.Nonsense(a, b, HexFormat.of().formatHex(bytes), 0));
    }

    /** Links are cut one by one, and healed in another order. */
    private void swizzle(String a, List<String> others) {
        stage.counts().merge("swizzle", 1L, Long::sum);
        for (String other : others) {
            Action.Links link = new Action.Links(a, other, random.nextBoolean());
            in(random.nextLong(1_000), new Action.Cut(link));
            in(1_000 + random.nextLong(4_000), new Action.Heal(link));
        }
    }
}
