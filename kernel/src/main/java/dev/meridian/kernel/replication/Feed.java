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
    private final ByteWriter frame = new ByteWriter(FRAME_BYTES * 2);
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
        long from = Long.MAX_VALUE;
        for (int o = 0; o < origins.size(); o++) {
            int region = placement.regions().indexOf(origins.region(o));
            if ((onlyPart || wanted.get(region)) && group.applied().get(o) > has.get(o)) {
                if (onlyPart || group.trimmed().get(o) > has.get(o)) {
                    share.wanted = null;
                    share.wantedAfterSnapshot = wanted;
                    p.snapshotsDue.set(group.index());
                    from = log.drained();
                    break;
                }
                from = Math.min(from, index.find(group.index(), o, has.get(o) + 1));
            }
        }
        if (from == Long.MAX_VALUE) {
            from = log.drained();
        }
        p.cursor = p.cursor < 0 ? from : Math.min(p.cursor, from);
        p.reading = -1;
    }

    void ship(Peer p) {
        while (p.writable && p.cursor >= 0) {
            if (p.sendingGroup < 0 && !p.snapshotsDue.isEmpty()) {
                bootstrap.start(p, p.snapshotsDue.nextSetBit(0));
                continue;
            }
            if (p.sendingGroup >= 0) {
                bootstrap.ship(p);
                continue;
            }
            if (p.cursor >= log.drained()) {
                return;
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
        if (wanted == null || !share.group.policy().members().contains(p.region)) {
            return false;
        }
        int origin = origins.find(header.i64());
        long seq = header.i64();
        if (origin < 0
                || seq <= share.sent.get(origin)
                || !wanted.get(placement.regions().indexOf(origins.region(origin)))) {
            return false;
        }
        share.sent.set(origin, seq);
        share.sentBytes += length;
        return true;
    }
}
