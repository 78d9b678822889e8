package dev.meridian.simulator;

import dev.meridian.kernel.placement.Dataset;
import dev.meridian.kernel.placement.GroupPolicy;
import dev.meridian.kernel.placement.Partitioning;
import dev.meridian.kernel.placement.Placement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All that a world is before anything happens in it. With the same steps it takes the same course.
 *
 * @param seed of the noise: when turns end, how long a disk takes, what a link loses
 * @param rttMs between two regions, by index; the same both ways
 * @param lossPermille of frames that have to be sent again
 * @param durable whether every turn is synced before it is answered
 * @param noisy whether turns, disks and links take their time; else each event is a turn of its own
 */
public record Deployment(
        long seed,
        List<String> regions,
        List<DatasetPlan> plans,
        List<List<Long>> rttMs,
        int lossPermille,
        boolean durable,
        boolean noisy,
        Figures figures) {

    public static final long USUAL_RTT_MS = 80;
    private static final int MIN_LIVE = 2;

    /** The same round trip between all. */
    public static List<List<Long>> roundTrips(int regions, long ms) {
        List<Long> row = java.util.Collections.nCopies(regions, ms);
        return java.util.Collections.nCopies(regions, row);
    }

    List<GroupPolicy> groups() {
        Map<String, GroupPolicy> groups = new LinkedHashMap<>();
        for (DatasetPlan plan : plans) {
            groups.computeIfAbsent(
                    plan.groupId(),
                    id -> new GroupPolicy(
                            id,
                            plan.members(),
                            plan.writers(),
                            plan.primary(),
                            plan.lagMs(),
                            plan.lagAction(),
                            plan.protection().ackRule(),
                            plan.protection().writeTimeoutMs(),
                            MIN_LIVE,
                            plan.protection().witnesses(),
                            true,
                            plan.protection().failover(),
                            plan.followers().pilotLight(),
                            plan.followers().tree()));
        }
        return List.copyOf(groups.values());
    }

    /** The datasets that have a primary. */
    List<String> led() {
        return plans.stream()
                .filter(plan -> plan.primary() != null)
                .map(DatasetPlan::name)
                .toList();
    }

    List<Dataset> datasets() {
        List<String> ids = groups().stream().map(GroupPolicy::id).toList();
        List<Dataset> datasets = new ArrayList<>();
        for (DatasetPlan plan : plans) {
            datasets.add(new Dataset(
                    plan.name(),
                    datasets.size(),
                    ids.indexOf(plan.groupId()),
                    plan.resolution(),
                    plan.conditionalLocal(),
                    plan.remote(),
                    plan.members().size() < regions.size(),
                    plan.readLevel(),
                    plan.readBoundMs(),
                    plan.members()));
        }
        return datasets;
    }

    Placement placement(int region) {
        List<Dataset> datasets = datasets();
        SortedMap<String, SortedMap<String, Dataset>> partitions = new TreeMap<>();
        for (Dataset dataset : datasets) {
            int colon = dataset.name().indexOf(':');
            if (colon > 0) {
                partitions
                        .computeIfAbsent(dataset.name().substring(0, colon), keyspace -> new TreeMap<>())
                        .put(dataset.name().substring(colon + 1), dataset);
            }
        }
        List<Partitioning> partitionings = new ArrayList<>();
        partitions.forEach((keyspace, homes) -> partitionings.add(new Partitioning(
                keyspace, Partitioning.By.FIELD, 2, homes, homes.firstEntry().getValue())));
        return new Placement(regions.get(region), regions, groups(), datasets, partitionings);
    }

    /** The dataset of a key. */
    DatasetPlan plan(String key) {
        return plans.stream()
                .filter(plan -> key.startsWith(plan.name() + ":"))
                .findFirst()
                .orElseGet(() -> plans.stream()
                        .filter(plan -> plan.name().equals("default"))
                        .findFirst()
                        .orElseThrow());
    }

    /** How many groups its datasets make. */
    public int groupCount() {
        return groups().size();
    }

    /** This without one region; a dataset that no region or not its primary is left for goes too. */
    Deployment without(String region) {
        int gone = regions.indexOf(region);
        List<DatasetPlan> kept = new ArrayList<>();
        for (DatasetPlan plan : plans) {
            List<String> members = except(plan.members(), region);
            if (!members.isEmpty() && !region.equals(plan.primary())) {
                kept.add(plan.keptIn(members, except(regions, region)));
            }
        }
        List<List<Long>> times = new ArrayList<>();
        for (int r = 0; r < regions.size(); r++) {
            if (r != gone) {
                List<Long> row = new ArrayList<>(rttMs.get(r));
                row.remove(gone);
                times.add(List.copyOf(row));
            }
        }
        return new Deployment(seed, except(regions, region), kept, times, lossPermille, durable, noisy, figures);
    }

    Deployment withPlans(List<DatasetPlan> fewer) {
        return new Deployment(seed, regions, fewer, rttMs, lossPermille, durable, noisy, figures);
    }

    Deployment withLinks(List<List<Long>> simpler, int permille) {
        return new Deployment(seed, regions, plans, simpler, permille, durable, noisy, figures);
    }

    Deployment withoutNoise() {
        return new Deployment(seed, regions, plans, rttMs, lossPermille, durable, false, figures);
    }

    Deployment with(Figures other, boolean synced) {
        return new Deployment(seed, regions, plans, rttMs, lossPermille, synced, noisy, other);
    }

    private static List<String> except(List<String> all, String one) {
        return all.stream().filter(name -> !name.equals(one)).toList();
    }
}
