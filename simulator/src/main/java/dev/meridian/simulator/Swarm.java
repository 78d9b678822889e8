package dev.meridian.simulator;

import dev.meridian.kernel.data.Resolution;
import dev.meridian.kernel.placement.Dataset;
import dev.meridian.kernel.placement.GroupPolicy;
import dev.meridian.kernel.placement.Placement;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What a seed draws before the run begins: regions, datasets and their policies, how hard the world is. Every figure is part
 * of the seed, so that seeds differ in kind and not only in timing.
 *
 * @param durationMs how long faults and clients go on
 * @param faultEveryMs mean time between faults; 0 in a world without any
 * @param clients how many clients a region has
 * @param thinkMs a client's mean pause between commands
 * @param skewMs the most that a wall clock is off
 * @param segmentBytes size at which a log goes on in a new file
 */
record Swarm(
        List<String> regions,
        List<GroupPolicy> groups,
        List<Dataset> datasets,
        boolean syncEachTurn,
        long durationMs,
        long faultEveryMs,
        int clients,
        long thinkMs,
        long skewMs,
        long delayMsMax,
        double lossRate,
        long segmentBytes) {

    private static final List<String> NAMES = List.of("us", "eu", "ap", "sa", "af");

    static Swarm draw(SplittableRandom random) {
        List<String> regions = NAMES.subList(0, 2 + random.nextInt(3));
        List<GroupPolicy> groups = new ArrayList<>();
        List<Dataset> datasets = new ArrayList<>();
        group(groups, datasets, "mesh", regions, null, List.of("default", "lww"), Resolution.LAST_WRITE_WINS);
        group(groups, datasets, "carts", regions, null, List.of("crdt"), Resolution.CRDT);
        String primary = regions.get(random.nextInt(regions.size()));
        group(groups, datasets, "orders", regions, primary, List.of("orders"), Resolution.LAST_WRITE_WINS);
        String home = regions.get(random.nextInt(regions.size()));
        datasets.add(dataset("pii", datasets.size(), groups.size(), Resolution.CRDT, List.of(home), true));
        groups.add(new GroupPolicy("pii", List.of(home), null, 0, GroupPolicy.LagAction.WARN));
        boolean faulty = random.nextInt(8) != 0;
        return new Swarm(
                List.copyOf(regions),
                groups,
                datasets,
                random.nextInt(4) == 0,
                20_000 + random.nextInt(60_000),
                faulty ? 300 + random.nextInt(4_000) : 0,
                1 + random.nextInt(3),
                5 + random.nextInt(100),
                random.nextInt(3) == 0 ? random.nextInt(400) : 0,
                1 + random.nextInt(random.nextBoolean() ? 10 : 200),
                faulty && random.nextBoolean() ? random.nextDouble() * 0.1 : 0,
                8L << 10 << random.nextInt(7));
    }

    private static void group(
            List<GroupPolicy> groups,
            List<Dataset> datasets,
            String id,
            List<String> members,
            @org.jspecify.annotations.Nullable String primary,
            List<String> names,
            Resolution resolution) {
        for (String name : names) {
            datasets.add(dataset(name, datasets.size(), groups.size(), resolution, members, false));
        }
        groups.add(new GroupPolicy(id, List.copyOf(members), primary, 0, GroupPolicy.LagAction.WARN));
    }

    private static Dataset dataset(
            String name, int index, int group, Resolution resolution, List<String> placement, boolean restricted) {
        return new Dataset(
                name,
                index,
                group,
                resolution,
                true,
                Dataset.RemoteAccess.NONE,
                restricted,
                Dataset.ReadLevel.EVENTUAL,
                0,
                List.copyOf(placement));
    }

    Placement placement(int region) {
        return new Placement(regions.get(region), regions, groups, datasets);
    }

    @Override
    public String toString() {
        return regions.size() + " regions, " + clients + " clients each, "
                + (faultEveryMs == 0 ? "no faults" : "faults every " + faultEveryMs + " ms") + ", delay up to "
                + delayMsMax + " ms, skew " + skewMs + " ms, loss " + lossRate
                + (syncEachTurn ? ", durability always" : "");
    }
}
