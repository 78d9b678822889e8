package dev.meridian.cli.drill;

import dev.meridian.config.Acknowledgement;
import dev.meridian.config.Amounts;
import dev.meridian.config.Configuration;
import dev.meridian.config.Dataset;
import dev.meridian.config.Failover;
import dev.meridian.config.LagAction;
import dev.meridian.config.Region;
import dev.meridian.config.RemoteAccess;
import dev.meridian.config.Routing;
import dev.meridian.config.Topology;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a file promises while something is out of order: derived from its datasets, never from the name of a drill. */
final class Expectations {
    private static final Duration DECISION = Duration.ofSeconds(1);
    /** After so long a silent region is gone round. */
    private static final Duration DETOUR = Duration.ofSeconds(5);

    private final Configuration configuration;
    private final Damage damage;
    private final Duration lasts;
    private final Duration roundTripMax;

    /** @param roundTripMax between any two regions */
    Expectations(Configuration configuration, Damage damage, Duration lasts, Duration roundTripMax) {
        this.configuration = configuration;
        this.damage = damage;
        this.lasts = lasts;
        this.roundTripMax = roundTripMax;
    }

    /** For the reads and the writes of every region that may use the dataset. */
    List<Expectation> of(Dataset dataset) {
        List<Expectation> all = new ArrayList<>();
        for (Region region : configuration.regions()) {
            boolean keeps = dataset.isPlacedIn(region.name());
            if (keeps || dataset.remoteAccess() == RemoteAccess.READ_WRITE) {
                for (boolean writes : new boolean[] {true, false}) {
                    Lane lane = new Lane(dataset.name(), region.name(), writes);
                    Expectation standing = pilotLight(dataset, lane);
                    all.add(standing != null ? standing : writes ? writes(dataset, lane) : reads(dataset, lane));
                }
            }
        }
        return all;
    }

    /**
     * Whether an isolated region had the dataset's primary and may not have it now: it reaches no majority, and acknowledges by a lease
     * that only a majority renews.
     */
    boolean outlivesItsLease(Dataset dataset) {
        String primary = dataset.primary();
        return primary != null
                && damage.isolated().contains(primary)
                && isLost(dataset, primary)
                && dataset.succession().failover() == Failover.AUTOMATIC
                && lasts.compareTo(dataset.succession().lease()) > 0;
    }

    /** How {@link #failoverBound} comes about. */
    String failoverWords(Dataset dataset) {
        return String.format(
                Locale.ROOT,
                "%s: a failover takes at most %.1f s: detection %.1f s%s + lease %.1f s"
                        + " + three round trips of %d ms (promises, decision, new lease) + 1 s",
                dataset.name(),
                failoverBound(dataset).toMillis() / 1e3,
                dataset.succession().detection().toMillis() / 1e3,
                checks(dataset),
                dataset.succession().lease().toMillis() / 1e3,
                roundTripMax.toMillis());
    }

    private String checks(Dataset dataset) {
        Routing routing = configuration.routing();
        Duration each = routing.healthCheckInterval();
        boolean follows = each.multipliedBy(routing.failoverThreshold())
                .equals(dataset.succession().detection());
        return follows
                ? " (health_check_interval " + Amounts.duration(each) + " x failover_threshold "
                        + routing.failoverThreshold() + ")"
                : "";
    }

    /** How long a failover may take, as the file has it. */
    Duration failoverBound(Dataset dataset) {
        return dataset.succession()
                .detection()
                .plus(dataset.succession().lease())
                .plus(roundTripMax.multipliedBy(3))
                .plus(DECISION);
    }

    /**
     * Of a pilot light the primary alone is there for clients. Where a lost one is followed, the first that can does it; who it was stands by
     * from then on.
     */
    private @Nullable Expectation pilotLight(Dataset dataset, Lane lane) {
        String primary = dataset.primary();
        if (dataset.topology() != Topology.PILOT_LIGHT || primary == null || !dataset.isPlacedIn(lane.region())) {
            return null;
        }
        boolean lost = isLost(dataset, primary) && automatic(dataset);
        if (lane.region().equals(primary)) {
            return damage.handedOver().contains(primary)
                    ? Expectation.mayStop(lane, "it stands by until its primary is handed back")
                    : lost
                            ? new Expectation(
                                    lane, Expectation.Kind.MAY_END, Duration.ZERO, "it is followed, and stands by then")
                            : null;
        }
        List<String> members = members(dataset);
        boolean follows = lost
                && dataset.succession().successors().stream()
                        .filter(successor -> 2 * reached(successor, members) > members.size())
                        .findFirst()
                        .filter(lane.region()::equals)
                        .isPresent();
        return follows
                ? new Expectation(lane, Expectation.Kind.BACK_WITHIN, failoverBound(dataset), Expectation.FAILOVER)
                : new Expectation(
                        lane, Expectation.Kind.STANDS_BY, Duration.ZERO, "pilot-light: refused until promoted");
    }

    private boolean isLost(Dataset dataset, String primary) {
        List<String> members = members(dataset);
        return damage.down().contains(primary)
                || members.size() > 1 && 2 * reached(primary, members) <= members.size() && automatic(dataset);
    }

    private Expectation writes(Dataset dataset, Lane lane) {
        String region = lane.region();
        if (damage.down().contains(region)) {
            return Expectation.mayStop(lane, "its region is down");
        }
        String primary = dataset.primary();
        if (primary != null) {
            return throughPrimary(dataset, lane, primary);
        }
        if (!dataset.writers().contains(region)) {
            return forwarded(lane, dataset.writers(), "writes");
        }
        return taken(dataset, lane, region);
    }

    /** Served by any of some regions, to which another one sends what it is asked. */
    private Expectation forwarded(Lane lane, List<String> to, String what) {
        long there = to.stream()
                .filter(other -> damage.talk(lane.region(), other) && damage.takes(other))
                .count();
        if (there == 0) {
            return Expectation.mayStop(lane, "forwarded, and no region that " + what + " can be reached");
        }
        return there == to.size()
                ? Expectation.goesOn(lane, "forwarded to a region that " + what)
                : new Expectation(
                        lane, Expectation.Kind.BACK_WITHIN, DETOUR, "forwarded, to another once one is silent");
    }

    private Expectation throughPrimary(Dataset dataset, Lane lane, String primary) {
        List<String> members = members(dataset);
        if (isLost(dataset, primary) && dataset.placement().size() > 1 && automatic(dataset)) {
            boolean majority = members.stream()
                    .anyMatch(member -> !member.equals(primary)
                            && 2 * reached(member, members) > members.size()
                            && damage.talk(lane.region(), member));
            return majority
                    ? new Expectation(lane, Expectation.Kind.BACK_WITHIN, failoverBound(dataset), Expectation.FAILOVER)
                    : Expectation.mayStop(lane, "it reaches no majority that could choose another primary");
        }
        if (!damage.talk(lane.region(), primary)) {
            return Expectation.mayStop(
                    lane,
                    damage.down().contains(primary)
                            ? "its primary " + primary + " is down"
                                    + (dataset.placement().size() > 1
                                            ? ", failover: manual"
                                            : ", the only region that keeps it")
                            : "cut off from its primary " + primary);
        }
        return taken(dataset, lane, primary);
    }

    /** A write that a region takes, and that others must confirm before it is acknowledged. */
    private Expectation taken(Dataset dataset, Lane lane, String taker) {
        if (!damage.takes(taker)) {
            return Expectation.mayStop(lane, taker + " cannot write it down");
        }
        if (damage.wrongClock().contains(taker)) {
            return Expectation.mayStop(lane, "the clock of " + taker + " is off: it may acknowledge nothing");
        }
        List<String> placement = dataset.placement();
        boolean whole = reached(taker, placement) == placement.size();
        List<String> holders = holders(dataset);
        long confirm = reached(taker, holders);
        if (!whole && dataset.lagAction() == LagAction.REFUSE && lasts.compareTo(dataset.lagThreshold()) > 0) {
            return Expectation.mayStop(lane, "lag_action: refuse, and a region falls behind");
        }
        Acknowledgement rule = dataset.acknowledgement();
        if (whole || rule == Acknowledgement.ASYNC) {
            return Expectation.goesOn(
                    lane, whole ? "all regions that confirm are there" : "async: confirmed by its region alone");
        }
        return switch (rule) {
            case ASYNC -> throw new IllegalStateException("told apart above");
            case SEMI_SYNC ->
                confirm > 1
                        ? Expectation.goesOn(lane, "semi-sync: another region is there to confirm")
                        : Expectation.mayStop(lane, "semi-sync: no other region is there to confirm");
            case QUORUM -> {
                List<String> members = members(dataset);
                yield 2 * confirm > members.size()
                        ? Expectation.goesOn(lane, "quorum: a majority is there to confirm")
                        : Expectation.mayStop(lane, "quorum: no majority is there to confirm");
            }
            case SYNC, STRONG ->
                confirm >= dataset.minLive()
                        ? new Expectation(
                                lane,
                                Expectation.Kind.BACK_WITHIN,
                                failoverBound(dataset),
                                "a silent region is no longer waited for")
                        : Expectation.mayStop(lane, "fewer than min_live regions are there to confirm");
        };
    }

    private Expectation reads(Dataset dataset, Lane lane) {
        String region = lane.region();
        if (damage.down().contains(region)) {
            return Expectation.mayStop(lane, "its region is down");
        }
        if (!dataset.isPlacedIn(region)) {
            return forwarded(lane, dataset.placement(), "keeps it");
        }
        if (damage.fullDisk().contains(region)) {
            return Expectation.mayStop(lane, "a node that can write nothing down may end");
        }
        Expectation seen = seen(dataset, lane);
        if (seen != null) {
            return seen;
        }
        return switch (dataset.consistency().level()) {
            case EVENTUAL, MONOTONIC_READ, SESSION, CAUSAL ->
                Expectation.goesOn(lane, dataset.consistency().level().word() + ": served from the region's own state");
            case BOUNDED -> bounded(dataset, lane);
            case QUORUM, STRONG -> {
                Expectation like = writes(dataset, lane);
                yield like.kind() == Expectation.Kind.GOES_ON
                        ? Expectation.goesOn(lane, "linearizable, through its primary")
                        : like;
            }
        };
    }

    /** Of who takes writes that others must confirm: what a read has seen of them it may tell only once they are. */
    private @Nullable Expectation seen(Dataset dataset, Lane lane) {
        boolean takes = dataset.primary() == null
                ? dataset.writers().contains(lane.region())
                : lane.region().equals(dataset.primary());
        if (!takes || dataset.acknowledgement() == Acknowledgement.ASYNC) {
            return null;
        }
        Expectation write = writes(dataset, lane);
        return write.kind() == Expectation.Kind.GOES_ON
                ? null
                : new Expectation(
                        lane,
                        write.kind(),
                        write.within(),
                        "a read that saw a write waits until it is confirmed: " + write.why());
    }

    private Expectation bounded(Dataset dataset, Lane lane) {
        Duration bound = dataset.consistency().bound();
        boolean heard = dataset.writers().stream()
                .allMatch(writer -> damage.talk(lane.region(), writer)
                        && damage.takes(writer)
                        && !damage.wrongClock().contains(writer));
        boolean fits = !damage.wrongClock().contains(lane.region());
        return heard && fits || bound != null && bound.compareTo(lasts) > 0
                ? Expectation.goesOn(lane, dataset.consistency().text() + ": every region that writes is heard")
                : Expectation.mayStop(lane, dataset.consistency().text() + ": refused rather than too old");
    }

    private boolean automatic(Dataset dataset) {
        return dataset.succession().failover() == Failover.AUTOMATIC
                && configuration.safety().automaticFailover();
    }

    /** Those that vote about the dataset. */
    private static List<String> members(Dataset dataset) {
        return joined(dataset.placement(), dataset.witnesses().regions());
    }

    /** Those that can give a write back. */
    private static List<String> holders(Dataset dataset) {
        return dataset.witnesses().keepLog() ? members(dataset) : dataset.placement();
    }

    private static List<String> joined(List<String> some, List<String> more) {
        return Stream.concat(some.stream(), more.stream()).distinct().toList();
    }

    private long reached(String from, List<String> members) {
        return members.stream()
                .filter(member -> damage.talk(from, member) && damage.takes(member))
                .count();
    }
}
