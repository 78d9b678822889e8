package dev.meridian.kernel.replication;

import dev.meridian.kernel.data.VersionVector;
import java.util.ArrayDeque;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** What this node knows of another region's node, and how far each has got with the other. Not thread-safe. */
public final class Peer {
    private static final long SILENCE_NS = 1_500_000_000L;

    /** One region's word about itself, counted from the moment when all that it tells of has arrived. */
    record Report(VersionVector applied, VersionVector durable, long closedHlc, long askedNs) {}

    /** What one group is to this peer. */
    static final class Share {
        final Group group;

        /** Whether the peer's region keeps the group's log. */
        final boolean isKept;

        /** Regions whose origins the peer wants from here; null when it has asked for nothing. */
        @Nullable
        BitSet wanted;

        /** What it asked for, to be served once it has been sent the rows. */
        @Nullable
        BitSet wantedAfterSnapshot;

        /** What the peer has or has been sent. */
        VersionVector sent = new VersionVector();

        /** The number of the subscription that the peer made last here, and of the one that we made last there. */
        long wantedNumber;

        long askedNumber;

        /** Regions whose origins we asked the peer for. */
        BitSet asked = new BitSet();

        /** When that is asked for anew, since it could not be taken. */
        long askAgainNs = Long.MAX_VALUE;

        /** Until then others are asked: the peer has only a log, and not all in it that was asked for. */
        long goneUntilNs;

        /** What the peer last said it had applied. */
        final VersionVector reported = new VersionVector();

        /** What the peer last said a loss of power cannot take from it. */
        final VersionVector durable = new VersionVector();

        /** The newest report of which everything has arrived here: only now may it count for stability. */
        @Nullable
        Report settled;

        /** Reports still waiting for what they tell of. */
        final ArrayDeque<Report> unsettled = new ArrayDeque<>();

        /** The report that was looked at last in vain, and what the rows contained by then, by {@link VersionVector#changes}. */
        @Nullable
        Report missed;

        long missedAt;

        /** What the peer first said on this connection that it had; null until then. */
        @Nullable
        VersionVector hadFirst;

        /** The peer's rows are on their way here. */
        boolean loading;

        /** Sent to the peer since the start, in bytes of records and rows. */
        long sentBytes;

        Share(Group group, String region) {
            this.group = group;
            this.isKept = group.policy().keeps(region);
        }
    }

    final int index;
    final String region;
    final Share[] shares;

    boolean up;

    /** Introduced: hello has come on this connection. */
    boolean known;

    boolean writable;
    int origin = -1;
    final BitSet introduced = new BitSet();

    /** Where in the log the next records for the peer are looked for. */
    long cursor = -1;

    /** The log has not been gone through to its end since the peer last asked for something. */
    boolean unproved;

    /** Where on disk records are being read from; -1 when none are. */
    long reading = -1;

    long heardNs;
    long heardWallMs;
    long lastPeerNs;
    long lastPeerNsAtNs;
    long rttNs = -1;
    long lastRttNs = -1;
    long lastRttAtNs;
    long upNs;
    long reportedNs;
    long clockOffsetMs;
    long statusDueNs;
    boolean ackWanted;

    /** The peer is to be told at once what is durable here. */
    boolean confirmWanted;

    /** Groups whose rows the peer must be sent. */
    final BitSet snapshotsDue = new BitSet();

    /** Snapshot under way to the peer: the group, and the cursor of the scan. */
    int sendingGroup = -1;

    long sendingCursor;

    Peer(int index, String region, Share[] shares) {
        this.index = index;
        this.region = region;
        this.shares = shares;
    }

    public String region() {
        return region;
    }

    public int index() {
        return index;
    }

    /** Whether the link is up and the peer has introduced itself. */
    public boolean connected() {
        return up && known;
    }

    /** The peer's wall clock now, as far as its last heartbeat tells, in ms. Rather behind than ahead. */
    public long wallMs(long nowNs) {
        return heardWallMs + (nowNs - heardNs + Math.max(0, rttNs) / 2) / 1_000_000;
    }

    /** Whether it has been heard within the time after which it counts as silent. */
    public boolean hears(long nowNs) {
        return connected() && nowNs - heardNs < SILENCE_NS;
    }

    /** What the peer's monotonic clock showed when it sent its last heartbeat; 0 before the first of the connection. */
    public long echoNs() {
        return lastPeerNs;
    }

    /** How long ago that heartbeat came, in ns. */
    public long echoAgeNs(long nowNs) {
        return lastPeerNs == 0 ? 0 : nowNs - lastPeerNsAtNs;
    }

    /** The round trip in ns, smoothed downwards; -1 before the first. For choosing. */
    public long rttNs() {
        return rttNs;
    }

    /** The last round trip in ns, as it was; -1 before the first. */
    public long lastRttNs() {
        return lastRttNs;
    }

    /** When that round trip was measured, by our monotonic clock; 0 before the first. */
    public long lastRttAtNs() {
        return lastRttAtNs;
    }

    /** When the link last came up, by our monotonic clock; 0 never. */
    public long upNs() {
        return upNs;
    }

    /** When the peer last said what it has applied, by our monotonic clock; 0 never. */
    public long reportedNs() {
        return reportedNs;
    }

    /** How far the peer's wall clock is ahead of ours, in ms, as well as the round trip tells. */
    public long clockOffsetMs() {
        return clockOffsetMs;
    }

    /** When a heartbeat last came, by our monotonic clock; 0 never. */
    public long heardNs() {
        return heardNs;
    }

    /** The peer's run; -1 before its first hello. */
    public int origin() {
        return origin;
    }

    /** Records and rows of a group that were sent to the peer since the start, in bytes before compression. */
    public long sentBytes(int group) {
        return shares[group].sentBytes;
    }

    /** What the peer last said it had applied of a group. */
    public VersionVector reported(int group) {
        return shares[group].reported;
    }

    /** What the peer last said that no loss of power can take from it. */
    public VersionVector durable(int group) {
        return shares[group].durable;
    }

    /** Since when, by our monotonic clock, everything that the peer had is here; 0 when not known. */
    public long freshNs(int group) {
        Report settled = shares[group].settled;
        return settled == null ? 0 : settled.askedNs;
    }

    /** Whether the peer's rows of a group are on their way here. */
    public boolean loading(int group) {
        return shares[group].loading;
    }

    /** The state of the link, for a person who looks for a fault. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(region)
                .append(up ? known ? " up" : " unknown" : " down")
                .append(writable ? "" : " full")
                .append(" cursor ")
                .append(cursor)
                .append(reading >= 0 ? " reading " + reading : "")
                .append(sendingGroup >= 0 ? " sending rows of " + sendingGroup : "");
        for (Share share : shares) {
            text.append(" [")
                    .append(share.group.policy().id())
                    .append(" asked ")
                    .append(share.asked)
                    .append(" wanted ")
                    .append(share.wanted)
                    .append(" sent ")
                    .append(share.sent)
                    .append(']');
        }
        return text.toString();
    }
}
