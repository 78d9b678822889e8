package dev.meridian.kernel.primary;

import dev.meridian.kernel.data.VersionVector;
import dev.meridian.kernel.placement.AckRule;
import dev.meridian.kernel.placement.Placement;
import dev.meridian.kernel.replication.Peer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Who follows a primary, and how: a lost one is followed by the first healthy region of the group's order, once a majority of the members
 * calls it lost; a person may name another; a planned switchover is made by the primary itself. Not thread-safe.
 */
public final class Succession {
    private static final long ASK_AGAIN_NS = 100_000_000L;
    private static final long ATTEMPT_NS = 10_000_000_000L;
    private static final long PAUSE_NS = 1_000_000_000L;
    private static final long PROPOSE_MS = 5_000;

    /** How what a person asked for ended: null is success, else why not. */
    public interface Ended extends Consumer<String> {}

    private final Primaries primaries;
    private final String self;
    private final Peer[] peers;
    private final List<String> regions;
    private final Control control;
    private final Silences silences;
    private final Collection<Primacy> all;
    private long nowNs;

    Succession(
            Primaries primaries,
            Placement placement,
            Peer[] peers,
            Control control,
            Silences silences,
            Collection<Primacy> all) {
        this.primaries = primaries;
        this.self = placement.self();
        this.regions = placement.regions();
        this.peers = peers;
        this.control = control;
        this.silences = silences;
        this.all = all;
    }

    void turnEnds(Primacy p, long nowNs) {
        this.nowNs = nowNs;
        Takeover takeover = p.takeover;
        if (takeover != null) {
            goOn(p, takeover);
        } else if (p.switchover != null) {
            goOn(p, p.switchover);
        } else if (isToBeginAnew(p)) {
            begin(p, true, false, control.nextOperation(), self, "the primary has started", why -> {
                p.notBeforeNs = this.nowNs + PAUSE_NS;
            });
        } else if (self.equals(p.current.primary())) {
            contested(p);
        } else if (p.failover().automatic() && p.group.held()) {
            watch(p);
        }
    }

    /** A run of a primary that may have acknowledged what this run does not know of. */
    private boolean isToBeginAnew(Primacy p) {
        return p.group.defers()
                && self.equals(p.current.primary())
                && !p.group.leads()
                && p.group.whole()
                && (!p.group.unproven() || p.current.epoch() == 1)
                && nowNs >= p.notBeforeNs;
    }

    // ---- who notices ----

    private void watch(Primacy p) {
        String primary = p.current.primary();
        if (primary == null) {
            return;
        }
        if (!isLost(p, primary)) {
            p.lostSinceNs = 0;
            return;
        }
        if (p.lostSinceNs == 0) {
            p.lostSinceNs = nowNs;
            primaries.happened("primary_lost", p, "primary", primary);
        }
        long rank = rank(p, primary);
        if (rank >= 0 && nowNs >= p.notBeforeNs && nowNs - p.lostSinceNs >= rank * staggerNs(p)) {
            begin(p, true, false, control.nextOperation(), self, primary + " is lost", why -> {});
        }
    }

    /** Whether more than half of the members, the primary not counted, have not heard it for as long as detection takes. */
    private boolean isLost(Primacy p, String primary) {
        int region = regions.indexOf(primary);
        List<String> members = p.current.members();
        int observers = 0;
        for (String member : members) {
            if (!member.equals(primary)
                    && silences.isSilent(
                            regions.indexOf(member), region, p.failover().silenceMs())) {
                observers++;
            }
        }
        return observers > members.size() / 2;
    }

    /** The next in order waits until the one before it should have been done. */
    private static long staggerNs(Primacy p) {
        return PAUSE_NS + p.failover().leaseMs() * 1_000_000;
    }

    /** This region's place among those that could follow; -1 when it could not. */
    private long rank(Primacy p, String lost) {
        if (isOff(self)) {
            return -1;
        }
        List<String> order = new ArrayList<>(p.failover().preferred());
        p.policy().members().stream().filter(m -> !order.contains(m)).forEach(order::add);
        long rank = 0;
        for (String region : order) {
            if (region.equals(self)) {
                return rank;
            }
            if (!region.equals(lost)
                    && !isOff(region)
                    && p.policy().members().contains(region)
                    && silences.isHeard(regions.indexOf(region))) {
                rank++;
            }
        }
        return -1;
    }

    /** As far as this node has heard; the control group itself makes sure. */
    private boolean isOff(String region) {
        return control.state().isDrained(region) || control.state().isIsolated(region);
    }

    /** A healthy primary whom a candidate sealed and did not follow takes over from itself: a candidate that died stops nobody. */
    private void contested(Primacy p) {
        boolean isContested = p.group.sealed() > p.current.epoch();
        for (Peer peer : peers) {
            isContested |= p.theirSealed[peer.index()] > p.current.epoch()
                    && p.current.members().contains(peer.region());
        }
        if (!isContested) {
            p.contestedSinceNs = 0;
        } else if (p.contestedSinceNs == 0) {
            p.contestedSinceNs = nowNs;
        } else if (nowNs - p.contestedSinceNs > staggerNs(p) && nowNs >= p.notBeforeNs) {
            // Nobody is replaced: the master switch has no say in it.
            begin(p, false, false, control.nextOperation(), self, "a successor did not finish", why -> {});
        }
    }

    // ---- taking over ----

    private void begin(
            Primacy p,
            boolean isAutomatic,
            boolean isLossAccepted,
            String operation,
            String by,
            String reason,
            Ended ended) {
        p.takeover = new Takeover(
                p.current.epoch() + 1, isAutomatic, isLossAccepted, operation, by, reason, nowNs + ATTEMPT_NS, ended);
        p.notBeforeNs = nowNs + ATTEMPT_NS + PAUSE_NS;
        primaries.happened("takeover_began", p, "region", self, "reason", reason);
        goOn(p, p.takeover);
    }

    private void goOn(Primacy p, Takeover takeover) {
        if (takeover.isProposed || takeover.entry != null && nowNs < takeover.askAgainNs) {
            return;
        }
        if (takeover.entry != null) {
            submit(p, takeover, takeover.entry);
            return;
        }
        // Until it proposes where the history goes on it takes what others have.
        p.group.settling(p.group.leavesOut() && p.mayHaveProposed(nowNs));
        if (nowNs >= takeover.deadlineNs) {
            giveUp(p, takeover, "not finished in time: missing " + missing(p, takeover));
            return;
        }
        String primary = p.current.primary();
        if (takeover.isAutomatic
                && takeover.sealed.isEmpty()
                && p.group.sealed() < takeover.epoch
                && primary != null
                && !primary.equals(self)
                && !isLost(p, primary)) {
            giveUp(p, takeover, primary + " is heard again");
            return;
        }
        if (nowNs >= takeover.askAgainNs) {
            takeover.askAgainNs = nowNs + ASK_AGAIN_NS;
            askForSeals(p, takeover);
        }
        if (primaries.isSealDurable(p) && p.group.sealed() == takeover.epoch) {
            takeover.sealed.put(self, p.position);
        }
        if (missing(p, takeover) != null) {
            takeover.completeNs = 0;
        } else if (takeover.completeNs == 0) {
            takeover.completeNs = nowNs;
        }
        if (takeover.completeNs > 0 && mayBeReadNoMore(p, takeover) && p.group.whole()) {
            VersionVector union = p.group.inHistory(takeover.union(), primaries.origins());
            // What is left out here would have to be taken out here.
            boolean hasAll = !p.group.leavesOut() || p.group.durable().covers(p.group.applied());
            if (hasAll && p.group.durable().covers(union)) {
                propose(p, takeover);
            }
        }
    }

    private void giveUp(Primacy p, Takeover takeover, String why) {
        p.takeover = null;
        primaries.happened("takeover_failed", p, "region", self, "reason", why);
        takeover.tell(why);
    }

    /** Whether nobody reads any more under a lease of the old primary, where there are such leases: who has sealed does not. */
    private boolean mayBeReadNoMore(Primacy p, Takeover takeover) {
        return p.policy().ackRule() != AckRule.STRONG
                || takeover.sealed.keySet().containsAll(p.current.live())
                || nowNs - takeover.completeNs >= p.leaseWithMarginNs();
    }

    private void askForSeals(Primacy p, Takeover takeover) {
        primaries.seal(p, takeover.epoch, self);
        for (Peer peer : peers) {
            if (p.current.members().contains(peer.region())
                    && !peer.region().equals(self)
                    && !takeover.hasSealed(peer)
                    && peer.connected()) {
                primaries.ask(peer, p, takeover.epoch);
            }
        }
    }

    private static @Nullable String missing(Primacy p, Takeover takeover) {
        return takeover.sealed.containsKey(p.group.region())
                ? SealRule.missing(
                        p.policy().ackRule(),
                        p.current,
                        takeover.sealed.keySet(),
                        p.isLeased(),
                        takeover.isLossAccepted)
                : "this region's own promise";
    }

    private void propose(Primacy p, Takeover takeover) {
        p.proposed(takeover.epoch);
        p.group.settling(p.group.leavesOut());
        Set<String> live = new LinkedHashSet<>(p.current.members());
        if (p.policy().ackRule() != AckRule.ASYNC && p.policy().ackRule() != AckRule.QUORUM) {
            live.retainAll(takeover.regions());
            live.removeIf(region -> !p.policy().keeps(region));
        }
        Configuration next = next(p, self, List.copyOf(live), p.group.durable());
        ControlEntry.Configure change = new ControlEntry.Configure(p.current, next, takeover.isAutomatic);
        takeover.entry = ControlEntry.of(takeover.operation, takeover.by, takeover.reason, change);
        submit(p, takeover, takeover.entry);
    }

    private void submit(Primacy p, Takeover takeover, ControlEntry entry) {
        takeover.isProposed = true;
        control.propose(entry, PROPOSE_MS, outcome -> {
            if (p.takeover != takeover) {
                return;
            }
            if (outcome instanceof ControlOutcome.Unknown) {
                // It may be decided yet, and what is taken meanwhile would not be in that history: it is asked for
                // until
                // it is known, or what a person may no longer want is withdrawn by what comes before it or after it.
                takeover.isProposed = false;
                takeover.askAgainNs = nowNs + ASK_AGAIN_NS;
                takeover.tell(why(outcome));
                if (!takeover.isAutomatic) {
                    takeover.entry = ControlEntry.of(
                            control.nextOperation(),
                            self,
                            "withdraws an attempt of which nobody could tell what became",
                            new ControlEntry.Configure(p.current, p.current.with(p.current.live()), true));
                }
            } else {
                p.proposed(0);
                giveUp(p, takeover, why(outcome));
            }
        });
    }

    private static String why(ControlOutcome outcome) {
        return switch (outcome) {
            case ControlOutcome.Accepted accepted -> "this operation was decided before, as entry " + accepted.index();
            case ControlOutcome.Conflict conflict -> conflict.reason();
            case ControlOutcome.Refused refused -> refused.reason() + ": " + refused.mend();
            case ControlOutcome.Unknown unknown -> unknown.reason();
        };
    }

    private Configuration next(Primacy p, String primary, List<String> live, VersionVector start) {
        return new Configuration(
                p.current.group(),
                p.current.epoch() + 1,
                primary,
                Primaries.reign(p.group, run(primary), p.current.epoch() + 1),
                p.current.members(),
                live,
                p.current.nextStart(p.group, start, primaries.origins()));
    }

    /** The run of a region's node that this node knows of. */
    private long run(String region) {
        return primaries.run(region.equals(self) ? -1 : regions.indexOf(region));
    }

    // ---- by a person ----

    /**
     * Makes this region primary of the group. {@code ended} gets null once it is, else why it is not.
     *
     * @param isLossAccepted whether what the lost primary still acknowledges, or what only it had, may be left out
     */
    public void takeOver(int g, boolean isLossAccepted, String operation, String by, String reason, Ended ended) {
        Primacy p = of(g);
        if (p == null || !p.group.held()) {
            ended.accept("this region keeps no rows of the group, or the group has no primary");
        } else if (self.equals(p.current.primary()) && p.group.sealed() == p.current.epoch()) {
            ended.accept(null);
        } else if (isOff(self)) {
            ended.accept("region " + self + " is drained or isolated: bring it back first");
        } else if (p.takeover != null) {
            ended.accept(
                    p.takeover.entry == null
                            ? "a takeover is under way here already"
                            : "a takeover was proposed here before, and nobody has told yet what became of it: ask again");
        } else {
            begin(p, false, isLossAccepted, operation, by, reason, ended);
        }
    }

    /** Hands the group over to another region, of which nothing is lost. To be asked of the primary. */
    public void handOver(int g, String target, String operation, String by, String reason, Ended ended) {
        Primacy p = of(g);
        if (p == null || !self.equals(p.current.primary())) {
            ended.accept("this region is not the group's primary");
        } else {
            handOver(p, target, operation, by, reason, ended, false);
        }
    }

    /** Hands the group over although nobody asked for it. */
    void relocate(Primacy p, String target, String reason) {
        handOver(
                p,
                target,
                control.nextOperation(),
                self,
                reason,
                why -> {
                    if (why != null) {
                        primaries.happened("primary_stays", p, "region", self, "instead_of", target, "reason", why);
                    }
                },
                true);
    }

    private void handOver(
            Primacy p, String target, String operation, String by, String reason, Ended ended, boolean isAutomatic) {
        if (target.equals(self)) {
            ended.accept(null);
        } else if (!p.policy().members().contains(target)) {
            ended.accept("region " + target + " keeps no rows of the group: choose one of "
                    + String.join(", ", p.policy().members()));
        } else if (isOff(target)) {
            ended.accept("region " + target + " is drained or isolated: bring it back first");
        } else if (!p.current.live().contains(target)) {
            ended.accept("region " + target + " is not a live member: it has to catch up first");
        } else if (p.group.pause() != null) {
            ended.accept(String.valueOf(p.group.pause()));
        } else if (!silences.isHeard(regions.indexOf(target))) {
            ended.accept("region " + target + " cannot be reached from here");
        } else {
            p.switchover = new Switchover(
                    target, operation, by, reason, nowNs + p.policy().writeTimeoutMs() * 1_000_000, ended, isAutomatic);
            p.pause("region " + self + " is handing over to " + target);
        }
    }

    private void goOn(Primacy p, Switchover switchover) {
        if (switchover.isProposed || p.isLiveProposed) {
            return;
        }
        ControlEntry entry = switchover.entry;
        if (entry == null) {
            if (nowNs >= switchover.deadlineNs) {
                p.switchover = null;
                switchover.ended.accept(
                        "region " + switchover.target + " did not catch up in time: nothing has changed");
                return;
            }
            long epoch = p.current.epoch() + 1;
            if (!hasAll(p, peers[regions.indexOf(switchover.target)])
                    || !primaries.seal(p, epoch, switchover.target)
                    || !primaries.isSealDurable(p)) {
                // Whoever proposes another may die before it hears that one was decided, and must not go on as the
                // primary then.
                return;
            }
            Configuration next = next(p, switchover.target, p.current.live(), p.group.applied());
            entry = ControlEntry.of(
                    switchover.operation,
                    switchover.by,
                    switchover.reason,
                    new ControlEntry.Configure(p.current, next, switchover.isAutomatic));
            switchover.entry = entry;
        }
        switchover.isProposed = true;
        control.propose(entry, PROPOSE_MS, outcome -> {
            if (p.switchover != switchover) {
                return;
            }
            if (outcome instanceof ControlOutcome.Unknown) {
                // It may be decided, and then another is primary: this one takes no writes until it knows.
                switchover.isProposed = false;
            } else {
                p.switchover = null;
                switchover.ended.accept(why(outcome));
                begin(p, false, false, control.nextOperation(), self, "another was not made primary", why -> {});
            }
        });
    }

    /** Whether the target has all that was written, for good, where that is what an acknowledgement says; and each client can be told of it. */
    private boolean hasAll(Primacy p, Peer target) {
        int g = p.group.index();
        VersionVector has = p.policy().ackRule() == AckRule.ASYNC ? target.reported(g) : target.durable(g);
        return target.connected()
                && has.covers(p.group.applied())
                && primaries.hasConfirmed(p.group)
                && (!p.group.defers() || p.group.committed().covers(p.group.applied()));
    }

    private @Nullable Primacy of(int g) {
        for (Primacy p : all) {
            if (p.group.index() == g) {
                return p;
            }
        }
        return null;
    }
}
