package dev.meridian.kernel.primary;

import dev.meridian.kernel.data.VersionVector;
import dev.meridian.kernel.placement.FailoverPolicy;
import dev.meridian.kernel.placement.GroupPolicy;
import dev.meridian.kernel.replication.Group;
import java.util.Arrays;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What this node has heard, promised and been granted of one group that has a primary. Plain data with one owner, {@link Primaries}. */
final class Primacy {
    private static final long PAUSE_WAIT_MS = 1_000;
    private static final long MOVE_WAIT_MAX_MS = 4_000;

    /** By then a proposal of a run that is over has been decided, or never will be. */
    private static final long DOUBT_NS = 60_000_000_000L;

    final Group group;

    /** The configuration in force here. */
    Configuration current;

    /** Where the record of the last promise ends in the log; before that is durable nobody is told of it. */
    long sealedLsn;

    /** The reign that whoever asked for the last promise would begin; 0 when there was none in this run. */
    long sealedFor;

    /** Whether the last to ask for that promise was the primary itself: what it wrote is in what follows. */
    boolean primaryAsked;

    /** The last epoch for which this node proposed where the history goes on: it may be decided as long as no later one is. */
    private long proposedEpoch;

    /** Until then an earlier run may have done that; 0 where it was this one. */
    private long doubtUntilNs;

    /** What this node had when it made that promise. */
    VersionVector position = new VersionVector();

    /** Who asked for the promise and waits for its durability: peers by index, and the epoch. */
    final TreeMap<Integer, Long> askers = new TreeMap<>();

    /** Until then no higher epoch is sealed: the primary may acknowledge by what it was last told from here. */
    long promisedUntilNs;

    /** By peer: when this node, as primary, had sent what the peer last confirmed it by; 0 never. */
    final long[] grantedNs;

    /** By peer: the highest epoch that it said it has sealed. */
    final long[] theirSealed;

    /** Since when a majority of the members calls the primary lost; 0 while none does. */
    long lostSinceNs;

    /** Since when this primary knows of a promise to a higher epoch than its own; 0 while it does not. */
    long contestedSinceNs;

    /** Not before then does this node try again to take over. */
    long notBeforeNs;

    /** As primary: since when, when it looks next whether another region should be, and which that is since when; 0 and null for never. */
    long primarySinceNs;

    long relocationLookNs;

    @Nullable
    String wantedElsewhere;

    long wantedSinceNs;

    /** When members are looked at next, and whether a change of those that are live is under way. */
    long liveLookNs;

    boolean isLiveProposed;

    /** What the primary said that it has when it was first heard in this epoch; null until then. */
    @Nullable
    VersionVector primaryHad;

    @Nullable
    Takeover takeover;

    @Nullable
    Switchover switchover;

    Primacy(Group group, Configuration current, int peers) {
        this.group = group;
        this.current = current;
        this.grantedNs = new long[peers];
        this.theirSealed = new long[peers];
    }

    GroupPolicy policy() {
        return group.policy();
    }

    /** Whether the primary acts under a lease; where reads are linearizable it does also if only a person replaces it. */
    boolean isLeased() {
        return failover().automatic() || group.defers();
    }

    /** For how long what was granted under a lease may still be relied on, by anybody's clock. */
    long leaseWithMarginNs() {
        return (failover().leaseMs() + marginMs()) * 1_000_000;
    }

    /** What two monotonic clocks may differ by in the time of a lease, and more. */
    long marginMs() {
        return 10 + failover().leaseMs() / 10;
    }

    FailoverPolicy failover() {
        return group.policy().failover();
    }

    /**
     * Whether, and why, this region as the primary takes no writes for now. They wait for the end of a planned move as long as for anything
     * else, and get a refusal before whoever forwarded them gives up; what may last is told soon.
     */
    void pause(@Nullable String why) {
        long most = switchover == null ? PAUSE_WAIT_MS : MOVE_WAIT_MAX_MS;
        group.pause(why, Math.min(most, policy().writeTimeoutMs() * 4 / 5));
    }

    /**
     * Whether what comes now of the old epoch may be in no other: this node has promised itself to the next, which may have begun without it.
     * If it is the primary that asked last, what it wrote is in the next epoch, unless this node's own proposal still comes through.
     */
    boolean settles(long nowNs) {
        return group.leavesOut() && group.sealed() > current.epoch() && (!primaryAsked || mayHaveProposed(nowNs));
    }

    /** Whether a proposal of this node may still be decided. */
    boolean mayHaveProposed(long nowNs) {
        return proposedEpoch > current.epoch() && (doubtUntilNs == 0 || nowNs < doubtUntilNs);
    }

    /** This node proposes itself for an epoch; with 0 what it proposed is known not to have been decided. */
    void proposed(long epoch) {
        proposedEpoch = epoch;
        doubtUntilNs = 0;
    }

    /** The run begins: the last one may have proposed what it had promised itself to. */
    void started(long nowNs) {
        if (group.sealed() > current.epoch()) {
            proposedEpoch = group.sealed();
            doubtUntilNs = nowNs + DOUBT_NS;
        }
    }

    /** Nothing of the last epoch counts in the next. */
    void forget() {
        Arrays.fill(grantedNs, 0);
        lostSinceNs = 0;
        contestedSinceNs = 0;
        primarySinceNs = 0;
        wantedElsewhere = null;
        primaryHad = null;
        primaryAsked = false;
        takeover = null;
        switchover = null;
    }
}
