package dev.meridian.kernel.replication;

import dev.meridian.kernel.bytes.ByteReader;
import dev.meridian.kernel.bytes.ByteWriter;
import dev.meridian.kernel.bytes.MalformedBytesException;
import dev.meridian.kernel.data.Hlc;
import dev.meridian.kernel.data.Keyspace;
import dev.meridian.kernel.data.Origins;
import dev.meridian.kernel.data.VersionVector;
import dev.meridian.kernel.placement.Placement;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Brings mutations from region to region. Every node asks others for "everything after this vector" of the
 * regions it names ({@link Frames#SUBSCRIBE}); a region's own node is asked while it answers, and any other member in
 * its place while it does not, so a cut link is gone round. What arrives is applied in causal order, appended to
 * the log here, and from there goes to whoever asks. Heartbeats ({@link Frames#STATUS}) say what each has applied:
 * acknowledgements, staleness and stability follow from them. Not thread-safe.
 */
public final class Replicator {
    private static final long ALONE_NS = 2_000_000_000L;

    /** Frames that are not about replication. */
    public interface OtherFrames {
        void forward(Peer from, ByteReader frame);

        void answer(Peer from, ByteReader frame);

        /** The peer does not wait any more for the answer to what it asked. */
        void cancel(Peer from, ByteReader frame);

        void publish(Peer from, ByteReader frame);

        /** The peer's connection is over: its answers will not come, and nobody there waits for ours. */
        void lost(Peer peer);
    }

    /** Frames about groups with a primary, and what heartbeats tell of them. */
    public interface GroupFrames {
        /** Adds to a heartbeat. */
        void write(Peer to, ByteWriter heartbeat);

        /**
         * Reads what {@link #write} wrote.
         *
         * @param echoNs when this node had sent what the peer answers with it, by this node's clock; 0 when that is not known
         */
        void read(Peer from, ByteReader heartbeat, long echoNs);

        void seal(Peer from, ByteReader frame);

        void sealed(Peer from, ByteReader frame);

        void configuration(Peer from, ByteReader frame);
    }

    /** Told of what a person should know. */
    public interface Alarms {
        void alarm(String code, String text);
    }

    private final Placement placement;
    private final Origins origins;
    private final MutationLog log;
    private final LateWrites late;
    private final Group[] groups;
    private final Outgoing outgoing;
    private final Sources sources;
    private final Delivery delivery;
    private final Heartbeats heartbeats;
    private final Alarms alarms;
    private final Feed feed;
    private final Bootstrap bootstrap;
    private final Stability stability;
    private final Peer[] peers;
    private final int self;
    private final int selfRegion;
    private final long fingerprint;
    private final ByteWriter out = new ByteWriter(1 << 12);
    private final ByteReader in = new ByteReader();
    private OtherFrames others = new NoOtherFrames();
    private @Nullable GroupFrames primaries;
    private long hostMs;
    private long nowNs;
    private boolean isRetryDue;
    private long lastSilenceCheckNs;
    private long startedNs = -1;
    private boolean rowsCame;
    private boolean checkpointWanted;

    public Replicator(
            Placement placement,
            Keyspace keyspace,
            Hlc hlc,
            MutationLog log,
            LogIndex index,
            LateWrites late,
            Group[] groups,
            int self,
            long fingerprint,
            LinkPort port,
            Alarms alarms) {
        this.placement = placement;
        this.origins = keyspace.origins();
        this.log = log;
        this.late = late;
        this.groups = groups;
        this.self = self;
        this.selfRegion = placement.regions().indexOf(placement.self());
        this.fingerprint = fingerprint;
        this.alarms = alarms;
        List<String> regions = placement.regions();
        this.peers = new Peer[regions.size()];
        for (int i = 0; i < peers.length; i++) {
            Peer.Share[] shares = new Peer.Share[groups.length];
            for (int g = 0; g < groups.length; g++) {
                shares[g] = new Peer.Share(groups[g], regions.get(i));
            }
            peers[i] = new Peer(i, regions.get(i), shares);
        }
        this.outgoing = new Outgoing(origins, port);
        this.sources = new Sources(placement, origins, groups, peers, self, outgoing);
        this.delivery = new Delivery(placement, keyspace, hlc, log, index, groups, sources, alarms);
        this.heartbeats = new Heartbeats(placement, origins, groups, hlc, self, outgoing);
        this.bootstrap = new Bootstrap(keyspace, groups, log, index, self, port);
        this.feed = new Feed(placement, origins, log, index, port, bootstrap);
        this.stability = new Stability(placement, groups, peers, origins);
    }

    /** This run's origin goes into the log before its first mutation. */
    public void introduceSelf() {
        MutationCodec.origin(log.open(), origins.id(self), placement.self());
        log.close();
    }

    /** The identity of this run; 0 before it has begun. */
    public long run() {
        return self < 0 ? 0 : origins.id(self);
    }

    public void handle(OtherFrames others, GroupFrames primaries) {
        this.others = others;
        this.primaries = primaries;
        heartbeats.tell(primaries);
    }

    /** From now on this node numbers its writes of the group under this origin. */
    public void reign(Group group, long origin) {
        MutationCodec.origin(log.open(), origin, placement.self());
        log.close();
        group.self(origins.add(origin, placement.self()));
    }

    /** Before a frame that names origins. */
    public void introduce(Peer p) {
        outgoing.introduce(p);
    }

    public Peer peer(int region) {
        return peers[region];
    }

    public Peer[] peers() {
        return peers;
    }

    public Stability stability() {
        return stability;
    }

    public Feed feed() {
        return feed;
    }

    /**
     * @param hostMs what the host's wall clock shows, which peers are told
     * @param wallMs what this node goes by
     */
    public void turn(long hostMs, long wallMs, long nowNs) {
        this.hostMs = hostMs;
        this.nowNs = nowNs;
        sources.turn(nowNs);
        delivery.turn(wallMs);
        for (Group group : late.step()) {
            if (group.held()) {
                bootstrap.drop(group);
            }
            askAnew(group);
        }
        if (isRetryDue) {
            // Not at the end of a turn: what is applied there is not among the records that the host was handed.
            isRetryDue = false;
            delivery.retryHeld();
        }
        heartbeats.turn(hostMs, wallMs, nowNs);
        stability.turn(nowNs);
    }

    /** The clock has just jumped to here: no round trip is measured across that. */
    public void jumped(long nowNs) {
        heartbeats.jumped(nowNs);
    }

    /** Whether something from elsewhere was applied since this was asked last. */
    public boolean pollApplied() {
        return delivery.pollApplied() | pollRowsCame();
    }

    private boolean pollRowsCame() {
        boolean was = rowsCame;
        rowsCame = false;
        return was;
    }

    /** Whether rows came that no record of the log here accounts for, so that they must come to rest soon. */
    public boolean pollCheckpointWanted() {
        boolean was = checkpointWanted;
        checkpointWanted = false;
        return was;
    }

    /** Whether a peer has been heard within the time after which it counts as silent. */
    public boolean hears(Peer p) {
        return p.hears(nowNs);
    }

    // ---- links ----

    public void peerUp(int index) {
        Peer p = peers[index];
        if (p.up) {
            others.lost(p);
        }
        p.up = true;
        p.upNs = nowNs;
        p.known = false;
        p.writable = true;
        p.introduced.clear();
        p.cursor = -1;
        p.unproved = false;
        p.reading = -1;
        p.snapshotsDue.clear();
        p.sendingGroup = -1;
        p.lastPeerNs = 0;
        for (Peer.Share share : p.shares) {
            share.wanted = null;
            share.wantedNumber = 0;
            share.asked.clear();
            share.askAgainNs = Long.MAX_VALUE;
            share.goneUntilNs = 0;
            share.unsettled.clear();
            share.loading = false;
        }
        out.clear();
        out.u8(Frames.HELLO);
        out.i64(origins.id(self));
        out.text(placement.self());
        out.i64(fingerprint);
        out.i64(hostMs);
        outgoing.send(p, LinkPort.URGENT, "control", out);
    }

    public void peerDown(int index) {
        Peer p = peers[index];
        p.up = false;
        p.known = false;
        for (Peer.Share share : p.shares) {
            share.loading = false;
        }
        others.lost(p);
        sources.choose();
    }

    public void peerWritable(int index) {
        peers[index].writable = true;
    }

    /** A frame of a peer. Malformed frames throw {@link MalformedBytesException}: the host ends the link. */
    public void frame(int index, byte[] bytes, int offset, int length) {
        Peer p = peers[index];
        in.wrap(bytes, offset, length);
        int kind = in.u8();
        if (kind == Frames.HELLO) {
            hello(p);
            return;
        }
        if (!p.connected()) {
            throw new MalformedBytesException("frame " + kind + " before the introduction");
        }
        switch (kind) {
            case Frames.ORIGINS -> {
                for (int n = in.count(); n > 0; n--) {
                    long id = in.i64();
                    learn(id, in.text());
                }
            }
            case Frames.SUBSCRIBE -> subscribe(p);
            case Frames.GONE -> sources.gone(p, p.shares[group(in.i32()).index()], in.varint());
            case Frames.RECORDS -> delivery.records(p, bytes, in.position(), in.remaining());
            case Frames.STATUS -> {
                if (heartbeats.receive(p, in)) {
                    sources.choose();
                }
            }
            case Frames.FORWARD -> others.forward(p, in);
            case Frames.ANSWER -> others.answer(p, in);
            case Frames.CANCEL -> others.cancel(p, in);
            case Frames.PUBLISH -> others.publish(p, in);
            case Frames.SEAL -> groupFrames().seal(p, in);
            case Frames.SEALED -> groupFrames().sealed(p, in);
            case Frames.CONFIGURATION -> groupFrames().configuration(p, in);
            case Frames.SNAPSHOT_BEGIN -> snapshotBegin(p);
            case Frames.SNAPSHOT_ROWS -> bootstrap.rows(p, group(in.i32()), in, placement);
            case Frames.SNAPSHOT_END -> {
                Group filled = group(in.i32());
                if (bootstrap.end(p, filled, in)) {
                    filled.uncommitted().clear();
                }
                feed.rowsCame(peers, filled.index());
                checkpointWanted = true;
                rowsCame = true;
                delivery.retryHeld();
            }
            default -> throw new MalformedBytesException("unknown frame " + kind);
        }
    }

    private void hello(Peer p) {
        long id = in.i64();
        String region = in.text();
        long theirs = in.i64();
        if (!region.equals(p.region)) {
            alarms.alarm("MRD-4101", "the link to " + p.region + " is answered by region " + region);
            throw new MalformedBytesException("region " + region + " on the link of " + p.region);
        }
        if (theirs != fingerprint) {
            alarms.alarm("MRD-4102", "region " + region + " runs another configuration: apply the same file there");
            throw new MalformedBytesException("region " + region + " runs another configuration");
        }
        p.origin = learn(id, region);
        for (Peer.Share share : p.shares) {
            // It may have lost what it once had: only what it says from now on counts.
            share.reported.assign(new VersionVector());
            share.durable.assign(new VersionVector());
            share.settled = null;
            share.hadFirst = null;
        }
        p.known = true;
        p.heardNs = nowNs;
        p.statusDueNs = nowNs;
        sources.choose();
    }

    private int learn(long id, String region) {
        int known = origins.find(id);
        if (known >= 0) {
            return known;
        }
        if (!placement.regions().contains(region)) {
            throw new MalformedBytesException("an origin of the unknown region " + region);
        }
        MutationCodec.origin(log.open(), id, region);
        log.close();
        return origins.add(id, region);
    }

    private GroupFrames groupFrames() {
        return Objects.requireNonNull(primaries, "frames come once the kernel is put together");
    }

    private Group group(int wireId) {
        int g = placement.groupOf(wireId);
        if (g < 0 || !groups[g].kept()) {
            throw new MalformedBytesException("a group that this region does not keep");
        }
        return groups[g];
    }

    private void subscribe(Peer p) {
        Group group = group(in.i32());
        if (!group.policy().keeps(p.region)) {
            alarms.alarm("MRD-4103", "region " + p.region + " asked for a group that it may not hold: refused");
            return;
        }
        long number = in.varint();
        if (number <= p.shares[group.index()].wantedNumber) {
            // It came again; the peer has asked for something else since.
            return;
        }
        p.shares[group.index()].wantedNumber = number;
        boolean onlyPart = in.u8() != 0;
        BitSet wanted = new BitSet();
        for (int n = in.count(); n > 0; n--) {
            int region = placement.regions().indexOf(in.text());
            if (region >= 0) {
                wanted.set(region);
            }
        }
        VersionVector has = VectorCodec.read(in, origins);
        feed.subscribed(p, p.shares[group.index()], wanted, has, onlyPart);
    }

    private void snapshotBegin(Peer p) {
        Group group = group(in.i32());
        if (in.varint() != p.shares[group.index()].askedNumber) {
            // Something else was asked for meanwhile, and that ends these rows before they are all here.
            return;
        }
        if ((group.leavesOut() || group.defers()) && in.varint() != group.epoch()
                || group.takingOut()
                || group.settling()
                || !bootstrap.begin(p, group, in, placement)) {
            // What this region wrote and the other has not yet seen goes there first, and both know what is in force;
            // then the rows may replace ours.
            sources.askAgain(p, group.index());
        } else {
            feed.rowsReplaced(peers, group.index());
        }
    }

    // ---- the end of a turn ----

    /** After the turn's records have been handed to the host: heartbeats, subscriptions, and what peers wait for. */
    public void turnEnds() {
        sources.turnEnds();
        if (nowNs - lastSilenceCheckNs > Heartbeats.INTERVAL_NS) {
            lastSilenceCheckNs = nowNs;
            sources.choose();
            isRetryDue = true;
        }
        for (Group group : groups) {
            if (group.blank()) {
                group.blank(lacksWhatOthersHad(group));
            }
        }
        for (Peer p : peers) {
            if (!p.connected()) {
                continue;
            }
            for (Peer.Share share : p.shares) {
                stability.settle(p, share);
            }
            heartbeats.sendIfDue(p);
            outgoing.introduce(p);
            feed.ship(p);
        }
        for (Group group : groups) {
            group.confirms(false);
        }
    }

    private boolean lacksWhatOthersHad(Group group) {
        if (startedNs < 0) {
            startedNs = nowNs;
        }
        boolean isAnyHeard = false;
        for (Peer p : peers) {
            if (p.index != selfRegion && group.policy().members().contains(p.region) && hears(p)) {
                VersionVector had = p.shares[group.index()].hadFirst;
                if (had == null || !group.applied().covers(group.inHistory(had, origins))) {
                    return true;
                }
                isAnyHeard = true;
            }
        }
        // With nobody to ask, it begins alone: the first region of a deployment does.
        return !isAnyHeard && group.policy().members().size() > 1 && nowNs - startedNs < ALONE_NS;
    }

    /** Sends a frame of another part of the kernel. */
    public void send(Peer p, int urgency, String reason, ByteWriter frame) {
        Objects.checkIndex(p.index, peers.length);
        outgoing.send(p, urgency, reason, frame);
    }

    /** A record read back from this node's own log on recovery: applied, not appended again. */
    public void recover(byte[] bytes, int offset, int length, long lsn) {
        delivery.recover(bytes, offset, length, lsn);
    }

    /** More of the group is known to be committed, or known to be in no configuration. */
    public void advance(Group group) {
        delivery.advance(group);
    }

    /** The rows of the group here contain what is in no configuration: others take their place, and until then nothing is served of them. */
    public void replaceRows(Group group) {
        bootstrap.drop(group);
        group.uncommitted().clear();
        feed.rowsReplaced(peers, group.index());
        askAnew(group);
    }

    /** If the rows of the group here contain what its history is without, they are given up, and whether that is so. */
    public boolean leaveOut(Group group) {
        delivery.forget(group);
        if (!late.begin(group)) {
            return false;
        }
        feed.rowsReplaced(peers, group.index());
        return true;
    }

    /** Rows that are under way were begun under another configuration, and what waited may be of none: both are asked for anew. */
    public void askAnew(Group group) {
        sources.askAnew(group);
    }

    /** A part of the log on disk is damaged. In a turn. */
    public void logDamaged() {
        delivery.logDamaged();
    }

    /** What waits in each group and for what; for a person who looks for a fault. */
    public String waiting() {
        return delivery.waiting();
    }

    /** For tests and status: the peers that answer. */
    public List<Peer> reachable() {
        List<Peer> reachable = new ArrayList<>();
        for (Peer p : peers) {
            if (hears(p)) {
                reachable.add(p);
            }
        }
        return reachable;
    }

    private static final class NoOtherFrames implements OtherFrames {
        @Override
        public void forward(Peer from, ByteReader frame) {}

        @Override
        public void answer(Peer from, ByteReader frame) {}

        @Override
        public void cancel(Peer from, ByteReader frame) {}

        @Override
        public void publish(Peer from, ByteReader frame) {}

        @Override
        public void lost(Peer peer) {}
    }
}
