package dev.meridian.simulator;

import dev.meridian.kernel.data.Resolution;
import dev.meridian.kernel.placement.AckRule;
import dev.meridian.kernel.placement.Dataset.ReadLevel;
import dev.meridian.kernel.placement.Dataset.RemoteAccess;
import dev.meridian.kernel.placement.FailoverPolicy.LateWrites;
import dev.meridian.kernel.placement.GroupPolicy.LagAction;
import dev.meridian.kernel.placement.Handover;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * What a seed draws before the run begins: the deployment, who uses it how, and how hard the world is. Every figure is part
 * of the seed, so that seeds differ in kind and not only in timing.
 *
 * @param durationMs how long faults and clients go on
 * @param faultEveryMs mean time between faults; 0 in a world without any
 * @param faults which kinds, by index in {@link Faults#KINDS}
 * @param clients how many clients a region has
 * @param thinkMs a client's mean pause between commands
 * @param skewMs the most that a wall clock is off
 * @param focus which dataset most of it is about
 * @param keys over which keys the commands of all kinds spread
 * @param commands which of those commands are used, by index in {@link Workload#ANYTHING}
 * @param readsAfterMs how long some clients leave their replies unread
 * @param busiest the region, by index, from which most commands come; -1 where from each as many
 * @param cutsPrimariesOff whether a region that is cut off is mostly a primary, until another has followed it
 * @param flushed whether an operator flushes a region in the midst, after which few promises can be judged
 */
record Swarm(
        Deployment deployment,
        long durationMs,
        long faultEveryMs,
        List<Integer> faults,
        int clients,
        long thinkMs,
        long skewMs,
        int focus,
        Keys keys,
        List<Integer> commands,
        long readsAfterMs,
        boolean flushed,
        boolean cutsPrimariesOff,
        int busiest) {

    /** How the commands of all kinds spread over keys. */
    record Keys(int count, Skew skew) {
        int draw(SplittableRandom random) {
            return switch (skew) {
                case UNIFORM -> random.nextInt(count);
                case HOT -> random.nextInt(5) != 0 ? 0 : random.nextInt(count);
                case ZIPF -> (int) (count * Math.pow(random.nextDouble(), 3));
            };
        }
    }

    enum Skew {
        UNIFORM,
        HOT,
        ZIPF
    }

    private static final List<ReadLevel> LEVELS = List.of(
            ReadLevel.EVENTUAL, ReadLevel.MONOTONIC_READ, ReadLevel.SESSION, ReadLevel.CAUSAL, ReadLevel.BOUNDED);
    private static final List<String> NAMES = List.of("us", "eu", "ap", "sa", "af");

    static Swarm draw(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<String> regions = NAMES.subList(0, pick(random, 2, 2, 3, 3, 3, 3, 4, 4, 5));
        boolean faulty = random.nextInt(8) != 0;
        List<DatasetPlan> plans = new ArrayList<>();
        plans.add(DatasetPlan.of("default", regions));
        plans.add(plan(random, "lww", regions, Resolution.LAST_WRITE_WINS, pick(random, 0, 0, 0, 1, 2)));
        plans.add(plan(random, "crdt", regions, Resolution.CRDT, pick(random, 0, 0, 0, 1, 2)));
        SplittableRandom late = new SplittableRandom(seed ^ 0x4C_41_54_45L);
        boolean reviews = late.nextInt(3) == 0;
        // Where one region alone has what it acknowledged, and is cut off with it, there is most to review.
        boolean alone = reviews && late.nextInt(3) != 0;
        DatasetPlan orders = plan(random, "orders", regions, resolution(random), pick(random, 1, 1, 1, 0));
        plans.add(alone ? orders : exact(seed, orders));
        plans.add(plan(random, Watch.MARKED, regions, resolution(random), 2));
        // Drawn from a source of their own: the other draws of a seed stay what they were.
        SplittableRandom rivals = new SplittableRandom(seed ^ 0x52_49_56_41_4CL);
        for (Resolution resolution : List.of(Resolution.MANUAL, Resolution.CUSTOM)) {
            if (rivals.nextInt(3) != 0) {
                String name = resolution.name().toLowerCase(Locale.ROOT);
                plans.add(plan(rivals, name, regions, resolution, pick(rivals, 0, 0, 0, 2)));
            }
        }
        if (reviews) {
            plans.replaceAll(plan -> plan.reviewing(alone));
        }
        long delayMs = 1 + random.nextInt(random.nextBoolean() ? 20 : 400);
        Deployment deployment = new Deployment(
                seed,
                List.copyOf(regions),
                Topologies.of(seed, plans, regions),
                roundTrips(random, regions.size(), delayMs),
                faulty && random.nextBoolean() ? random.nextInt(100) : 0,
                random.nextInt(3) == 0,
                true,
                random.nextInt(4) == 0 ? Figures.USUAL : figures(random));
        long drawnMs = 20_000L + random.nextInt(60_000);
        boolean hasFollower = deployment.plans().stream()
                .anyMatch(plan -> plan.primary() != null && plan.protection().followsWriters());
        // A primary stays for a minute before it moves to its writers.
        long durationMs = hasFollower ? Math.max(drawnMs, 80_000) : drawnMs;
        int busiest = hasFollower && late.nextInt(4) != 0 ? late.nextInt(regions.size()) : -1;
        // Nor does it where another follows it all the time.
        int calmer = busiest < 0 ? 1 : 2;
        return new Swarm(
                deployment,
                durationMs,
                faulty ? (600 + random.nextInt(8_000)) * calmer : 0,
                alone ? taking(kinds(random)) : kinds(random),
                1 + random.nextInt(3),
                50 + random.nextInt(400),
                random.nextInt(3) == 0 ? random.nextInt(2_000) : 0,
                random.nextInt(3),
                new Keys(1 + random.nextInt(random.nextBoolean() ? 5 : 50), Skew.values()[random.nextInt(3)]),
                some(random, Workload.ANYTHING.size(), 4 + random.nextInt(40)),
                random.nextInt(5) == 0 ? 1 + random.nextInt(random.nextBoolean() ? 100 : 2_000) : 0,
                random.nextInt(24) == 0,
                alone,
                busiest);
    }

    private static Figures figures(SplittableRandom random) {
        return new Figures(
                100 + random.nextInt(1_000),
                16_384L << random.nextInt(8),
                32_768L << random.nextInt(10),
                20 + random.nextInt(random.nextBoolean() ? 100 : 5_000),
                200 + random.nextInt(4_000),
                8_192L << random.nextInt(8),
                10 + random.nextInt(60));
    }

    private static List<List<Long>> roundTrips(SplittableRandom random, int n, long delayMs) {
        Long[][] times = new Long[n][n];
        for (int a = 0; a < n; a++) {
            for (int b = 0; b <= a; b++) {
                long ms = 2 + random.nextLong(delayMs);
                // To itself as a scenario has it, which says nothing of that.
                times[a][b] = a == b ? Deployment.USUAL_RTT_MS : ms;
                times[b][a] = times[a][b];
            }
        }
        List<List<Long>> rows = new ArrayList<>();
        for (Long[] row : times) {
            rows.add(List.of(row));
        }
        return rows;
    }

    /** @param topology 0 all write, 1 one writes, 2 some keep it and the others may or may not ask them */
    private static DatasetPlan plan(
            SplittableRandom random, String name, List<String> regions, Resolution resolution, int topology) {
        List<String> members = new ArrayList<>(regions);
        if (topology == 2) {
            int keep = name.equals(Watch.MARKED) ? 1 + random.nextInt(2) : 2;
            while (members.size() > keep) {
                members.remove(random.nextInt(members.size()));
            }
        }
        List<String> witnesses = List.of();
        if (topology == 1 && members.size() > 2 && random.nextInt(4) == 0) {
            // Two regions, and a third place that votes and keeps the log.
            Collections.swap(members, 0, random.nextInt(members.size()));
            witnesses = List.of(members.getFirst());
            members = new ArrayList<>(members.subList(1, 3));
        }
        @Nullable String primary = topology == 1 ? members.get(random.nextInt(members.size())) : null;
        ReadLevel level = random.nextBoolean() ? ReadLevel.EVENTUAL : LEVELS.get(random.nextInt(LEVELS.size()));
        return new DatasetPlan(
                name,
                List.copyOf(members),
                primary,
                resolution,
                random.nextBoolean(),
                topology == 2 ? RemoteAccess.values()[random.nextInt(3)] : RemoteAccess.NONE,
                random.nextInt(3) == 0 ? 500 + random.nextInt(5_000) : 0,
                LagAction.values()[random.nextInt(3)],
                level,
                level == ReadLevel.BOUNDED ? 300 + random.nextInt(3_000) : 0,
                protection(random, members, primary != null && members.size() + witnesses.size() > 2, witnesses),
                Followers.USUAL);
    }

    /** With a primary, half of them as if there were one copy. */
    private static DatasetPlan exact(long seed, DatasetPlan plan) {
        // From a source of its own: the other draws of a seed stay what they were.
        SplittableRandom random = new SplittableRandom(seed ^ 0x45_58_41_43_54L);
        Protection drawn = plan.protection();
        int votes = plan.members().size() + drawn.witnesses().size();
        if (plan.primary() == null || votes < 2 || random.nextBoolean()) {
            return plan;
        }
        boolean isStrong = random.nextBoolean();
        Protection protection = new Protection(
                isStrong ? AckRule.STRONG : AckRule.QUORUM,
                500 + random.nextInt(5_000),
                votes > 2 && random.nextInt(5) != 0,
                LateWrites.MERGE,
                400 + random.nextInt(2_000),
                500 + random.nextInt(4_000),
                drawn.witnesses(),
                drawn.successors(),
                drawn.schedule(),
                drawn.followsWriters());
        ReadLevel level = isStrong ? ReadLevel.STRONG : ReadLevel.QUORUM;
        return plan.exact(protection, random.nextInt(5) == 0 ? plan.readLevel() : level);
    }

    private static Protection protection(
            SplittableRandom random, List<String> members, boolean mayMove, List<String> witnesses) {
        if (random.nextInt(3) != 0 && !mayMove) {
            return Protection.USUAL;
        }
        AckRule[] rules = {AckRule.ASYNC, AckRule.SEMI_SYNC, AckRule.SYNC};
        return new Protection(
                rules[random.nextInt(rules.length)],
                500 + random.nextInt(5_000),
                mayMove && random.nextInt(4) != 0,
                LateWrites.MERGE,
                400 + random.nextInt(3_000),
                500 + random.nextInt(5_000),
                witnesses,
                List.of(),
                mayMove && random.nextInt(5) == 0 ? schedule(random, members) : List.of(),
                mayMove && random.nextInt(5) == 0);
    }

    /** Hours that end while the world is lived in. */
    private static List<Handover> schedule(SplittableRandom random, List<String> members) {
        List<Handover> schedule = new ArrayList<>();
        LocalTime at = LocalTime.of(22, 13, 30);
        for (String member : members) {
            at = at.plusSeconds(1 + random.nextInt(30));
            schedule.add(new Handover(at, ZoneOffset.UTC, member));
        }
        return schedule;
    }

    /** One, a few or all; in half of the worlds the loss of power among them, which shows most of what a disk does. */
    private static List<Integer> kinds(SplittableRandom random) {
        int max = random.nextInt(4) == 0 ? 1 : random.nextInt(3) == 0 ? 99 : 4;
        List<Integer> kinds = new ArrayList<>(some(random, Faults.KINDS.size(), max));
        if (random.nextBoolean()) {
            kinds.add(Faults.KINDS.indexOf("power loss"));
        }
        return List.copyOf(kinds);
    }

    /** With what makes another region primary while the last one goes on. */
    private static List<Integer> taking(List<Integer> kinds) {
        List<Integer> more = new ArrayList<>(kinds.subList(0, Math.min(2, kinds.size())));
        for (String kind : List.of("isolation", "isolation", "cut", "kill", "operator")) {
            more.add(Faults.KINDS.indexOf(kind));
        }
        return List.copyOf(more);
    }

    private static Resolution resolution(SplittableRandom random) {
        return random.nextBoolean() ? Resolution.CRDT : Resolution.LAST_WRITE_WINS;
    }

    private static int pick(SplittableRandom random, int... from) {
        return from[random.nextInt(from.length)];
    }

    /** Up to so many of so many, at least one. */
    private static List<Integer> some(SplittableRandom random, int of, int max) {
        List<Integer> all = new ArrayList<>();
        for (int i = 0; i < of; i++) {
            all.add(i);
        }
        int count = max >= of ? of : 1 + random.nextInt(max);
        for (int i = 0; i < count; i++) {
            Collections.swap(all, i, i + random.nextInt(of - i));
        }
        return List.copyOf(all.subList(0, count));
    }

    @Override
    public String toString() {
        return deployment.regions().size() + " regions, " + clients + " clients each, "
                + (faultEveryMs == 0
                        ? "no faults"
                        : "every " + faultEveryMs + " ms one of "
                                + faults.stream().map(Faults.KINDS::get).toList())
                + (cutsPrimariesOff ? ", primaries cut off" : "") + ", skew up to " + skewMs + " ms, loss "
                + deployment.lossPermille() + " permille, "
                + deployment.figures() + (deployment.durable() ? ", durability always" : "");
    }
}
