package dev.meridian.kernel.replication;

import dev.meridian.kernel.bytes.ByteReader;
import dev.meridian.kernel.bytes.ByteWriter;
import dev.meridian.kernel.bytes.MalformedBytesException;
import dev.meridian.kernel.data.Hlc;
import dev.meridian.kernel.data.Origins;
import dev.meridian.kernel.data.VersionVector;
import dev.meridian.kernel.placement.Placement;
import org.jspecify.annotations.Nullable;

/**
 * What nodes tell each other ten times a second, and soon after records came ({@link Frames#STATUS}): what each has applied and has
 * for good, and its closed timestamp; from the echo of clocks follow round trips and offsets. Not thread-safe.
 */
final class Heartbeats {
    static final long INTERVAL_NS = 100_000_000L;
    private static final long ACK_DELAY_NS = 5_000_000L;

    /** At most so often where a write waits for it: a heartbeat for each of many turns would be work for nothing. */
    private static final long CONFIRM_DELAY_NS = 500_000L;

    private static final int UNSETTLED_MAX = 256;

    private final Placement placement;
    private final Origins origins;
    private final Group[] groups;
    private final Hlc hlc;
    private final int self;
    private final Outgoing outgoing;
    private final ByteWriter out = new ByteWriter(1 << 10);
    private long hostMs;
    private long wallMs;
    private long nowNs;
    private long jumpedNs;
    private Replicator.@Nullable GroupFrames primaries;

    Heartbeats(Placement placement, Origins origins, Group[] groups, Hlc hlc, int self, Outgoing outgoing) {
        this.placement = placement;
        this.origins = origins;
        this.groups = groups;
        this.hlc = hlc;
        this.self = self;
        this.outgoing = outgoing;
    }

    void turn(long hostMs, long wallMs, long nowNs) {
        this.hostMs = hostMs;
        this.wallMs = wallMs;
        this.nowNs = nowNs;
    }

    void tell(Replicator.GroupFrames primaries) {
        this.primaries = primaries;
    }

    void jumped(long nowNs) {
        jumpedNs = nowNs;
    }

    /**
     * Takes a peer's heartbeat.
     *
     * @return whether the peer had been silent
     */
    boolean receive(Peer p, ByteReader in) {
        long theirWallMs = in.i64();
        p.lastPeerNs = in.i64();
        p.lastPeerNsAtNs = nowNs;
        long echoNs = in.i64();
        long echoAgeNs = in.i64();
        boolean wasSilent = !p.hears(nowNs);
        p.heardNs = nowNs;
        p.reportedNs = nowNs;
        p.heardWallMs = theirWallMs;
        if (echoNs != 0 && echoNs >= jumpedNs && echoNs <= nowNs) {
            long rtt = Math.max(0, nowNs - echoNs - echoAgeNs);
            p.lastRttNs = rtt;
            p.lastRttAtNs = nowNs;
            p.rttNs = p.rttNs < 0 ? rtt : Math.min(rtt, p.rttNs + (rtt - p.rttNs) / 4);
            p.clockOffsetMs = theirWallMs + p.rttNs / 2_000_000 - hostMs;
        }
        for (int n = in.count(); n > 0; n--) {
            int wireId = in.i32();
            long closedHlc = in.i64();
            VersionVector applied = VectorCodec.read(in, origins);
            VersionVector durable = in.u8() != 0 ? applied : VectorCodec.read(in, origins);
            int g = placement.groupOf(wireId);
            if (g < 0 || !groups[g].kept()) {
                continue;
            }
            if (self >= 0 && applied.get(self) > groups[g].applied().get(self) && !groups[g].leavesOut()) {
                throw new MalformedBytesException("a report of mutations that were never made here");
            }
            Peer.Share share = p.shares[g];
            share.reported.assign(applied);
            share.durable.assign(durable);
            if (share.hadFirst == null) {
                share.hadFirst = applied;
            }
            if (share.unsettled.size() >= UNSETTLED_MAX) {
                share.unsettled.pollLast();
            }
            share.unsettled.add(new Peer.Report(applied, durable, closedHlc, echoNs <= nowNs ? echoNs : 0));
        }
        if (primaries != null) {
            primaries.read(p, in, echoNs >= jumpedNs && echoNs <= nowNs ? echoNs : 0);
        }
        return wasSilent;
    }

    /** Sends one if it is due, or if something of the peer's is to be confirmed. */
    void sendIfDue(Peer p) {
        for (Group group : groups) {
            p.confirmWanted |= group.confirms() && p.shares[group.index()].isKept;
        }
        long sentNs = p.statusDueNs - INTERVAL_NS;
        if (nowNs >= p.statusDueNs
                || p.ackWanted && nowNs >= sentNs + ACK_DELAY_NS
                || p.confirmWanted && nowNs >= sentNs + CONFIRM_DELAY_NS) {
            send(p);
        }
    }

    private static boolean isTold(Peer p, Group group) {
        return group.kept() && p.shares[group.index()].isKept;
    }

    private void send(Peer p) {
        outgoing.introduce(p);
        out.clear();
        out.u8(Frames.STATUS);
        out.i64(hostMs);
        out.i64(nowNs);
        out.i64(p.echoNs());
        out.i64(p.echoAgeNs(nowNs));
        int count = 0;
        for (Group group : groups) {
            count += isTold(p, group) ? 1 : 0;
        }
        out.varint(count);
        // Nothing below the closed timestamp will be issued any more.
        hlc.adopt(Hlc.of(wallMs));
        for (Group group : groups) {
            if (isTold(p, group)) {
                out.i32(group.wireId());
                out.i64(hlc.last());
                VectorCodec.write(group.applied(), origins, out);
                boolean isAllDurable = group.durable().covers(group.applied());
                out.u8(isAllDurable ? 1 : 0);
                if (!isAllDurable) {
                    VectorCodec.write(group.durable(), origins, out);
                }
            }
        }
        if (primaries != null) {
            primaries.write(p, out);
        }
        outgoing.send(p, LinkPort.URGENT, "control", out);
        p.statusDueNs = nowNs + INTERVAL_NS;
        p.ackWanted = false;
        p.confirmWanted = false;
    }
}
