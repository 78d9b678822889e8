package dev.meridian.kernel.replication;

import dev.meridian.kernel.data.Keyspace;
import dev.meridian.kernel.data.Origins;
import dev.meridian.kernel.data.VersionVector;
import dev.meridian.kernel.placement.Placement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What follows from members' reports. A report counts from the moment when everything that it tells of the
 * reporter's own region has arrived here: from then on nothing that the reporter wrote before it can still come. So a dot that
 * all such reports contain is stable: nobody will write anything more without having seen it.
 */
public final class Stability {
    private final Placement placement;
    private final Group[] groups;
    private final Peer[] peers;
    private final Origins origins;
    private final List<WriteTimes> written = new ArrayList<>();
    private final int[] writtenBy;
    private final int selfRegion;
    private long nowNs;

    Stability(Placement placement, Group[] groups, Peer[] peers, Origins origins) {
        this.placement = placement;
        this.groups = groups;
        this.peers = peers;
        this.origins = origins;
        this.selfRegion = placement.regions().indexOf(placement.self());
        this.writtenBy = new int[groups.length];
        for (int g = 0; g < groups.length; g++) {
            writtenBy[g] = groups[g].self();
            written.add(new WriteTimes());
        }
    }

    void turn(long nowNs) {
        this.nowNs = nowNs;
    }

    /** Lets reports count of which everything has arrived. */
    void settle(Peer p, Peer.Share share) {
        while (true) {
            Peer.Report report = share.unsettled.peek();
            long changes = share.group.shown().changes();
            if (report == share.missed && changes == share.missedAt) {
                return;
            }
            if (report == null || !arrived(p, share.group, report.applied())) {
                share.missed = report;
                share.missedAt = changes;
                return;
            }
            share.settled = share.unsettled.poll();
        }
    }

    private boolean arrived(Peer p, Group group, VersionVector reported) {
        VersionVector shown = group.shown();
        for (int o = 0; o < origins.size(); o++) {
            if (reported.get(o) > shown.get(o) && origins.region(o).equals(p.region)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Whether every member has applied the dot for good, whatever power it loses, and nothing that does not know of it can still
     * come.
     */
    public Keyspace.Stability of(int g) {
        Group group = groups[g];
        return (origin, seq) -> {
            if (group.durable().get(origin) < seq) {
                return false;
            }
            for (Peer p : peers) {
                if (isOtherMember(group, p)) {
                    Peer.Report settled = p.shares[g].settled;
                    if (settled == null || settled.durable().get(origin) < seq) {
                        return false;
                    }
                }
            }
            return true;
        };
    }

    /** For people: per origin the last mutation that {@link #of} calls stable. */
    public VersionVector stable(int g) {
        VersionVector stable = vector(g);
        return stable == null ? new VersionVector() : stable;
    }

    /** What all members have applied for good, by reports that count; null while one member has made none. */
    public @Nullable VersionVector vector(int g) {
        VersionVector stable = groups[g].durable().copy();
        for (Peer p : peers) {
            if (isOtherMember(groups[g], p)) {
                Peer.Report settled = p.shares[g].settled;
                if (settled == null) {
                    return null;
                }
                for (int o = 0; o < stable.width(); o++) {
                    stable.set(o, Math.min(stable.get(o), settled.durable().get(o)));
                }
            }
        }
        return stable;
    }

    private boolean isOtherMember(Group group, Peer p) {
        return p.index != selfRegion && p.shares[group.index()].isKept;
    }

    private boolean isOtherWriter(Group group, Peer p) {
        return group.isWriter(p.region) && isOtherMember(group, p);
    }

    /** The HLC below which no mutation of the group can arrive from elsewhere any more; 0 when that is not known. */
    public long closedHlc(int g) {
        long closed = Long.MAX_VALUE;
        for (Peer p : peers) {
            if (isOtherWriter(groups[g], p)) {
                Peer.Report settled = p.shares[g].settled;
                closed = Math.min(closed, settled == null ? 0 : settled.closedHlc());
            }
        }
        return closed;
    }

    /**
     * How old the group's state here may be, in ms: everything that any other writer had acknowledged that long ago is
     * here. Measured by this node's monotonic clock alone; {@link Long#MAX_VALUE} when a writer was never heard.
     */
    public long stalenessMs(int g) {
        long oldest = Long.MAX_VALUE;
        for (Peer p : peers) {
            if (isOtherWriter(groups[g], p)) {
                oldest = Math.min(oldest, p.freshNs(g));
            }
        }
        oldest = Math.min(oldest, groups[g].actedNs());
        if (oldest == Long.MAX_VALUE) {
            return 0;
        }
        return oldest == 0 ? Long.MAX_VALUE : Math.max(0, (nowNs - oldest) / 1_000_000);
    }

    /**
     * Remembers when this run's mutations were made, so that lag can be told in time: until every member has them for good, since
     * one that loses its power lacks again what it had said that it has.
     */
    public void sample(int g) {
        int self = groups[g].self();
        if (writtenBy[g] != self) {
            // Another reign counts from one again.
            writtenBy[g] = self;
            written.set(g, new WriteTimes());
        }
        WriteTimes times = written.get(g);
        times.made(groups[g].applied().get(self), nowNs);
        if (times.isEmpty()) {
            return;
        }
        long everywhere = Long.MAX_VALUE;
        for (Peer p : peers) {
            if (isOtherMember(groups[g], p)) {
                everywhere = Math.min(everywhere, p.shares[g].durable.get(self));
            }
        }
        times.forget(everywhere);
    }

    /** The age, in ms, of this node's oldest write that the peer has not confirmed; 0 when it has all. */
    public long lagMs(Peer p, int g) {
        long madeNs = written.get(g).firstAfter(p.shares[g].reported.get(groups[g].self()));
        return madeNs < 0 ? 0 : (nowNs - madeNs) / 1_000_000;
    }

    /** The greatest lag of any other member of the group. */
    public long lagMs(int g) {
        long lag = 0;
        for (Peer p : peers) {
            if (isOtherMember(groups[g], p)) {
                lag = Math.max(lag, lagMs(p, g));
            }
        }
        return lag;
    }

    /** How many mutations of the group the peer has that are not here yet. */
    public long behind(Peer p, int g) {
        long behind = 0;
        VersionVector reported = p.shares[g].reported;
        for (int o = 0; o < origins.size(); o++) {
            behind += Math.max(0, reported.get(o) - groups[g].applied().get(o));
        }
        return behind;
    }

    /** How many other members have applied this run's mutation, durably as their durability says. */
    public int acknowledged(int g, long seq) {
        int count = 0;
        for (Peer p : peers) {
            if (isOtherMember(groups[g], p) && p.shares[g].reported.get(groups[g].self()) >= seq) {
                count++;
            }
        }
        return count;
    }

    /**
     * The position below which no member needs the log for this group.
     *
     * @param own of the mutations of this region, which it owes the others however long that takes; else of all
     */
    public long neededFrom(int g, LogIndex index, boolean own) {
        Group group = groups[g];
        long from = Long.MAX_VALUE;
        for (int o = 0; o < origins.size(); o++) {
            if (own && !origins.region(o).equals(placement.self())) {
                continue;
            }
            long confirmed = group.applied().get(o);
            for (Peer p : peers) {
                if (isOtherMember(group, p)) {
                    confirmed = Math.min(confirmed, p.shares[g].durable.get(o));
                }
            }
            if (confirmed < group.applied().get(o)) {
                from = Math.min(from, index.find(g, o, confirmed + 1));
            }
        }
        return from;
    }
}
