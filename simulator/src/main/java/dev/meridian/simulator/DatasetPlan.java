package dev.meridian.simulator;

import dev.meridian.kernel.data.Resolution;
import dev.meridian.kernel.placement.Dataset;
import dev.meridian.kernel.placement.FailoverPolicy;
import dev.meridian.kernel.placement.GroupPolicy;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A dataset and its policy, as a scenario names them.
 *
 * @param members the regions that keep it
 * @param primary the one that takes its writes; null when all members do
 * @param readBoundMs the bound of read level {@code bounded}
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
        Followers followers) {

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
                Followers.USUAL);
    }

    /** This with other followers. */
    DatasetPlan with(Followers other) {
        return new DatasetPlan(
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
                other);
    }

    /** This with another protection. */
    DatasetPlan with(Protection other) {
        return exact(other, readLevel);
    }

    /** This elsewhere. */
    DatasetPlan at(
            String otherName,
            List<String> others,
            @Nullable String otherPrimary,
            Dataset.RemoteAccess access,
            Protection other) {
        return new DatasetPlan(
                otherName,
                List.copyOf(others),
                otherPrimary,
                resolution,
                conditionalLocal,
                access,
                lagMs,
                lagAction,
                readLevel,
                readBoundMs,
                other,
                followers);
    }

    boolean reviewsLateWrites() {
        return primary != null && protection.lateWrites() == FailoverPolicy.LateWrites.REVIEW;
    }

    /** This, where it has a primary, with late writes held for a person. */
    DatasetPlan reviewing(boolean alone) {
        return primary == null
                ? this
                : new DatasetPlan(
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
                        protection.reviewing(alone),
                        followers);
    }

    /** This with another rule and level. */
    DatasetPlan exact(Protection other, Dataset.ReadLevel level) {
        return new DatasetPlan(
                name,
                members,
                primary,
                resolution,
                conditionalLocal,
                remote,
                lagMs,
                lagAction,
                level,
                readBoundMs,
                other,
                followers);
    }

    /** @param left regions that there are; others keep nothing of it and do not vote */
    DatasetPlan keptIn(List<String> regions, List<String> left) {
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
                protection.within(left),
                followers.within(regions));
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
                followers);
    }

    /** The members that take writes. */
    List<String> writers() {
        return primary != null
                ? List.of(primary)
                : members.stream().filter(member -> !followers.isBelow(member)).toList();
    }

    /** Datasets that agree in this share a group. */
    String groupId() {
        return String.join("+", members)
                + (primary == null ? "" : " primary " + primary)
                + (lagMs == 0 ? "" : " lag " + lagMs + " " + lagAction)
                + protection.id()
                + followers.id();
    }
}
