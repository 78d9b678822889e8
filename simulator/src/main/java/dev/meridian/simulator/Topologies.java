package dev.meridian.simulator;

import dev.meridian.kernel.placement.AckRule;
import dev.meridian.kernel.placement.Dataset.RemoteAccess;
import dev.meridian.kernel.placement.Upstream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Draws what the datasets of a seed are like beyond who writes: which stand by, are at home in some regions, are spread over partitions, or flow
 * down a tree to regions that keep nothing. From a source of its own: the other draws of a seed stay what they were.
 */
final class Topologies {
    private static final String MANY = "world: active-active";
    private static final String PLACED = "world: active-active in some regions";
    private static final String ONE = "world: one primary (active-passive, read-replicas, hub-spoke)";
    private static final String PILOT = "world: pilot-light";
    private static final String HOURS = "world: follow-the-sun";
    private static final String WRITERS = "world: primary auto";
    private static final String HOME = "world: a primary in some regions";
    private static final String PARTITIONS = "world: geo-partitioned";
    private static final String TREE = "world: hierarchical-edge";
    private static final String EDGES = "world: hierarchical-edge with edges";

    /** All that a configuration knows. */
    static final List<String> ALL = List.of(MANY, PLACED, ONE, PILOT, HOURS, WRITERS, HOME, PARTITIONS, TREE, EDGES);

    private final SplittableRandom random;
    private final List<String> regions;
    private final boolean hasTrees;

    private Topologies(long seed, List<String> regions) {
        this.random = new SplittableRandom(seed ^ 0x54_4F_50_4FL);
        this.regions = regions;
        this.hasTrees = seed % 4 == 3 && regions.size() > 2;
    }

    static List<DatasetPlan> of(long seed, List<DatasetPlan> plans, List<String> regions) {
        Topologies topologies = new Topologies(seed, List.copyOf(regions));
        List<DatasetPlan> drawn = new ArrayList<>();
        for (DatasetPlan plan : plans) {
            if (plan.primary() != null) {
                drawn.addAll(topologies.led(plan));
            } else {
                drawn.add(topologies.hasTrees && plan.members().equals(regions) ? topologies.tree(plan) : plan);
            }
        }
        return List.copyOf(drawn);
    }

    /** What a deployment is, by the names under which worlds are counted. */
    static Set<String> of(Deployment deployment) {
        Set<String> names = new LinkedHashSet<>();
        for (DatasetPlan plan : deployment.plans()) {
            boolean isWhole = plan.members().equals(deployment.regions());
            Protection protection = plan.protection();
            if (plan.name().contains(":")) {
                names.add(PARTITIONS);
            }
            if (plan.primary() == null) {
                boolean hasEdge = plan.followers().tree().stream()
                        .anyMatch(each -> !plan.members().contains(each.region()));
                names.add(hasEdge ? EDGES : !plan.followers().tree().isEmpty() ? TREE : isWhole ? MANY : PLACED);
                continue;
            }
            names.add(
                    plan.followers().pilotLight()
                            ? PILOT
                            : isWhole || !protection.witnesses().isEmpty() ? ONE : HOME);
            if (!protection.schedule().isEmpty()) {
                names.add(HOURS);
            } else if (protection.followsWriters()) {
                names.add(WRITERS);
            }
        }
        return names;
    }

    private List<DatasetPlan> led(DatasetPlan plan) {
        boolean isWhole = plan.members().equals(regions) && regions.size() > 2;
        DatasetPlan ordered = plan;
        if (plan.protection().automatic() && random.nextInt(3) == 0) {
            List<String> order = new ArrayList<>(plan.members());
            for (int i = 0; i < order.size(); i++) {
                Collections.swap(order, i, i + random.nextInt(order.size() - i));
            }
            ordered = plan.with(plan.protection().followedBy(List.copyOf(order)));
        }
        return switch (random.nextInt(9)) {
            case 0, 1 -> List.of(ordered.with(new Followers(true, List.of())));
            case 2 -> List.of(isWhole ? atHome(ordered, plan.name()) : ordered);
            case 3 ->
                isWhole
                        ? List.of(atHome(ordered, plan.name() + ":a"), atHome(ordered, plan.name() + ":b"))
                        : List.of(ordered);
            default -> List.of(ordered);
        };
    }

    /** In some of the regions; another may vote. */
    private DatasetPlan atHome(DatasetPlan plan, String name) {
        List<String> others = new ArrayList<>(regions);
        String primary = others.remove(random.nextInt(others.size()));
        AckRule rule = plan.protection().ackRule();
        int least = rule == AckRule.ASYNC ? 1 : 2;
        int keep = least + random.nextInt(regions.size() - least);
        Set<String> members = new LinkedHashSet<>(Set.of(primary));
        while (members.size() < keep) {
            members.add(others.remove(random.nextInt(others.size())));
        }
        List<String> placed = regions.stream().filter(members::contains).toList();
        Protection protection = plan.protection().within(placed);
        boolean mayMove = placed.size() > 2;
        return plan.at(
                name,
                placed,
                primary,
                RemoteAccess.values()[random.nextInt(3)],
                mayMove ? protection : protection.byHand(rule));
    }

    /** The last one or two are below others; the very last may keep nothing and ask. */
    private DatasetPlan tree(DatasetPlan plan) {
        int cores = (regions.size() + 1) / 2;
        List<Upstream> tree = new ArrayList<>();
        for (int r = cores; r < regions.size(); r++) {
            List<String> sources = new ArrayList<>(regions.subList(0, cores));
            sources.addFirst(sources.remove(r - cores));
            tree.add(new Upstream(regions.get(r), sources));
        }
        DatasetPlan below = plan.with(new Followers(false, tree));
        boolean hasEdge =
                !plan.name().equals("default") && !plan.resolution().countsByWriting() && random.nextInt(3) == 0;
        return hasEdge
                ? below.at(
                        plan.name(),
                        regions.subList(0, regions.size() - 1),
                        null,
                        RemoteAccess.READ_WRITE,
                        plan.protection())
                : below;
    }
}
