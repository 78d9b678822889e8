package dev.meridian.kernel.replication;

import dev.meridian.kernel.bytes.ByteWriter;
import dev.meridian.kernel.data.Origins;
import dev.meridian.kernel.data.VersionVector;
import dev.meridian.kernel.placement.GroupPolicy;
import dev.meridian.kernel.placement.Placement;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Whom this node asks for which regions' mutations ({@link Frames#SUBSCRIBE}). A region's own node is asked while it answers, and any
 * other member in its place while it does not, so a cut link is gone round. Where data flow down a tree
 * ({@link GroupPolicy#upstream}), the region above is asked for everything. Not thread-safe.
 */
final class Sources {
    private static final long AGAIN_NS = 1_000_000_000L;
    private static final long GONE_NS = 10_000_000_000L;

    private final Placement placement;
    private final Origins origins;
    private final Group[] groups;
    private final Peer[] peers;
    private final int self;
    private final int selfRegion;
    private final Outgoing outgoing;
    private final ByteWriter out = new ByteWriter(1 << 10);
    private long nowNs;
    private long againNs = Long.MAX_VALUE;

    Sources(Placement placement, Origins origins, Group[] groups, Peer[] peers, int self, Outgoing outgoing) {
        this.placement = placement;
        this.origins = origins;
        this.groups = groups;
        this.peers = peers;
        this.self = self;
        this.selfRegion = placement.regions().indexOf(placement.self());
        this.outgoing = outgoing;
    }

    void turn(long nowNs) {
        this.nowNs = nowNs;
    }

    /** What was asked of the peer cannot be taken now: it is asked for anew in a while, and not before. */
    void askAgain(Peer p, int g) {
        Peer.Share share = p.shares[g];
        share.askAgainNs = Math.min(share.askAgainNs, nowNs + AGAIN_NS);
        againNs = Math.min(againNs, share.askAgainNs);
    }

    /** The peer has not what the subscription of that number asked it for: others may. */
    void gone(Peer p, Peer.Share share, long number) {
        if (number == share.askedNumber) {
            share.goneUntilNs = nowNs + GONE_NS;
            choose();
        }
    }

    /** Whether the peer may be asked for what others wrote. */
    private boolean mayAsk(Peer p, Group group) {
        return p.hears(nowNs) && nowNs >= p.shares[group.index()].goneUntilNs;
    }

    /** The rows of the group are needed whole, from whoever has them. */
    void askAnew(Group group) {
        for (Peer p : peers) {
            p.shares[group.index()].asked = new BitSet();
            p.shares[group.index()].loading = false;
        }
        choose();
    }

    void turnEnds() {
        if (nowNs < againNs) {
            return;
        }
        againNs = Long.MAX_VALUE;
        for (Peer p : peers) {
            for (Peer.Share share : p.shares) {
                if (nowNs >= share.askAgainNs) {
                    share.askAgainNs = Long.MAX_VALUE;
                    share.asked = new BitSet();
                }
                againNs = Math.min(againNs, share.askAgainNs);
            }
        }
        choose();
    }

    /** For each region the node to fetch its mutations from: the one above, its own, else the nearest member that answers. */
    void choose() {
        for (Group group : groups) {
            if (!group.kept()) {
                continue;
            }
            BitSet[] wants = new BitSet[peers.length];
            for (int i = 0; i < peers.length; i++) {
                wants[i] = new BitSet();
            }
            Peer above = above(group.policy());
            for (String member : group.policy().members()) {
                int region = placement.regions().indexOf(member);
                // The region above is behind by nature, and gets from others itself what some node has lost.
                Peer source = above == null ? holder(group, region, source(group, region)) : above;
                if (source != null) {
                    wants[source.index].set(region);
                }
            }
            for (Peer p : peers) {
                Peer.Share share = p.shares[group.index()];
                if (p.connected() && !wants[p.index].equals(share.asked)) {
                    share.asked = wants[p.index];
                    ask(p, share);
                }
            }
        }
    }

    /** The best of those that this region asks for everything and that answer; null where none does, or it asks each for its own. */
    private @Nullable Peer above(GroupPolicy policy) {
        for (String region : policy.upstream(placement.self())) {
            Peer p = peers[placement.regions().indexOf(region)];
            if (p.hears(nowNs)) {
                return p;
            }
        }
        return null;
    }

    private @Nullable Peer source(Group group, int region) {
        return region != selfRegion && peers[region].hears(nowNs) ? peers[region] : nearest(group, region);
    }

    /**
     * The preferred source, unless it has lost (with its power, or its disk) what an earlier run of the region's node had
     * already sent to others: then one of those.
     */
    private @Nullable Peer holder(Group group, int region, @Nullable Peer preferred) {
        if (needsRows(group)) {
            // Rows first, which not everybody has who has the newest.
            return preferred;
        }
        for (int o = 0; o < origins.size(); o++) {
            if (o == self
                    || preferred != null && o == preferred.origin
                    || !origins.region(o).equals(placement.regions().get(region))) {
                continue;
            }
            long have = group.applied().get(o);
            if (preferred != null) {
                have = Math.max(have, preferred.shares[group.index()].reported.get(o));
            }
            for (Peer p : peers) {
                if (p.shares[group.index()].reported.get(o) > have && mayAsk(p, group)) {
                    return p;
                }
            }
        }
        return preferred;
    }

    private static boolean needsRows(Group group) {
        return group.held() && (group.blank() || group.incomplete());
    }

    /** The peer that stands in already as long as it answers, else the nearest that does. */
    private @Nullable Peer nearest(Group group, int region) {
        Peer best = null;
        for (Peer p : peers) {
            boolean stands = p.index != region && p.shares[group.index()].asked.get(region) && mayAsk(p, group);
            if (stands && (!needsRows(group) || group.policy().members().contains(p.region))) {
                return p;
            }
        }
        for (Peer p : peers) {
            if (p.index != region && p.shares[group.index()].isKept && mayAsk(p, group)) {
                if (best == null || isBetter(group.policy(), p, best)) {
                    best = p;
                }
            }
        }
        return best;
    }

    /** Whoever has rows too can bring on whoever lacks more than a log has; then the nearer. */
    private static boolean isBetter(GroupPolicy policy, Peer p, Peer than) {
        boolean hasRows = policy.members().contains(p.region);
        if (hasRows != policy.members().contains(than.region)) {
            return hasRows;
        }
        return p.rttNs >= 0 && (than.rttNs < 0 || p.rttNs < than.rttNs);
    }

    private void ask(Peer p, Peer.Share share) {
        // Asking anew ends rows that are under way: they must not keep those of others away.
        share.loading = false;
        outgoing.introduce(p);
        out.clear();
        out.u8(Frames.SUBSCRIBE);
        out.i32(share.group.wireId());
        out.varint(++share.askedNumber);
        out.u8(share.group.incomplete() ? 1 : 0);
        out.varint(share.asked.cardinality());
        share.asked.stream().forEach(region -> out.text(placement.regions().get(region)));
        VectorCodec.write(share.group.incomplete() ? new VersionVector() : share.group.applied(), origins, out);
        outgoing.send(p, LinkPort.URGENT, "control", out);
    }
}
