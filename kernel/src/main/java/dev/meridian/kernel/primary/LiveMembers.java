package dev.meridian.kernel.primary;

import dev.meridian.kernel.data.VersionVector;
import dev.meridian.kernel.placement.AckRule;
import dev.meridian.kernel.replication.Peer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which members a primary calls live: one that has caught up is taken in, one that fell silent is left out where the rule waits for all of
 * them, each by a configuration of its own. Live is never the guess of one node alone. Not thread-safe.
 */
final class LiveMembers {
    private static final long LOOK_NS = 200_000_000L;
    private static final long PROPOSE_MS = 3_000;

    private final String self;
    private final Peer[] peers;
    private final Control control;
    private final Commitment commitment;

    LiveMembers(String self, Peer[] peers, Control control, Commitment commitment) {
        this.self = self;
        this.peers = peers;
        this.control = control;
        this.commitment = commitment;
    }

    /** Looks, as the primary, whether a member is to be taken in or left out. */
    void look(Primacy p, long nowNs) {
        AckRule rule = p.policy().ackRule();
        if (rule == AckRule.ASYNC || rule == AckRule.QUORUM || p.isLiveProposed || nowNs < p.liveLookNs) {
            return;
        }
        p.liveLookNs = nowNs + LOOK_NS;
        for (Peer peer : peers) {
            if (isMissing(p, peer) && hasCaughtUp(p, peer, nowNs)) {
                List<String> more = new ArrayList<>(p.current.live());
                more.add(peer.region());
                // Until it is known whether it counts, it must have what is acknowledged, as those before it.
                commitment.alsoIn(p.group.index(), peer.index());
                propose(p, more, peer.region() + " has caught up");
                return;
            }
        }
        String silent = rule == AckRule.SEMI_SYNC ? null : silent(p, nowNs);
        if (silent != null && p.current.live().size() > p.policy().minLive()) {
            List<String> fewer = new ArrayList<>(p.current.live());
            fewer.remove(silent);
            propose(p, fewer, silent + " is silent");
        }
    }

    private static boolean isMissing(Primacy p, Peer peer) {
        return p.current.members().contains(peer.region())
                && p.policy().keeps(peer.region())
                && !p.current.live().contains(peer.region());
    }

    private boolean hasCaughtUp(Primacy p, Peer peer, long nowNs) {
        if (!peer.hears(nowNs) || p.theirSealed[peer.index()] > p.current.epoch()) {
            return false;
        }
        int g = p.group.index();
        VersionVector has = peer.durable(g);
        VersionVector applied = p.group.applied();
        for (int o = 0; o < applied.width(); o++) {
            long needed = o == p.group.self() ? commitment.committed(g) : applied.get(o);
            if (has.get(o) < needed) {
                return false;
            }
        }
        return true;
    }

    private @Nullable String silent(Primacy p, long nowNs) {
        for (Peer peer : peers) {
            if (!peer.region().equals(self)
                    && p.current.live().contains(peer.region())
                    && peer.heardNs() > 0
                    && nowNs - peer.heardNs() >= Math.max(p.failover().silenceMs() * 1_000_000, readLeaseNs(p))) {
                return peer.region();
            }
        }
        return null;
    }

    /** Until a member that was heard last so long ago answers no strong reads any more. */
    private static long readLeaseNs(Primacy p) {
        return p.policy().ackRule() == AckRule.STRONG ? p.leaseWithMarginNs() : 0;
    }

    private void propose(Primacy p, List<String> live, String reason) {
        Configuration current = p.current;
        Configuration next = current.with(live);
        p.isLiveProposed = true;
        commitment.changes(p.group.index(), true);
        ControlEntry entry =
                ControlEntry.of(control.nextOperation(), self, reason, new ControlEntry.Configure(current, next, true));
        control.propose(entry, PROPOSE_MS, outcome -> {
            p.isLiveProposed = false;
            commitment.changes(p.group.index(), false);
            if (!(outcome instanceof ControlOutcome.Unknown)) {
                commitment.alsoIn(p.group.index(), -1);
            }
        });
    }
}
