package dev.meridian.kernel.primary;

import dev.meridian.kernel.placement.AckRule;
import dev.meridian.kernel.replication.Group;
import dev.meridian.kernel.replication.Peer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How far this node's own writes are covered by their group's rule of acknowledgement ({@link AckRule}): a count over what it and
 * the others have for good. It never goes back. Not thread-safe.
 */
public final class Commitment {
    private final Group[] groups;
    private final Peer[] peers;
    private final String self;
    private final Control control;
    private final long[] committed;
    private final long[] positions;
    private final long[] eras;
    private final boolean[][] isSealedBeyond;
    private final int[] alsoIn;
    private long nowNs;

    public Commitment(Group[] groups, Peer[] peers, String self, Control control) {
        this.control = control;
        this.groups = groups;
        this.peers = peers;
        this.self = self;
        this.committed = new long[groups.length];
        this.positions = new long[peers.length];
        this.eras = new long[groups.length];
        this.alsoIn = new int[groups.length];
        Arrays.fill(alsoIn, -1);
        this.isSealedBeyond = new boolean[groups.length][peers.length];
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
        committed[g] = 0;
    }

    /** A peer, by index, must have too what is committed from now on, whatever the configuration in force says; -1 for none. */
    void alsoIn(int g, int peer) {
        alsoIn[g] = peer;
    }

    /** Whether what the peer reports counts: not once it has promised itself to a later epoch. */
    void counts(int g, int peer, boolean counts) {
        isSealedBeyond[g][peer] = !counts;
    }

    /** Looks anew at what members have. */
    public void turnEnds() {
        for (Group group : groups) {
            if (group.held() && group.isWriter() && isAwaited(group.index())) {
                long covered = covered(group);
                committed[group.index()] = Math.max(committed[group.index()], covered);
            }
        }
    }

    private long covered(Group group) {
        int g = group.index();
        int origin = group.self();
        long own = group.durable().get(origin);
        if (alsoIn[g] >= 0) {
            own = Math.min(own, peers[alsoIn[g]].durable(g).get(origin));
        }
        if (own <= committed[g]) {
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
            return committed[g];
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
        Configuration current = control.configuration(group.index());
        return !p.region().equals(self)
                && group.policy().keeps(p.region())
                && (isOverLive(group) ? current.live() : current.members()).contains(p.region())
                && !isSealedBeyond[group.index()][p.index()];
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
            if (isCounted(group, p) && p.hears(nowNs)) {
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
