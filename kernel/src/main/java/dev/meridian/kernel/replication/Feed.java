package dev.meridian.kernel.replication;

import dev.meridian.kernel.bytes.ByteReader;
import dev.meridian.kernel.bytes.ByteWriter;
import dev.meridian.kernel.data.Origins;
import dev.meridian.kernel.data.VersionVector;
import dev.meridian.kernel.log.LogFormat;
import dev.meridian.kernel.placement.Placement;
import java.util.BitSet;

/**
 * Sends peers the records they asked for: one pass over the log for each peer, from where it has got to,
 * leaving out what it has, what it did not ask for and what its region may not hold. Recent records come from
 * memory, older ones from disk. A peer that asks for what the log no longer has gets the rows first.
 */
public final class Feed {
    private static final int FRAME_BYTES = 64 << 10;
    private static final int READ_BYTES = 256 << 10;

    private final Placement placement;
    private final Origins origins;
    private final MutationLog log;
    private final LogIndex index;
    private final LinkPort port;
    private final Bootstrap bootstrap;
    private final ByteWriter frame = new ByteWriter(1 << 12);
    private final ByteWriter gone = new ByteWriter(32);
    private final ByteReader header = new ByteReader();
    private long tickets;
    private final long[] awaited;

    Feed(Placement placement, Origins origins, MutationLog log, LogIndex index, LinkPort port, Bootstrap bootstrap) {
        this.placement = placement;
        this.origins = origins;
        this.log = log;
        this.index = index;
        this.port = port;
        this.bootstrap = bootstrap;
        this.awaited = new long[placement.regions().size()];
    }

    public LogIndex index() {
        return index;
    }

    /**
     * The peer has so much and wants the rest of some regions' mutations. It gets rows if the log no longer has all of that, or if
     * what it has is only a part of them.
     */
    void subscribed(Peer p, Peer.Share share, BitSet wanted, VersionVector has, boolean onlyPart) {
        Group group = share.group;
        share.wanted = wanted;
        share.sent = has;
        p.snapshotsDue.clear(group.index());
        if (p.sendingGroup == group.index()) {
            p.sendingGroup = -1;
        }
        long from = log.drained();
        // Where the group leaves out, also if the history is empty: what the peer had may all have been left out of it.
        boolean isPartReplaced = onlyPart && group.leavesOut();
        for (int o = 0; o < origins.size(); o++) {
            isPartReplaced |= onlyPart && group.applied().get(o) > 0;
        }
        if (isPartReplaced) {
            rowsInstead(p, share);
        }
        for (int o = 0; o < origins.size(); o++) {
            if (lacks(share, o)) {
                from = Math.min(from, index.find(group.index(), o, has.get(o) + 1));
            }
        }
        p.unproved = true;
        p.cursor = p.cursor < 0 ? from : Math.min(p.cursor, from);
        p.reading = -1;
    }

    /** Whether there is something of the origin that the peer wants and has not been sent. */
    private boolean lacks(Peer.Share share, int origin) {
        BitSet wanted = share.wanted;
        return wanted != null
                && share.group.applied().get(origin) > share.sent.get(origin)
                && wanted.get(placement.regions().indexOf(origins.region(origin)));
    }

    /** The log cannot bring the peer on: it gets rows first. */
    private void rowsInstead(Peer p, Peer.Share share) {
        if (share.group.logOnly()) {
            share.wanted = null;
            gone.clear();
            gone.u8(Frames.GONE);
            gone.i32(share.group.wireId());
            gone.varint(share.wantedNumber);
            port.send(p.index, LinkPort.URGENT, "control", gone.array(), 0, gone.size());
            return;
        }
        share.wantedAfterSnapshot = share.wanted;
        share.wanted = null;
        p.snapshotsDue.set(share.group.index());
    }

    /**
     * The whole log from where the peers' wants begin has been gone through: what is still missing is in no log here, but in rows.
     */
    private void prove(Peer p) {
        p.unproved = false;
        for (Peer.Share share : p.shares) {
            for (int o = 0; o < origins.size(); o++) {
                if (lacks(share, o)) {
                    rowsInstead(p, share);
                }
            }
        }
    }

    /** The group's rows here are being replaced: peers that were being sent them get them anew afterwards. */
    void rowsReplaced(Peer[] peers, int g) {
        for (Peer p : peers) {
            if (p.sendingGroup == g) {
                p.sendingGroup = -1;
                p.shares[g].wantedAfterSnapshot = p.shares[g].wanted;
                p.shares[g].wanted = null;
                p.snapshotsDue.set(g);
            }
        }
    }

    /** Rows have come that no record of the log here tells of: what peers want of them is not in the log. */
    void rowsCame(Peer[] peers, int g) {
        for (Peer p : peers) {
            p.unproved |= p.shares[g].wanted != null;
        }
    }

    /** The next group whose rows the peer is to be sent, of those whose rows are whole here; -1 when there is none. */
    private static int rowsDue(Peer p) {
        int g = p.snapshotsDue.nextSetBit(0);
        while (g >= 0 && p.shares[g].group.incomplete()) {
            g = p.snapshotsDue.nextSetBit(g + 1);
        }
        return g;
    }

    void ship(Peer p) {
        while (p.writable && p.cursor >= 0) {
            int due = p.sendingGroup < 0 ? rowsDue(p) : -1;
            if (due >= 0) {
                bootstrap.start(p, due);
                continue;
            }
            if (p.sendingGroup >= 0) {
                bootstrap.ship(p);
                continue;
            }
            if (p.cursor >= log.drained()) {
                if (!p.unproved) {
                    return;
                }
                prove(p);
                continue;
            }
            MutationLog.Chunk chunk = log.chunkAt(p.cursor);
            if (chunk == null) {
                if (p.reading < 0) {
                    p.reading = p.cursor;
                    awaited[p.index] = ++tickets;
                    port.readLog(tickets, p.cursor, READ_BYTES);
                }
                return;
            }
            long limit = Math.min(chunk.end(), log.drained());
            long before = p.cursor;
            shipFrom(p, chunk.bytes.array(), (int) (p.cursor - chunk.lsn), (int) (limit - chunk.lsn));
            if (p.cursor == before) {
                throw new IllegalStateException("the log at " + before + " does not advance");
            }
        }
    }

    /** Older records, read from disk: whole ones, beginning where they were asked for; none when the log has them no more. */
    public void logRead(Peer[] peers, long ticket, byte[] bytes, int length) {
        for (Peer p : peers) {
            if (p.reading >= 0 && awaited[p.index] == ticket) {
                p.reading = -1;
                if (!p.connected()) {
                    return;
                }
                if (length == 0) {
                    asGone(p);
                    return;
                }
                int at = 0;
                long end = p.cursor + length;
                while (p.writable && p.cursor < end) {
                    long before = p.cursor;
                    shipFrom(p, bytes, at, length);
                    at += (int) (p.cursor - before);
                }
            }
        }
    }

    /** The log no longer has what the peer was to be sent: as if it asked anew for what it lacks. */
    private void asGone(Peer p) {
        p.cursor = -1;
        for (Peer.Share share : p.shares) {
            BitSet wanted = share.wanted;
            if (wanted != null) {
                subscribed(p, share, wanted, share.sent, false);
            }
        }
    }

    /** Sends at most one frame of records from {@code bytes[at..limit)}, which begin at the peer's cursor. */
    private void shipFrom(Peer p, byte[] bytes, int at, int limit) {
        frame.clear();
        frame.u8(Frames.RECORDS);
        int from = at;
        while (at < limit && frame.size() < FRAME_BYTES) {
            int length = LogFormat.payloadLength(bytes, at);
            int payload = at + LogFormat.HEADER_BYTES;
            if (wanted(p, bytes, payload, length)) {
                frame.i32(length);
                frame.raw(bytes, payload, length);
            }
            at = payload + length;
        }
        p.cursor += at - from;
        if (frame.size() > 1) {
            p.writable = port.send(p.index, LinkPort.RECORDS, "replication", frame.array(), 0, frame.size());
        }
    }

    private boolean wanted(Peer p, byte[] bytes, int payload, int length) {
        if (length < MutationCodec.HEADER_BYTES || bytes[payload] != MutationCodec.MUTATION) {
            return false;
        }
        header.wrap(bytes, payload + 1, length - 1);
        int g = placement.groupOf(header.i32());
        if (g < 0) {
            return false;
        }
        Peer.Share share = p.shares[g];
        BitSet wanted = share.wanted;
        // Asking is not enough: the sender, too, sends nothing to where it may not be.
        if (wanted == null || !share.group.policy().keeps(p.region)) {
            return false;
        }
        int origin = origins.find(header.i64());
        long seq = header.i64();
        if (origin < 0
                // What was taken out of the rows here is sent to nobody.
                || seq > share.group.applied().get(origin)
                || seq <= share.sent.get(origin)
                || !wanted.get(placement.regions().indexOf(origins.region(origin)))) {
            return false;
        }
        if (seq > share.sent.get(origin) + 1) {
            // What comes before it is gone from the log.
            rowsInstead(p, share);
            return false;
        }
        share.sent.set(origin, seq);
        share.sentBytes += length;
        return true;
    }
}
