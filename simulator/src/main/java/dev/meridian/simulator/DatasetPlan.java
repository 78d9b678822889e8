package dev.meridian.simulator;

import dev.meridian.kernel.data.Resolution;
import dev.meridian.kernel.placement.Dataset;
import dev.meridian.kernel.placement.GroupPolicy;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A dataset and its policy, as a scenario names them.
 *
 * @param members the regions that keep it
 * @param primary the one that takes its writes; null when all members do
 * @param readBoundMs the bound of read level {@code bounded}
 * @param hubs of a dataset without a primary the members that take its writes; empty when all do
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
        List<String> hubs) {

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
                hubs);
    }

    /** The members that take its writes. */
    List<String> writers() {
        return primary != null ? List.of(primary) : hubs.isEmpty() ? members : hubs;
    }

    /** Datasets that agree in this share a group. */
    String groupId() {
        return String.join("+", members)
                + (primary == null ? "" : " primary " + primary)
                + (hubs.isEmpty() ? "" : " hubs " + String.join("+", hubs))
                + (lagMs == 0 ? "" : " lag " + lagMs + " " + lagAction)
                + protection.id();
    }
}
