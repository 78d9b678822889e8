package dev.meridian.kernel.command;

import dev.meridian.kernel.placement.AckRule;
import dev.meridian.kernel.placement.Dataset;
import dev.meridian.kernel.placement.GroupPolicy;
import dev.meridian.kernel.placement.Placement;
import dev.meridian.kernel.primary.Commitment;
import dev.meridian.kernel.replication.Group;
import dev.meridian.kernel.replication.Peer;
import dev.meridian.kernel.replication.Replicator;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Where a command is served: here, in another region, or nowhere, by the placement of its dataset, who takes the group's writes at the
 * moment, and what its reads are promised. Not thread-safe.
 */
final class Routing {
    /** Where a command goes. */
    enum Where {
        HERE,
        ELSEWHERE,
        /** It was answered: with an error, or it waits. */
        ANSWERED
    }

    private final Placement placement;
    private final int selfRegion;
    private final Group[] groups;
    private final Replicator replicator;
    private final Waiting waiting;
    private final Commitment commitment;
    private final Function<Args, CommandSpec> specs;
    private final BiPredicate<CommandSpec, Args> endsByNow;
    private @Nullable String writesRefused;
    private long nowNs;
    private int target;

    Routing(
            Placement placement,
            Group[] groups,
            Replicator replicator,
            Waiting waiting,
            Commitment commitment,
            Function<Args, CommandSpec> specs,
            BiPredicate<CommandSpec, Args> endsByNow) {
        this.endsByNow = endsByNow;
        this.placement = placement;
        this.selfRegion = placement.regions().indexOf(placement.self());
        this.groups = groups;
        this.replicator = replicator;
        this.waiting = waiting;
        this.commitment = commitment;
        this.specs = specs;
    }

    void turn(long nowNs) {
        this.nowNs = nowNs;
    }

    /** Why writes are refused; null when they are not. */
    @Nullable
    String writesRefused() {
        return writesRefused;
    }

    /** From now on writes are refused with this error; null lets them pass again. */
    void refuseWrites(@Nullable String error) {
        writesRefused = error;
    }

    /** The region, by index, that the command which was last said to be served elsewhere is served in. */
    int target() {
        return target;
    }

    /** Answers the error, lets the client wait, or says where the command is served; ELSEWHERE: at {@link #target}. */
    Where route(Client client, Dataset dataset, boolean write, CommandSpec spec, @Nullable Args args) {
        Group group = groups[dataset.group()];
        GroupPolicy policy = group.policy();
        if (!group.held()) {
            if (dataset.restricted() && !remotelyAllowed(dataset, write)) {
                return refuse(client, residency(dataset));
            }
            return elsewhere(client, group, write);
        }
        Client.Forwarded forwarded = client.forwarded;
        if (forwarded != null
                && dataset.restricted()
                && !policy.members().contains(placement.regions().get(forwarded.peer()))
                && !remotelyAllowed(dataset, write)) {
            return refuse(client, residency(dataset));
        }
        boolean isExact = !write && !asksForNoLevel(spec) && isExact(client, dataset);
        if (group.defers() && !group.isWriter() && (write || isExact && !mayReadHere(group, spec, args))) {
            return policy.pilotLight() ? standby(client, dataset, group) : elsewhere(client, group, true);
        }
        if (!group.serving() && !asksForNoLevel(spec)) {
            return refuse(
                    client,
                    "LOADING region " + placement.self() + " is being filled with dataset '" + dataset.name() + "'");
        }
        if (policy.pilotLight() && !group.isWriter() && !asksForNoLevel(spec)) {
            return standby(client, dataset, group);
        }
        if (isExact && group.isWriter() && group.pause() != null) {
            return paused(client, args, group, null);
        }
        if (write) {
            if (!group.isWriter()) {
                return elsewhere(client, group, true);
            }
            if (group.pause() != null) {
                return paused(client, args, group, null);
            }
            Where where = mayWrite(client, dataset, group, spec, args);
            if (where == Where.HERE && policy.failover().followsWriters()) {
                group.sources().note(forwarded == null ? selfRegion : forwarded.peer());
            }
            return where;
        }
        Where where = mayRead(client, dataset, group, spec, args);
        client.session.touched |= 1L << group.index();
        return where;
    }

    /** A block that writes may read as well, and then at the level that the client chose. */
    Where mayReadWithin(Client client, Dataset dataset, List<Args> commands) {
        for (Args args : commands) {
            CommandSpec spec = specs.apply(args);
            if (!spec.writes() && spec.keys().count(args) > 0) {
                return mayRead(client, dataset, groups[dataset.group()], spec, null);
            }
        }
        return Where.HERE;
    }

    /** What shows how things are, whatever reads may promise. */
    private static boolean asksForNoLevel(CommandSpec spec) {
        return spec.name().equals("meridian.inspect") || spec.name().equals(StalenessCommand.NAME);
    }

    private Where standby(Client client, Dataset dataset, Group group) {
        return refuse(
                client,
                "STANDBY region " + placement.self() + " keeps dataset '" + dataset.name()
                        + "' current and serves nothing until it is promoted: connect to " + group.primary());
    }

    private static boolean isExact(Client client, Dataset dataset) {
        return client.session.levelFor(dataset).isLinearizable();
    }

    /**
     * Whether a region that is not the primary may give a linearizable answer: no write can be committed without it, and no key has an end
     * that only the primary's clock decides.
     */
    private boolean mayReadHere(Group group, CommandSpec spec, @Nullable Args args) {
        return group.policy().ackRule() == AckRule.STRONG
                && args != null
                && nowNs < group.readUntilNs()
                && group.serving()
                && !endsByNow.test(spec, args);
    }

    private static boolean remotelyAllowed(Dataset dataset, boolean write) {
        return dataset.remoteAccess() == Dataset.RemoteAccess.READ_WRITE
                || !write && dataset.remoteAccess() == Dataset.RemoteAccess.READ_ONLY;
    }

    private static String residency(Dataset dataset) {
        if (dataset.placement().isEmpty()) {
            return "UNMAPPED this key is in no partition of dataset '" + dataset.name()
                    + "': add its value to one of `partitions`, or say under `unmapped` which takes it";
        }
        return "RESIDENCY dataset '" + dataset.name() + "' may only be used in "
                + String.join(", ", dataset.placement())
                + ": connect there, or add `remote_access: read_write` to the dataset";
    }

    private static Where refuse(Client client, String error) {
        client.out.error(error);
        return Where.ANSWERED;
    }

    /** Until a primary may take writes again, or another has become one, the write waits a little. */
    Where paused(Client client, @Nullable Args args, Group group, @Nullable Runnable resume) {
        if (args == null || waiting.overdue(client)) {
            return refuse(client, "CLUSTERDOWN " + group.pause());
        }
        waiting.forPrimary(client, args, group, resume);
        return Where.ANSWERED;
    }

    /** What a region answers to a command of another's client that it does not serve: nothing of it has happened. */
    static String notServedIn(String region) {
        return "TRYAGAIN region " + region + " does not serve this dataset itself";
    }

    private Where elsewhere(Client client, Group group, boolean write) {
        GroupPolicy policy = group.policy();
        String primary = group.primary();
        if (client.forwarded != null) {
            // It may not be the primary any more, or be about to be: whoever sent the command here sends it again.
            return refuse(client, notServedIn(placement.self()));
        }
        Peer above = above(policy, write);
        Peer best = above == null ? nearest(policy, write || policy.pilotLight() ? primary : null, write) : above;
        if (best == null) {
            return refuse(
                    client,
                    write && primary != null
                            ? "MASTERDOWN region " + primary + ", which takes the writes, cannot be reached from here"
                            : "CLUSTERDOWN none of " + String.join(", ", write ? policy.writers() : policy.members())
                                    + " can be reached from here");
        }
        target = best.index();
        return Where.ELSEWHERE;
    }

    private @Nullable Peer nearest(GroupPolicy policy, @Nullable String primary, boolean write) {
        Peer best = null;
        for (Peer p : replicator.peers()) {
            boolean serves = primary != null
                    ? primary.equals(p.region())
                    : (write ? policy.writers() : policy.members()).contains(p.region());
            if (serves && replicator.hears(p) && (best == null || p.rttNs() >= 0 && p.rttNs() < best.rttNs())) {
                best = p;
            }
        }
        return best;
    }

    /** Where data flow down a tree, commands go up it: to the best region above that answers, null where none is. */
    private @Nullable Peer above(GroupPolicy policy, boolean write) {
        for (String region : policy.upstream(placement.self())) {
            if (!write || policy.writers().contains(region)) {
                for (Peer p : replicator.peers()) {
                    if (p.region().equals(region) && replicator.hears(p)) {
                        return p;
                    }
                }
            }
        }
        return null;
    }

    private Where mayWrite(Client client, Dataset dataset, Group group, CommandSpec spec, @Nullable Args args) {
        String lost = waiting.lost(client, dataset, group);
        if (lost != null) {
            return refuse(client, lost);
        }
        // A write is later than all that its session has seen: here, too, and by this region's clock.
        if (!waiting.follows(client, dataset, group)) {
            if (args == null || waiting.overdue(client)) {
                return refuse(client, waiting.behind(dataset));
            }
            waiting.forLevel(client, args);
            return Where.ANSWERED;
        }
        String hindered = commitment.isAwaited(group.index()) ? commitment.hindrance(group.index()) : null;
        if (hindered != null) {
            return refuse(client, hindered);
        }
        String refused = writesRefused;
        if (refused != null && spec.has(CommandSpec.Flag.DENYOOM)) {
            return refuse(client, refused);
        }
        GroupPolicy policy = group.policy();
        if (policy.lagThresholdMs() > 0 && policy.lagAction() != GroupPolicy.LagAction.WARN) {
            long lagMs = replicator.stability().lagMs(group.index());
            if (lagMs > policy.lagThresholdMs()) {
                if (policy.lagAction() == GroupPolicy.LagAction.REFUSE) {
                    return refuse(
                            client,
                            "RPOEXCEEDED a member is " + lagMs + " ms behind, more than lag_threshold ("
                                    + policy.lagThresholdMs() + " ms): the write was not accepted");
                }
                if (args != null && waiting.slowedDown(client, args)) {
                    return Where.ANSWERED;
                }
            }
        }
        return Where.HERE;
    }

    private Where mayRead(Client client, Dataset dataset, Group group, CommandSpec spec, @Nullable Args args) {
        if (asksForNoLevel(spec)) {
            return Where.HERE;
        }
        String lost = waiting.lost(client, dataset, group);
        if (lost != null) {
            return refuse(client, lost);
        }
        boolean isExact = isExact(client, dataset);
        if (isExact && !group.defers()) {
            return refuse(client, ReadLevelCommand.notServed(dataset, client.session.levelFor(dataset)));
        }
        boolean waits = isExact && args != null && !Waiting.isCommitted(group, spec, args);
        if (!waits && waiting.fresh(client, dataset, group)) {
            return Where.HERE;
        }
        if (args == null || waiting.overdue(client)) {
            String primary = group.primary();
            if (primary != null && !primary.equals(placement.self()) && client.forwarded == null) {
                return elsewhere(client, group, true);
            }
            return refuse(
                    client,
                    waits
                            ? "TRYAGAIN a write of this key is not committed yet"
                            : waiting.reason(client, dataset, group));
        }
        waiting.forLevel(client, args);
        return Where.ANSWERED;
    }
}
