package dev.meridian.kernel.primary;

import dev.meridian.kernel.data.Origins;
import dev.meridian.kernel.data.VersionVector;
import dev.meridian.kernel.placement.AckRule;
import dev.meridian.kernel.replication.Group;
import dev.meridian.kernel.replication.Peer;
import java.util.Arrays;
import java.util.Objects;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * How far this node's own writes are covered by their group's rule of acknowledgement ({@link AckRule}): a count over what it and
 * the others have for good. It never goes back. Not thread-safe.
 */
public final class Commitment {
    static final long NEVER = Long.MAX_VALUE;

    private final Group[] groups;
    private final Peer[] peers;
    private final String self;
    private final Control control;
    private final Origins origins;
    private final long[] committed;
    private final long[] positions;
    private final long[] eras;
    private final long[][] theirSealed;
    private final boolean[] isChanging;
    private final int[] alsoIn;
    private final boolean[] isFenced;

    /** Where a group defers: what its history went on from, until the rule covers that here; null once it does. */
    private final @Nullable VersionVector[] before;

    private long nowNs;

    public Commitment(Group[] groups, Peer[] peers, String self, Control control, Origins origins) {
        this.origins = origins;
        this.control = control;
        this.groups = groups;
        this.peers = peers;
        this.self = self;
        this.committed = new long[groups.length];
        this.positions = new long[peers.length];
        this.eras = new long[groups.length];
        this.alsoIn = new int[groups.length];
        Arrays.fill(alsoIn, -1);
        this.before = new VersionVector[groups.length];
        this.isChanging = new boolean[groups.length];
        this.isFenced = new boolean[groups.length];
        this.theirSealed = new long[groups.length][peers.length];
    }

    public void turn(long nowNs) {
        this.nowNs = nowNs;
    }

    /** Whether writes of the group are acknowledged only once others have them. */
    public boolean isAwaited(int g) {
        return groups[g].policy().ackRule() != AckRule.ASYNC;
    }

    /** The last of this node's writes that the rule covers, by its number; what is not awaited always is. */
    public long committed(int g) {
        return isAwaited(g) ? committed[g] : Long.MAX_VALUE;
    }

    /** How often this node has begun or ceased to be the group's primary: nothing of an earlier era is committed by it any more. */
    public long era(int g) {
        return eras[g];
    }

    /** This node begins or ceases to be the group's primary. */
    void begin(int g) {
        eras[g]++;
        alsoIn[g] = -1;
        isChanging[g] = false;
        committed[g] = 0;
        before[g] = null;
    }

    /** This node begins to be the primary of a group that defers: nothing counts before the rule covers what its history goes on from. */
    void begin(int g, VersionVector start) {
        begin(g);
        before[g] = start;
    }

    /** Whether the rule does not cover yet what the group's history goes on from. */
    boolean isBeginning(int g) {
        return before[g] != null;
    }

    /** A peer, by index, must have too what is committed from now on, whatever the configuration in force says; -1 for none. */
    void alsoIn(int g, int peer) {
        alsoIn[g] = peer;
    }

    /** Whether this node has asked for other live members: who has heard of them first has promised itself to their epoch, and counts soon. */
    void changes(int g, boolean changes) {
        isChanging[g] = changes;
    }

    /** The epoch that the peer has promised itself to: what it reports counts only while that is in force; never with {@link #NEVER}. */
    void promised(int g, int peer, long epoch) {
        theirSealed[g][peer] = epoch;
    }

    /**
     * Whether another may be primary by now: this node's lease is over, or it has promised itself to a later epoch. What members confirm then
     * may be in the history of that epoch, and this node tells nobody that it is until it knows to be the primary again.
     */
    void fenced(int g, boolean fenced) {
        isFenced[g] = fenced;
    }

    /** Looks anew at what members have. */
    public void turnEnds() {
        for (Group group : groups) {
            int g = group.index();
            if (group.held() && group.isWriter() && isAwaited(g) && (group.leads() || !group.defers())) {
                VersionVector start = before[g];
                if (start != null && hasBegun(group, start)) {
                    before[g] = null;
                }
                if (before[g] == null && !isFenced[g]) {
                    committed[g] = Math.max(committed[g], covered(group, group.self(), committed[g]));
                }
                if (group.defers() && before[g] == null) {
                    tell(group);
                }
            }
        }
    }

    private boolean hasBegun(Group group, VersionVector start) {
        for (int o = 0; o < start.width(); o++) {
            if (covered(group, o, start.get(o) - 1) < start.get(o)) {
                return false;
            }
        }
        group.committed().raiseAll(start);
        return true;
    }

    /** What is committed is known here, and others are to be told where they wait for it. */
    private void tell(Group group) {
        SortedMap<Long, Long> start = Objects.requireNonNull(group.start(), "a reign begins with a start");
        VersionVector known = group.committed();
        for (int o = 0; o < group.applied().width(); o++) {
            if (start.containsKey(origins.id(o))) {
                // Up to the start it is; what lies beyond takes no effect anywhere.
                known.raise(o, group.applied().get(o));
            }
        }
        if (known.get(group.self()) < committed[group.index()]) {
            known.set(group.self(), committed[group.index()]);
            if (group.policy().ackRule() == AckRule.STRONG) {
                group.confirms(true);
            }
        }
    }

    /** Up to where the rule covers an origin's mutations, as far as is of interest; never less than {@code least} is told. */
    private long covered(Group group, int origin, long least) {
        int g = group.index();
        long own = group.durable().get(origin);
        if (alsoIn[g] >= 0) {
            own = Math.min(own, peers[alsoIn[g]].durable(g).get(origin));
        }
        if (own <= least) {
            return own;
        }
        int needed = needed(group);
        if (needed == 0) {
            return own;
        }
        int count = 0;
        for (Peer p : peers) {
            if (isCounted(group, p)) {
                positions[count++] = p.durable(g).get(origin);
            }
        }
        if (count < needed) {
            return least;
        }
        Arrays.sort(positions, 0, count);
        return Math.min(own, positions[count - needed]);
    }

    /** How many others must have a write. */
    private int needed(Group group) {
        Configuration current = control.configuration(group.index());
        return switch (group.policy().ackRule()) {
            case ASYNC -> 0;
            case SEMI_SYNC -> Math.min(1, current.members().size() - 1);
            case QUORUM -> current.members().size() / 2;
            // With fewer than that nobody may be content, however few are called live.
            case SYNC, STRONG ->
                Math.max(
                                current.live().size(),
                                Math.min(
                                        group.policy().minLive(),
                                        current.members().size()))
                        - 1;
        };
    }

    private boolean isCounted(Group group, Peer p) {
        return mayCount(group, p)
                && theirSealed[group.index()][p.index()]
                        <= control.configuration(group.index()).epoch();
    }

    private boolean mayCount(Group group, Peer p) {
        Configuration current = control.configuration(group.index());
        return !p.region().equals(self)
                && group.policy().keeps(p.region())
                && (isOverLive(group) ? current.live() : current.members()).contains(p.region());
    }

    private static boolean isOverLive(Group group) {
        AckRule rule = group.policy().ackRule();
        return rule == AckRule.SYNC || rule == AckRule.STRONG;
    }

    /** What keeps a write from being acknowledged in time, as far as can be told before it is made; null when nothing does. */
    public @Nullable String hindrance(int g) {
        Group group = groups[g];
        int needed = needed(group);
        int heard = 0;
        for (Peer p : peers) {
            if ((isCounted(group, p) || isChanging[g] && mayCount(group, p)) && p.hears(nowNs)) {
                heard++;
            }
        }
        return heard >= needed
                ? null
                : "NOREPLICAS a write needs " + needed + " other region" + (needed == 1 ? "" : "s") + " of "
                        + String.join(", ", control.configuration(g).members()) + ", and " + heard
                        + " can be reached from here";
    }
}
