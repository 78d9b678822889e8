package dev.meridian.simulator;

import dev.meridian.kernel.data.Resolution;
import dev.meridian.kernel.placement.Dataset;
import dev.meridian.kernel.placement.GroupPolicy;
import dev.meridian.kernel.placement.Upstream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A dataset and its policy, as a scenario names them.
 *
 * @param members the regions that keep it
 * @param primary the one that takes its writes; null when all members do
 * @param readBoundMs the bound of read level {@code bounded}
 * @param tree the members that are below others, and whom each asks for everything: they forward writes; empty where all are equal
 * @param hubs of a dataset without a primary or a tree the members that take its writes; empty when all do
 */
public record DatasetPlan(
        String name,
        List<String> members,
        @Nullable String primary,
        Resolution resolution,
        boolean conditionalLocal,
        Dataset.RemoteAccess remote,
        long lagMs,
        GroupPolicy.LagAction lagAction,
        Dataset.ReadLevel readLevel,
        long readBoundMs,
        Protection protection,
        List<Upstream> tree,
        List<String> hubs) {

    /** Written by all that are below none. */
    public DatasetPlan(
            String name,
            List<String> members,
            @Nullable String primary,
            Resolution resolution,
            boolean conditionalLocal,
            Dataset.RemoteAccess remote,
            long lagMs,
            GroupPolicy.LagAction lagAction,
            Dataset.ReadLevel readLevel,
            long readBoundMs,
            Protection protection,
            List<Upstream> tree) {
        this(
                name,
                members,
                primary,
                resolution,
                conditionalLocal,
                remote,
                lagMs,
                lagAction,
                readLevel,
                readBoundMs,
                protection,
                tree,
                List.of());
    }

    /** Everywhere, every region writing, the last write winning. */
    public static DatasetPlan of(String name, List<String> regions) {
        return new DatasetPlan(
                name,
                List.copyOf(regions),
                null,
                Resolution.LAST_WRITE_WINS,
                true,
                Dataset.RemoteAccess.NONE,
                0,
                GroupPolicy.LagAction.WARN,
                Dataset.ReadLevel.EVENTUAL,
                0,
                Protection.USUAL,
                List.of());
    }

    DatasetPlan keptIn(List<String> regions) {
        return new DatasetPlan(
                name,
                regions,
                primary,
                resolution,
                conditionalLocal,
                remote,
                lagMs,
                lagAction,
                readLevel,
                readBoundMs,
                protection,
                treeWithin(regions),
                hubs.stream().filter(regions::contains).toList());
    }

    DatasetPlan resolvedBy(Resolution other) {
        return new DatasetPlan(
                name,
                members,
                primary,
                other,
                conditionalLocal,
                remote,
                lagMs,
                lagAction,
                readLevel,
                readBoundMs,
                protection,
                tree,
                hubs);
    }

    private List<Upstream> treeWithin(List<String> regions) {
        return tree.stream()
                .filter(each -> regions.contains(each.region()))
                .map(each -> new Upstream(
                        each.region(),
                        each.sources().stream().filter(regions::contains).toList()))
                .filter(each -> !each.sources().isEmpty())
                .toList();
    }

    /** The members that take writes. */
    List<String> writers() {
        if (primary != null) {
            return List.of(primary);
        }
        return hubs.isEmpty()
                ? members.stream()
                        .filter(member ->
                                tree.stream().noneMatch(each -> each.region().equals(member)))
                        .toList()
                : hubs;
    }

    /** Datasets that agree in this share a group. */
    String groupId() {
        return String.join("+", members)
                + (primary == null ? "" : " primary " + primary)
                + (hubs.isEmpty() ? "" : " hubs " + String.join("+", hubs))
                + (lagMs == 0 ? "" : " lag " + lagMs + " " + lagAction)
                + protection.id()
                + (tree.isEmpty() ? "" : " " + tree);
    }
}
