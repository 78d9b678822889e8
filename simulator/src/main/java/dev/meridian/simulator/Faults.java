package dev.meridian.simulator;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

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
            "crash loop",
            "ring",
            "bridge",
            "half-open",
            "heavy tail",
            "narrow link",
            "replay",
            "corrupt frame",
            "crash at a step",
            "pause before replies",
            "suspend",
            "stuck clock",
            "leap second",
            "full disk",
            "slow disk",
            "fsync error",
            "astray write",
            "rot",
            "read error",
            "forged request",
            "slow receiver",
            "clients killed",
            "wrong file",
            "operator");

    /** What takes from a region what it had, or may. */
    private static final List<String> DAMAGING = List.of("disk replaced", "astray write", "rot", "read error");

    private static final long MS = 1_000_000L;

    private final Stage stage;
    private final Swarm swarm;
    private final SplittableRandom random;
    private @Nullable String damaged;
    private final List<String> regions;
    private boolean over;
    private int operations;

    Faults(Stage stage, Swarm swarm, SplittableRandom random) {
        this.stage = stage;
        this.swarm = swarm;
        this.random = random;
        this.regions = stage.regions();
    }

    void start() {
        stage.injection().whenStopped(region -> in(50 + random.nextLong(3_000), () -> bringUp(region)));
        for (String region : regions) {
            if (swarm.skewMs() > 0) {
                stage.perform(new Action.Skew(region, random.nextLong(-swarm.skewMs() / 2, swarm.skewMs() / 2 + 1)));
            }
        }
        if (swarm.flushed()) {
            String at = regions.get(random.nextInt(regions.size()));
            stage.counts().merge("flushed", 1L, Long::sum);
            in(random.nextLong(swarm.durationMs()), asOperator(at, random.nextBoolean() ? "FLUSHALL" : "FLUSHDB"));
        }
        next();
    }

    private static Action asOperator(String region, String... words) {
        return new Action.Send(region, "operator", List.of(List.of(words)));
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
        if (DAMAGING.contains(kind)) {
            // Two regions whose logs are both damaged can each lack what the other has in rows alone: no promise covers
            // that.
            damaged = damaged == null ? a : damaged;
            a = damaged;
        }
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
            case "isolation" -> {
                if (swarm.cutsPrimariesOff() && random.nextInt(4) != 0) {
                    cutOffPrimary();
                } else {
                    cut(all, forMs);
                }
            }
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
            case "forged request" -> forge();
            case "operator" -> operate(a, b);
            case "disk replaced" -> {
                if (random.nextInt(3) != 0) {
                    stage.perform(new Action.KeepImage(a));
                } else {
                    fail(random.nextBoolean() ? new Action.LoseDisk(a) : new Action.RestoreImage(a), forMs);
                }
            }
            case "swizzle" -> swizzle(a, others);
            case "ring", "bridge" -> partition(kind, a, forMs);
            case "half-open" -> breakLink(both, LinkFault.HALF_OPEN, 0, random.nextInt(3) == 0 ? 20_000 : forMs);
            case "heavy tail" -> breakLink(both, LinkFault.HEAVY_TAIL, 0, forMs);
            case "narrow link" ->
                breakLink(random.nextBoolean() ? both : oneWay, LinkFault.CAP, 8_192L << random.nextInt(6), forMs);
            case "slow receiver" -> breakLink(oneWay, LinkFault.SLOW_RECEIVER, 8_192L << random.nextInt(6), forMs);
            case "clients killed" -> {
                stage.counts().merge(kind, 1L, Long::sum);
                stage.perform(asOperator(a, "CLIENT", "KILL", "TYPE", "normal"));
            }
            case "wrong file" -> {
                stage.perform(new Action.File(a, true));
                in(forMs, new Action.File(a, false));
            }
            case "replay" -> stage.perform(new Action.BreakLink(oneWay, LinkFault.REPLAY, random.nextInt(32)));
            case "corrupt frame" -> stage.perform(new Action.BreakLink(oneWay, LinkFault.CORRUPT, 0));
            case "crash at a step" -> breakDisk(a, DiskFault.CRASH, random.nextInt(random.nextBoolean() ? 20 : 500));
            case "crash loop" -> {
                for (int i = 0; i < 4; i++) {
                    in(i * 400L, new Action.Kill(a));
                    in(i * 400L + 1 + random.nextInt(398), new Action.Restart(a));
                }
            }
            default -> strikeMachine(kind, a, forMs);
        }
    }

    private void strikeMachine(String kind, String a, long forMs) {
        switch (kind) {
            case "pause before replies" -> {
                stage.perform(new Action.PauseBeforeReplies(a));
                in(forMs, new Action.Resume(a));
            }
            case "suspend" -> {
                stage.perform(new Action.Suspend(a));
                in(forMs, new Action.Resume(a));
            }
            case "stuck clock" -> {
                stage.perform(new Action.StickClock(a));
                in(Math.min(forMs, 400), new Action.Skew(a, 0));
            }
            case "leap second" -> {
                stage.perform(new Action.Skew(a, -1_000));
                in(1_000, new Action.Skew(a, 0));
            }
            case "full disk" -> {
                breakDisk(a, DiskFault.FULL, random.nextInt(random.nextBoolean() ? 2_000 : 200_000));
                in(forMs, new Action.Disk(a, DiskFault.SOUND, 0, 0));
            }
            case "slow disk" -> {
                breakDisk(a, DiskFault.SLOW, 1 + random.nextInt(random.nextInt(4) == 0 ? 3_000 : 100));
                in(forMs, new Action.Disk(a, DiskFault.SOUND, 0, 0));
            }
            case "fsync error" -> {
                breakDisk(a, DiskFault.FSYNC_ERROR, 0);
                // What such an fsync left in memory only, a loss of power takes.
                in(random.nextLong(5_000), () -> fail(new Action.LosePower(a, random.nextLong(1, 1 << 30)), forMs));
            }
            case "astray write" -> {
                breakDisk(a, random.nextBoolean() ? DiskFault.LOST_WRITE : DiskFault.MISDIRECTED_WRITE, 0);
                in(forMs, new Action.Disk(a, DiskFault.DROPPED_CACHE, 0, 0));
            }
            case "rot" -> breakDisk(a, random.nextInt(4) == 0 ? DiskFault.ROW_ROT : DiskFault.LOG_ROT, 0);
            case "read error" -> breakDisk(a, DiskFault.READ_ERROR, 0);
            default -> throw new IllegalArgumentException(kind);
        }
    }

    private void cut(Action.Links links, long forMs) {
        stage.perform(new Action.Cut(links));
        in(forMs, new Action.Heal(links));
    }

    /** Its clients go on as long as it acknowledges, and it comes back when another has followed it. */
    private void cutOffPrimary() {
        List<DatasetPlan> led = stage.deployment().plans().stream()
                .filter(plan -> plan.primary() != null && plan.members().size() > 1)
                .toList();
        if (!led.isEmpty()) {
            DatasetPlan plan = led.get(random.nextInt(led.size()));
            String primary = String.valueOf(stage.primary(plan));
            long followedMs =
                    plan.protection().silenceMs() + 2 * plan.protection().leaseMs();
            cut(new Action.Links(primary, null, false), followedMs + random.nextLong(6_000));
            if (!plan.protection().automatic()) {
                List<String> others = new ArrayList<>(plan.members());
                others.remove(primary);
                String to = others.get(random.nextInt(others.size()));
                in(
                        random.nextLong(followedMs),
                        new Action.Move(to, plan.name(), to, false, random.nextInt(3) != 0, "op" + ++operations));
            }
        }
    }

    private void fail(Action failure, long forMs) {
        stage.perform(failure);
        if (failure instanceof Action.OfRegion at) {
            in(forMs, () -> bringUp(at.region()));
        }
    }

    /** As an operator does it: again and again, and, where the store refuses what it finds, without it. */
    private void bringUp(String region) {
        stage.perform(new Action.Restart(region));
        String refusal = stage.injection().refusal(region);
        if (stage.running(regions.indexOf(region)) || refusal == null) {
            return;
        }
        stage.counts().merge("refused to start", 1L, Long::sum);
        if (refusal.contains("start with an empty one")) {
            stage.perform(new Action.LoseDisk(region));
        }
        in(200 + random.nextLong(1_000), () -> bringUp(region));
    }

    private void breakDisk(String region, DiskFault how, long amount) {
        stage.perform(new Action.Disk(region, how, amount, random.nextLong(1, 1 << 30)));
    }

    private void breakLink(Action.Links links, LinkFault how, long amount, long forMs) {
        stage.perform(new Action.BreakLink(links, how, amount));
        in(forMs, new Action.Heal(new Action.Links(links.region(), links.other(), false)));
    }

    /** Each reaches its neighbours only, or one that all others reach. */
    private void partition(String kind, String a, long forMs) {
        stage.counts().merge(kind, 1L, Long::sum);
        int n = regions.size();
        for (int i = 0; i < n; i++) {
            for (int j = i + 1; j < n; j++) {
                boolean kept = kind.equals("ring")
                        ? j - i == 1 || j - i == n - 1
                        : regions.get(i).equals(a) || regions.get(j).equals(a);
                if (!kept) {
                    cut(new Action.Links(regions.get(i), regions.get(j), false), forMs);
                }
            }
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

    /** Regions ask for what they may not hold, as none does that keeps to the rules. */
    private void forge() {
        for (String from : regions) {
            for (String to : regions) {
                byte[] frame = Forgery.frame(stage.deployment(), from, to, random);
                if (frame != null) {
                    stage.counts().merge("forged request", 1L, Long::sum);
                    stage.perform(new Action.Nonsense(from, to, HexFormat.of().formatHex(frame), 0));
                }
            }
        }
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

    /** Operators move a primary: asked of the right region or the wrong one, alone or two at once. */
    private void operate(String a, String b) {
        List<String> led = stage.deployment().led();
        if (led.isEmpty()) {
            return;
        }
        String dataset = led.get(random.nextInt(led.size()));
        int operators = random.nextInt(3) == 0 ? 2 : 1;
        for (int i = 0; i < operators; i++) {
            String to = i == 0 ? b : a;
            boolean isPlanned = random.nextInt(3) != 0;
            String operation = "op" + ++operations;
            if (!isPlanned) {
                stage.perform(new Action.Move(to, dataset, to, false, false, operation));
                continue;
            }
            // Who is primary is not known here: each is asked, and all but one refuse.
            for (String at : regions) {
                stage.perform(new Action.Move(at, dataset, to, true, false, operation + at));
            }
        }
    }
}
