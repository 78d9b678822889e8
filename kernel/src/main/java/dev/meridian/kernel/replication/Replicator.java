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
    private static final long STATUS_INTERVAL_NS = 100_000_000L;
    private static final long ACK_DELAY_NS = 5_000_000L;
    private static final long SILENCE_NS = 1_500_000_000L;
    private static final long RESUBSCRIBE_NS = 1_000_000_000L;
    private static final long PENDING_BYTES_MAX = 64L << 20;
    private static final int UNSETTLED_MAX = 256;
    private static final long ALONE_NS = 2_000_000_000L;

    /** Frames that are not about replication. */
    public interface OtherFrames {
        void forward(Peer from, ByteReader frame);

        void answer(Peer from, ByteReader frame);

        void publish(Peer from, ByteReader frame);

        /** The peer can no longer be reached: its answers will not come. */
        void lost(Peer peer);
    }

    /** Told of what a person should know. */
    public interface Alarms {
        void alarm(String code, String text);
    }

    private final Placement placement;
    private final Keyspace keyspace;
    private final Origins origins;
    private final Hlc hlc;
    private final MutationLog log;
    private final Group[] groups;
    private final MutationReader reader;
    private final LinkPort port;
    private final Alarms alarms;
    private final Feed feed;
    private final Bootstrap bootstrap;
    private final Stability stability;
    private final Pending pending;
    private final Peer[] peers;
    private final int self;
    private final int selfRegion;
    private final long fingerprint;
    private final ByteWriter out = new ByteWriter(1 << 12);
    private final ByteReader in = new ByteReader();
    private OtherFrames others = new NoOtherFrames();
    private long wallMs;
    private long nowNs;
    private long resubscribeNs = Long.MAX_VALUE;
    private long lastSilenceCheckNs;
    private long startedNs = -1;
    private boolean applied;
    private boolean checkpointWanted;

    public Replicator(
            Placement placement,
            Keyspace keyspace,
            Hlc hlc,
            MutationLog log,
            LogIndex index,
            Group[] groups,
            int self,
            long fingerprint,
            LinkPort port,
            Alarms alarms) {
        this.placement = placement;
        this.keyspace = keyspace;
        this.origins = keyspace.origins();
        this.hlc = hlc;
        this.log = log;
        this.groups = groups;
        this.self = self;
        this.selfRegion = placement.regions().indexOf(placement.self());
        this.fingerprint = fingerprint;
        this.port = port;
        this.alarms = alarms;
        this.reader = new MutationReader(placement, keyspace, groups);
        this.pending = new Pending(groups.length, PENDING_BYTES_MAX);
        List<String> regions = placement.regions();
        this.peers = new Peer[regions.size()];
        for (int i = 0; i < peers.length; i++) {
            Peer.Share[] shares = new Peer.Share[groups.length];
            for (int g = 0; g < groups.length; g++) {
                shares[g] = new Peer.Share(groups[g]);
            }
            peers[i] = new Peer(i, regions.get(i), shares);
        }
        this.bootstrap = new Bootstrap(keyspace, groups, log, self, port);
        this.feed = new Feed(placement, origins, log, index, port, bootstrap);
        this.stability = new Stability(placement, groups, peers, origins, self);
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

    public void handle(OtherFrames others) {
        this.others = others;
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

    public void turn(long wallMs, long nowNs) {
        this.wallMs = wallMs;
        this.nowNs = nowNs;
        stability.turn(nowNs);
    }

    /** Whether something from elsewhere was applied since this was asked last. */
    public boolean pollApplied() {
        boolean was = applied;
        applied = false;
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
        return p.connected() && nowNs - p.heardNs < SILENCE_NS;
    }

    // ---- links ----

    public void peerUp(int index) {
        Peer p = peers[index];
        p.up = true;
        p.upNs = nowNs;
        p.known = false;
        p.writable = true;
        p.introduced.clear();
        p.cursor = -1;
        p.reading = -1;
        p.snapshotsDue.clear();
        p.sendingGroup = -1;
        p.lastPeerNs = 0;
        for (Peer.Share share : p.shares) {
            share.wanted = null;
            share.asked.clear();
            share.unsettled.clear();
            share.loading = false;
        }
        out.clear();
        out.u8(Frames.HELLO);
        out.i64(origins.id(self));
        out.text(placement.self());
        out.i64(fingerprint);
        out.i64(wallMs);
        send(p, LinkPort.URGENT, "control");
    }

    public void peerDown(int index) {
        Peer p = peers[index];
        p.up = false;
        p.known = false;
        for (Peer.Share share : p.shares) {
            share.loading = false;
        }
        others.lost(p);
        chooseSources();
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
            case Frames.RECORDS -> records(p, bytes, in.position(), in.remaining());
            case Frames.STATUS -> status(p);
            case Frames.FORWARD -> others.forward(p, in);
            case Frames.ANSWER -> others.answer(p, in);
            case Frames.PUBLISH -> others.publish(p, in);
            case Frames.SNAPSHOT_BEGIN -> snapshotBegin(p);
            case Frames.SNAPSHOT_ROWS -> bootstrap.rows(p, group(in.i32()), in, placement);
            case Frames.SNAPSHOT_END -> {
                bootstrap.end(p, group(in.i32()));
                checkpointWanted = true;
                applied = true;
                retryHeld();
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
        chooseSources();
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

    private Group group(int wireId) {
        int g = placement.groupOf(wireId);
        if (g < 0 || !groups[g].held()) {
            throw new MalformedBytesException("a group that this region does not keep");
        }
        return groups[g];
    }

    // ---- what we ask for ----

    /** For each region the node to fetch its mutations from: its own, else the nearest member that answers. */
    private void chooseSources() {
        for (Group group : groups) {
            if (!group.held()) {
                continue;
            }
            BitSet[] wants = new BitSet[peers.length];
            for (int i = 0; i < peers.length; i++) {
                wants[i] = new BitSet();
            }
            for (String member : group.policy().members()) {
                int region = placement.regions().indexOf(member);
                Peer source = region != selfRegion && hears(peers[region]) ? peers[region] : nearest(group, region);
                source = holder(group, region, source);
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

    /**
     * The preferred source, unless it has lost (with its power, or its disk) what an earlier run of the region's node had
     * already sent to others: then one of those.
     */
    private @Nullable Peer holder(Group group, int region, @Nullable Peer preferred) {
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
                if (p.shares[group.index()].reported.get(o) > have && hears(p)) {
                    return p;
                }
            }
        }
        return preferred;
    }

    /** The peer that stands in already as long as it answers, else the nearest that does. */
    private @Nullable Peer nearest(Group group, int region) {
        Peer best = null;
        for (Peer p : peers) {
            if (p.index != region && p.shares[group.index()].asked.get(region) && hears(p)) {
                return p;
            }
        }
        for (Peer p : peers) {
            if (p.index != region && group.policy().members().contains(p.region) && hears(p)) {
                if (best == null || p.rttNs >= 0 && (best.rttNs < 0 || p.rttNs < best.rttNs)) {
                    best = p;
                }
            }
        }
        return best;
    }

    private void ask(Peer p, Peer.Share share) {
        introduce(p);
        out.clear();
        out.u8(Frames.SUBSCRIBE);
        out.i32(share.group.wireId());
        out.varint(++share.askedNumber);
        out.u8(share.group.incomplete() ? 1 : 0);
        out.varint(share.asked.cardinality());
        share.asked.stream().forEach(region -> out.text(placement.regions().get(region)));
        vector(share.group.incomplete() ? new VersionVector() : share.group.applied());
        send(p, LinkPort.URGENT, "control");
    }

    private void subscribe(Peer p) {
        Group group = group(in.i32());
        if (!group.policy().members().contains(p.region)) {
            alarms.alarm("MRD-4103", "region " + p.region + " asked for a group that it may not hold: refused");
            return;
        }
        p.shares[group.index()].wantedNumber = in.varint();
        boolean onlyPart = in.u8() != 0;
        BitSet wanted = new BitSet();
        for (int n = in.count(); n > 0; n--) {
            int region = placement.regions().indexOf(in.text());
            if (region >= 0) {
                wanted.set(region);
            }
        }
        VersionVector has = readVector();
        feed.subscribed(p, p.shares[group.index()], wanted, has, onlyPart);
    }

    // ---- what arrives ----

    private void records(Peer p, byte[] bytes, int offset, int length) {
        p.ackWanted = true;
        ByteReader frame = new ByteReader().wrap(bytes, offset, length);
        while (frame.remaining() > 0) {
            int size = frame.i32();
            int at = frame.skip(size);
            switch (reader.read(bytes, at, size)) {
                case READY -> {
                    if (mayApply()) {
                        apply(bytes, at, size);
                    } else {
                        hold(p, bytes, at, size);
                    }
                }
                case WAITS -> hold(p, bytes, at, size);
                case KNOWN -> known(bytes, at, size);
                case STRANGER -> throw new MalformedBytesException("a mutation of an origin that was not introduced");
                case MISPLACED ->
                    alarms.alarm(
                            "MRD-4105", "region " + p.region + " sent data that this region may not hold: dropped");
            }
        }
        retryHeld();
    }

    /** One number for two mutations: a node runs twice with one identity, on a disk or a machine that was copied. */
    private void known(byte[] bytes, int offset, int length) {
        long from = feed.index().find(reader.group(), reader.origin(), reader.seq());
        if (log.contradicts(from, bytes, offset, length, MutationCodec.DOT_BYTES)) {
            String origin = Long.toHexString(origins.id(reader.origin()));
            alarms.alarm(
                    "MRD-4107",
                    "origin " + origin + " of region " + origins.region(reader.origin())
                            + " gave one number to two mutations: its node was copied, stop one of the two");
            throw new MalformedBytesException("another mutation " + reader.seq() + " of origin " + origin);
        }
    }

    /** Whether the record just read may take effect: its group's rows are whole and its clock is not far ahead of ours. */
    private boolean mayApply() {
        if (groups[reader.group()].incomplete()) {
            return false;
        }
        if (hlc.canAdopt(reader.hlc(), wallMs)) {
            return true;
        }
        alarms.alarm(
                "MRD-4104",
                "region " + origins.region(reader.origin()) + " has a clock " + (Hlc.ms(reader.hlc()) - wallMs)
                        + " ms ahead: its writes wait");
        return false;
    }

    private void hold(Peer p, byte[] bytes, int offset, int length) {
        if (!pending.add(reader.group(), reader.origin(), reader.seq(), bytes, offset, length)) {
            // What is missing comes from elsewhere; this is asked for again once there is room.
            p.shares[reader.group()].asked = new BitSet();
            resubscribeNs = Math.min(resubscribeNs, nowNs + RESUBSCRIBE_NS);
        }
    }

    private void apply(byte[] bytes, int offset, int length) {
        hlc.adopt(reader.hlc());
        reader.apply();
        hlc.adopt(reader.lastHlc());
        log.open().raw(bytes, offset, length);
        feed.index().note(reader.group(), reader.origin(), reader.seq(), log.close());
        applied = true;
    }

    /** Applies what has waited and waits no longer, as long as that lets others go on. */
    private void retryHeld() {
        boolean progress = !pending.isEmpty();
        while (progress) {
            progress = false;
            for (Group group : groups) {
                for (int o = 0; o < pending.origins(group.index()); o++) {
                    byte[] next = pending.next(group, o);
                    while (next != null
                            && reader.read(next, 0, next.length) == MutationReader.Verdict.READY
                            && mayApply()) {
                        apply(next, 0, next.length);
                        progress = true;
                        next = pending.next(group, o);
                    }
                }
            }
        }
    }

    /** What waits in each group and for what; for a person who looks for a fault. */
    public String waiting() {
        StringBuilder text = new StringBuilder();
        for (Group group : groups) {
            for (int o = 0; o < pending.origins(group.index()); o++) {
                byte[] next = pending.next(group, o);
                if (next != null) {
                    text.append(reader.read(next, 0, next.length))
                            .append(' ')
                            .append(reader.waitsFor())
                            .append("; ");
                }
            }
        }
        return text.append(pending.bytes()).append(" bytes wait").toString();
    }

    private void snapshotBegin(Peer p) {
        Group group = group(in.i32());
        if (in.varint() != p.shares[group.index()].askedNumber) {
            // Something else was asked for meanwhile, and that ends these rows before they are all here.
            return;
        }
        if (!bootstrap.begin(p, group, in, placement)) {
            // What this region wrote and the other has not yet seen goes there first; then the rows may replace ours.
            p.shares[group.index()].asked = new BitSet();
            resubscribeNs = Math.min(resubscribeNs, nowNs + RESUBSCRIBE_NS);
        }
    }

    /** A record read back from this node's own log on recovery: applied, not appended again. */
    public void recover(byte[] bytes, int offset, int length, long lsn) {
        in.wrap(bytes, offset, length);
        if (in.u8() == MutationCodec.ORIGIN) {
            long id = in.i64();
            origins.add(id, in.text());
            return;
        }
        switch (reader.read(bytes, offset, length)) {
            case READY -> {
                hlc.restore(reader.hlc());
                reader.apply();
                hlc.restore(reader.lastHlc());
                feed.index().note(reader.group(), reader.origin(), reader.seq(), lsn);
            }
            // A record that waits was applied on top of rows from another region that had not come to rest: both come
            // again.
            case KNOWN, MISPLACED, WAITS, STRANGER -> {}
        }
    }

    // ---- heartbeats ----

    private void status(Peer p) {
        long theirWallMs = in.i64();
        p.lastPeerNs = in.i64();
        p.lastPeerNsAtNs = nowNs;
        long echoNs = in.i64();
        long echoAgeNs = in.i64();
        boolean wasSilent = !hears(p);
        p.heardNs = nowNs;
        p.reportedNs = nowNs;
        p.heardWallMs = theirWallMs;
        if (echoNs != 0 && echoNs <= nowNs) {
            long rtt = Math.max(0, nowNs - echoNs - echoAgeNs);
            p.lastRttNs = rtt;
            p.lastRttAtNs = nowNs;
            p.rttNs = p.rttNs < 0 ? rtt : Math.min(rtt, p.rttNs + (rtt - p.rttNs) / 4);
            p.clockOffsetMs = theirWallMs + p.rttNs / 2_000_000 - wallMs;
        }
        for (int n = in.count(); n > 0; n--) {
            int wireId = in.i32();
            long closedHlc = in.i64();
            VersionVector applied = readVector();
            VersionVector durable = in.u8() != 0 ? applied : readVector();
            int g = placement.groupOf(wireId);
            if (g < 0 || !groups[g].held()) {
                continue;
            }
            if (self >= 0 && applied.get(self) > groups[g].applied().get(self)) {
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
        if (wasSilent) {
            chooseSources();
        }
    }

    private void sendStatus(Peer p) {
        introduce(p);
        out.clear();
        out.u8(Frames.STATUS);
        out.i64(wallMs);
        out.i64(nowNs);
        out.i64(p.lastPeerNs);
        out.i64(p.lastPeerNs == 0 ? 0 : nowNs - p.lastPeerNsAtNs);
        int count = 0;
        for (Group group : groups) {
            count += group.held() && group.policy().members().contains(p.region) ? 1 : 0;
        }
        out.varint(count);
        // Nothing below the closed timestamp will be issued any more.
        hlc.adopt(Hlc.of(wallMs));
        for (Group group : groups) {
            if (group.held() && group.policy().members().contains(p.region)) {
                out.i32(group.wireId());
                out.i64(hlc.last());
                vector(group.applied());
                boolean isAllDurable = group.durable().covers(group.applied());
                out.u8(isAllDurable ? 1 : 0);
                if (!isAllDurable) {
                    vector(group.durable());
                }
            }
        }
        send(p, LinkPort.URGENT, "control");
        p.statusDueNs = nowNs + STATUS_INTERVAL_NS;
        p.ackWanted = false;
    }

    // ---- the end of a turn ----

    /** After the turn's records have been handed to the host: heartbeats, subscriptions, and what peers wait for. */
    public void turnEnds() {
        if (nowNs >= resubscribeNs) {
            resubscribeNs = Long.MAX_VALUE;
            chooseSources();
        }
        if (nowNs - lastSilenceCheckNs > STATUS_INTERVAL_NS) {
            lastSilenceCheckNs = nowNs;
            chooseSources();
            retryHeld();
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
            if (nowNs >= p.statusDueNs || p.ackWanted && nowNs >= p.statusDueNs - STATUS_INTERVAL_NS + ACK_DELAY_NS) {
                sendStatus(p);
            }
            introduce(p);
            feed.ship(p);
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
                if (had == null || !group.applied().covers(had)) {
                    return true;
                }
                isAnyHeard = true;
            }
        }
        // With nobody to ask, it begins alone: the first region of a deployment does.
        return !isAnyHeard && group.policy().members().size() > 1 && nowNs - startedNs < ALONE_NS;
    }

    private void introduce(Peer p) {
        int from = p.introduced.nextClearBit(0);
        if (from >= origins.size()) {
            return;
        }
        out.clear();
        out.u8(Frames.ORIGINS);
        out.varint(origins.size() - from);
        for (int o = from; o < origins.size(); o++) {
            out.i64(origins.id(o));
            out.text(origins.region(o));
            p.introduced.set(o);
        }
        send(p, LinkPort.URGENT, "control");
    }

    private void vector(VersionVector v) {
        VectorCodec.write(v, origins, out);
    }

    /** Entries of origins that this node has never heard of are left out: it has nothing of them anyway. */
    private VersionVector readVector() {
        return VectorCodec.read(in, origins);
    }

    private void send(Peer p, int urgency, String reason) {
        send(p, urgency, reason, out);
    }

    /** Sends a frame of another part of the kernel. */
    public void send(Peer p, int urgency, String reason, ByteWriter frame) {
        Objects.checkIndex(p.index, peers.length);
        boolean more = port.send(p.index, urgency, reason, frame.array(), 0, frame.size());
        if (urgency >= LinkPort.RECORDS) {
            p.writable = more;
        }
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

    Keyspace keyspace() {
        return keyspace;
    }

    private static final class NoOtherFrames implements OtherFrames {
        @Override
        public void forward(Peer from, ByteReader frame) {}

        @Override
        public void answer(Peer from, ByteReader frame) {}

        @Override
        public void publish(Peer from, ByteReader frame) {}

        @Override
        public void lost(Peer peer) {}
    }
}
