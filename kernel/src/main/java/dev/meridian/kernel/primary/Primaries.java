package dev.meridian.kernel.primary;

import dev.meridian.kernel.Effects;
import dev.meridian.kernel.bytes.ByteReader;
import dev.meridian.kernel.bytes.ByteWriter;
import dev.meridian.kernel.data.Origins;
import dev.meridian.kernel.data.VersionVector;
import dev.meridian.kernel.placement.Placement;
import dev.meridian.kernel.replication.Frames;
import dev.meridian.kernel.replication.Group;
import dev.meridian.kernel.replication.LinkPort;
import dev.meridian.kernel.replication.MutationLog;
import dev.meridian.kernel.replication.Peer;
import dev.meridian.kernel.replication.Replicator;
import dev.meridian.kernel.replication.VectorCodec;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Groups with a primary, as this node takes part in them (docs/internals/primary.md): as the primary it acknowledges under a lease that a
 * majority of the members renews with each heartbeat; as a member it grants that lease and seals higher epochs; as a successor it
 * seals, fetches and proposes ({@link Succession}). What is decided comes from {@link Control}. Not thread-safe.
 */
public final class Primaries implements Replicator.GroupFrames {
    /** What a heartbeat says of a group. */
    private static final int ACTS = 1;

    private static final int UNPROVEN = 2;
    private static final int COMMITTED = 4;

    private final Placement placement;
    private final String self;
    private final Origins origins;
    private final MutationLog log;
    private final Replicator replicator;
    private final Control control;
    private final Commitment commitment;
    private final Effects effects;
    private final Succession succession;
    private final LiveMembers live;
    private final Relocation relocation;
    private final Silences silences;
    private final Map<Integer, Primacy> byWireId = new LinkedHashMap<>();
    private final ByteWriter out = new ByteWriter(1 << 10);
    private final long[] grants;
    private final SplittableRandom identities;
    private long nowNs;
    private long wallMs;
    private long durableLsn;
    private boolean started;

    public Primaries(
            Placement placement,
            Group[] groups,
            MutationLog log,
            Replicator replicator,
            Origins origins,
            Control control,
            Commitment commitment,
            Effects effects,
            SplittableRandom identities) {
        this.placement = placement;
        this.self = placement.self();
        this.origins = origins;
        this.log = log;
        this.replicator = replicator;
        this.control = control;
        this.commitment = commitment;
        this.effects = effects;
        this.identities = identities;
        this.grants = new long[replicator.peers().length];
        this.silences = new Silences(replicator.peers(), self);
        for (Group group : groups) {
            Configuration known = control.configuration(group.index());
            group.primary(known.primary());
            group.epoch(known.epoch());
            adoptStart(group, known);
            if (known.primary() != null && known.members().contains(self)) {
                // Who has heard of no later epoch on its own disk is new, or its disk is.
                group.unproven(group.defers() && known.epoch() == 1 && group.sealed() <= 1);
                group.sealed(known.epoch());
                Primacy p = new Primacy(group, known, replicator.peers().length);
                if (p.isLeased()) {
                    group.actedNs(0);
                }
                byWireId.put(group.wireId(), p);
            }
        }
        this.relocation = new Relocation(this, self, placement.regions(), control);
        this.live = new LiveMembers(self, replicator.peers(), control, commitment);
        this.succession = new Succession(this, placement, replicator.peers(), control, silences, byWireId.values());
    }

    /** From now on it hears what is decided. */
    public void begin(Group[] groups) {
        control.onConfiguration((g, configuration) -> decided(groups[g], configuration));
        byWireId.values().forEach(this::leaveOut);
    }

    // ---- turns ----

    /** @param durableLsn up to where the log survives a loss of power */
    public void turn(long nowNs, long wallMs, long durableLsn) {
        this.nowNs = nowNs;
        this.wallMs = wallMs;
        this.durableLsn = durableLsn;
        silences.turn(nowNs);
        if (!started) {
            started = true;
            for (Primacy p : byWireId.values()) {
                p.started(nowNs);
                if (!p.isLeased()) {
                    continue;
                }
                // A promise of the last run may still hold somewhere: it was in memory only.
                p.promisedUntilNs = nowNs + p.leaseWithMarginNs();
            }
        }
        for (Primacy p : byWireId.values()) {
            if (p.group.unproven() && p.current.epoch() > 1) {
                prove(p);
            }
            judge(p);
        }
    }

    /**
     * Whether this node has again whatever it may have had before it lost its disk: all that the primary had while it was sure to be the only
     * one, or all that every other member has.
     */
    private void prove(Primacy p) {
        boolean hasAll = p.primaryHad != null && has(p.group, p.primaryHad);
        if (p.primaryHad == null) {
            hasAll = true;
            for (Peer peer : replicator.peers()) {
                hasAll &= peer.region().equals(self)
                        || !p.current.members().contains(peer.region())
                        || peer.hears(nowNs)
                                && peer.reportedNs() > peer.upNs()
                                && has(p.group, peer.reported(p.group.index()));
            }
        }
        p.group.unproven(!hasAll);
    }

    private static boolean has(Group group, VersionVector all) {
        return !group.kept() || group.durable().covers(all);
    }

    /** Whether the rule of acknowledgement covers all that this node has written. */
    boolean hasConfirmed(Group group) {
        return commitment.committed(group.index()) >= group.applied().get(group.self());
    }

    /** How far the region is behind what this one has written. */
    long lagMs(Primacy p, String region) {
        return replicator
                .stability()
                .lagMs(replicator.peers()[placement.regions().indexOf(region)], p.group.index());
    }

    /** What of the group this node takes in this turn: writes of clients, and what others wrote. */
    private void judge(Primacy p) {
        if (p.takeover == null) {
            p.group.settling(p.settles(nowNs));
        }
        if (self.equals(p.current.primary())) {
            if (p.group.leads() && !commitment.isBeginning(p.group.index())) {
                replicator.advance(p.group);
            }
            p.pause(pause(p));
            boolean isSealed = p.group.sealed() > p.current.epoch();
            commitment.fenced(p.group.index(), isSealed || p.isLeased() && nowNs >= leaseEndsNs(p));
            if (p.isLeased() && p.group.pause() == null) {
                p.group.actedNs(nowNs);
            }
        }
    }

    private @Nullable String pause(Primacy p) {
        String hindrance = hindrance(p);
        return hindrance == null && commitment.isBeginning(p.group.index())
                ? "region " + self + " has become primary and makes sure that enough members have what came before"
                : hindrance;
    }

    private @Nullable String hindrance(Primacy p) {
        if (p.group.defers() && !p.group.leads()) {
            // Its last run may have acknowledged what it does not know to be committed: as after any other primary.
            return "region " + self + " has started and has not taken over from its last run yet";
        }
        if (p.switchover != null) {
            return "region " + self + " is handing over to " + p.switchover.target;
        }
        if (p.group.sealed() > p.current.epoch()) {
            return "region " + self + " is being replaced as primary";
        }
        if (p.isLeased() && nowNs >= leaseEndsNs(p)) {
            return "no majority of " + String.join(", ", p.current.members()) + " confirms region " + self
                    + " as primary";
        }
        return null;
    }

    /** When the first of the leases ends under which this node takes writes; {@link Long#MAX_VALUE} when there is none. */
    public long leaseEndsNs() {
        long endsNs = Long.MAX_VALUE;
        for (Primacy p : byWireId.values()) {
            if (p.isLeased() && self.equals(p.current.primary()) && p.group.pause() == null) {
                endsNs = Math.min(endsNs, leaseEndsNs(p));
            }
        }
        return endsNs;
    }

    /** When the primary's right to acknowledge ends, by this node's monotonic clock: counted from what it sent, less a margin. */
    private long leaseEndsNs(Primacy p) {
        int needed = p.current.members().size() / 2;
        if (needed == 0) {
            return Long.MAX_VALUE;
        }
        int count = 0;
        for (Peer peer : replicator.peers()) {
            if (!peer.region().equals(self) && p.current.members().contains(peer.region())) {
                grants[count++] = p.grantedNs[peer.index()];
            }
        }
        Arrays.sort(grants, 0, count);
        long granted = grants[count - needed];
        return granted == 0 ? 0 : granted + leaseNs(p);
    }

    /** For how long whoever asked for a lease may rely on it, from when it asked. */
    private static long leaseNs(Primacy p) {
        return (p.failover().leaseMs() - p.marginMs()) * 1_000_000;
    }

    /** Ends a turn: promises that have become durable are told, a lost primary is followed, a planned move goes on. */
    public void turnEnds() {
        for (Primacy p : byWireId.values()) {
            if (!p.askers.isEmpty() && isSealDurable(p)) {
                TreeMap<Integer, Long> asked = new TreeMap<>(p.askers);
                p.askers.clear();
                for (Peer peer : replicator.peers()) {
                    if (asked.containsKey(peer.index())) {
                        tellSealed(peer, p);
                    }
                }
            }
            succession.turnEnds(p, nowNs);
            if (self.equals(p.current.primary()) && hindrance(p) == null) {
                live.look(p, nowNs);
                relocation.look(p, nowNs, wallMs);
            }
        }
    }

    /** Whether somebody waits for what was appended to be durable. */
    public boolean wantsSync() {
        for (Primacy p : byWireId.values()) {
            if (!isSealDurable(p) || p.takeover != null && !p.group.durable().covers(p.group.applied())) {
                return true;
            }
        }
        return false;
    }

    boolean isSealDurable(Primacy p) {
        return durableLsn >= p.sealedLsn;
    }

    // ---- promises ----

    /** Promises to accept nothing of an earlier epoch, unless a promise to the primary still holds. Answers whether it is promised. */
    boolean seal(Primacy p, long epoch, String asker) {
        String primary = p.current.primary();
        if (epoch <= p.group.sealed()) {
            p.primaryAsked = !asker.equals(self) && asker.equals(primary);
            return true;
        }
        // A primary that lets go of itself has whatever it promised to the one before it behind it.
        if (nowNs < p.promisedUntilNs && !asker.equals(primary) && !self.equals(primary) && !hasLetGo(p)) {
            return false;
        }
        if (p.group.unproven() && epoch > 2 && (p.takeover == null || !p.takeover.isLossAccepted)) {
            // It may have promised more than it remembers, and had more than it has. Before the second epoch there was
            // nothing.
            return false;
        }
        p.group.sealed(epoch);
        p.primaryAsked = !asker.equals(self) && asker.equals(primary);
        p.sealedFor =
                reign(p.group, run(asker.equals(self) ? -1 : placement.regions().indexOf(asker)), epoch);
        p.group.readUntilNs(0);
        p.position =
                p.group.isInLog() ? p.group.applied().copy() : p.group.durable().copy();
        p.sealedLsn = PrimaryRecords.seal(log, p.group.wireId(), epoch);
        happened("sealed", p, "epoch", Long.toString(epoch), "for", asker);
        judge(p);
        return true;
    }

    /** Whether the primary has itself promised a higher epoch: it acknowledges nothing more, and a promise to it binds nobody. */
    private boolean hasLetGo(Primacy p) {
        for (Peer peer : replicator.peers()) {
            if (peer.region().equals(p.current.primary())) {
                return p.theirSealed[peer.index()] > p.current.epoch();
            }
        }
        return false;
    }

    private void tellSealed(Peer to, Primacy p) {
        replicator.introduce(to);
        out.clear();
        out.u8(Frames.SEALED);
        out.i32(p.group.wireId());
        out.varint(p.group.sealed());
        VectorCodec.write(p.position, origins, out);
        replicator.send(to, LinkPort.URGENT, "control", out);
    }

    void ask(Peer to, Primacy p, long epoch) {
        out.clear();
        out.u8(Frames.SEAL);
        out.i32(p.group.wireId());
        out.varint(epoch);
        replicator.send(to, LinkPort.URGENT, "control", out);
    }

    // ---- what is decided ----

    private void decided(Group group, Configuration next) {
        Primacy p = byWireId.get(group.wireId());
        group.primary(next.primary());
        group.epoch(next.epoch());
        boolean isStale = adoptStart(group, next);
        if (p == null) {
            return;
        }
        Configuration before = p.current;
        boolean was = self.equals(before.primary());
        boolean goesOn = next.reign() == before.reign() && Objects.equals(next.primary(), before.primary());
        p.current = next;
        boolean isFirst = next.epoch() == 2 && next.reign() == p.sealedFor;
        group.sealed(next.epoch());
        Takeover takeover = p.takeover;
        Switchover switchover = p.switchover;
        if (!goesOn) {
            p.forget();
        }
        PrimaryRecords.configuration(log, next);
        boolean is = self.equals(next.primary());
        leaveOut(p);
        if (goesOn) {
            if (takeover != null && takeover.epoch <= next.epoch()) {
                p.takeover = null;
                takeover.tell("the members of the group have changed meanwhile");
            }
            if (!next.live().contains(self)) {
                group.readUntilNs(0);
            }
            happened("members_changed", p, "live", String.join(" ", next.live()), "epoch", Long.toString(next.epoch()));
            return;
        }
        // On a disk that was restored this run may hear of what another run of this region has decided and written
        // under.
        boolean isOwn = is && next.reign() == reign(group, replicator.run(), next.epoch());
        if (isFirst || isOwn) {
            // Whoever made this run the primary saw that it has all that counts, and a promise of an earlier run is
            // over.
            group.unproven(false);
        }
        group.leads(group.defers() && isOwn);
        group.readUntilNs(0);
        if (is) {
            // Of groups that do not name their reigns it is drawn here, since a node that lost its disk hears of its
            // own reign
            // again, and would number its writes anew.
            replicator.reign(group, isOwn ? next.reign() : identities.nextLong() | 1);
        }
        if (group.defers()) {
            goOnFromStart(p, isStale);
        }
        happened("primary_changed", p, "primary", String.valueOf(next.primary()), "epoch", Long.toString(next.epoch()));
        if (!p.failover().schedule().isEmpty()) {
            happened("active_region", p, "region", String.valueOf(next.primary()));
        }
        if (group.leads()) {
            commitment.begin(group.index(), next.startIn(origins));
        } else if (was || is) {
            commitment.begin(group.index());
        }
        p.pause(is ? pause(p) : null);
        if (takeover != null) {
            takeover.tell(is ? null : next.primary() + " is primary since epoch " + next.epoch());
        }
        if (switchover != null) {
            boolean done = switchover.target.equals(next.primary());
            switchover.ended.accept(done ? null : next.primary() + " is primary since epoch " + next.epoch());
        }
    }

    /** What this configuration does not contain is in no row of the group here any more. */
    private void leaveOut(Primacy p) {
        if (!p.group.leavesOut()) {
            return;
        }
        if (replicator.leaveOut(p.group)) {
            happened("late_writes_taken_out", p, "epoch", Long.toString(p.current.epoch()));
        } else {
            replicator.askAnew(p.group);
        }
    }

    /** Answers whether the rows here contain what the history is without. */
    private boolean adoptStart(Group group, Configuration next) {
        SortedMap<Long, Long> start = next.startByOrigin();
        boolean isStale = group.defers() && start != null && group.holdsMoreThan(start, origins);
        group.start(start);
        if (isStale) {
            replicator.replaceRows(group);
        }
        return isStale;
    }

    /** What the history is without takes no effect, or is taken away again. */
    private void goOnFromStart(Primacy p, boolean isStale) {
        if (isStale) {
            happened("rows_replaced", p, "reason", "they contain writes that were not committed");
        } else if (p.group.incomplete()) {
            replicator.askAnew(p.group);
        }
        replicator.advance(p.group);
    }

    /** The identity of the run of a peer's node, or with -1 of this node's. */
    long run(int peer) {
        return peer < 0 ? replicator.run() : origins.id(replicator.peers()[peer].origin());
    }

    /** The origin under which a run of a node numbers what it writes as the primary of an epoch: no other run ever does. */
    static long reign(Group group, long run, long epoch) {
        return new SplittableRandom(run ^ (long) group.wireId() << 32 ^ epoch).nextLong() | 1;
    }

    private void tell(Peer to, Configuration configuration) {
        out.clear();
        out.u8(Frames.CONFIGURATION);
        ControlCodec.configuration(configuration, out);
        replicator.send(to, LinkPort.URGENT, "control", out);
    }

    // ---- frames ----

    @Override
    public void write(Peer to, ByteWriter heartbeat) {
        silences.write(heartbeat);
        int count = 0;
        for (Primacy p : byWireId.values()) {
            count += p.current.members().contains(to.region()) ? 1 : 0;
        }
        heartbeat.varint(count);
        for (Primacy p : byWireId.values()) {
            if (p.current.members().contains(to.region())) {
                heartbeat.i32(p.group.wireId());
                heartbeat.varint(p.current.epoch());
                heartbeat.varint(p.group.sealed());
                boolean tells = p.group.leads() && !commitment.isBeginning(p.group.index());
                heartbeat.u8((self.equals(p.current.primary()) && p.group.pause() == null ? ACTS : 0)
                        | (p.group.unproven() ? UNPROVEN : 0)
                        | (tells ? COMMITTED : 0));
                if (tells) {
                    VectorCodec.write(p.group.committed(), origins, heartbeat);
                }
                if (p.isLeased()
                        && !p.group.unproven()
                        && to.region().equals(p.current.primary())
                        && p.group.sealed() == p.current.epoch()) {
                    p.promisedUntilNs = Math.max(
                            p.promisedUntilNs, to.heardNs() + p.failover().leaseMs() * 1_000_000);
                }
            }
        }
    }

    @Override
    public void read(Peer from, ByteReader heartbeat, long echoNs) {
        silences.read(from, heartbeat);
        for (int n = heartbeat.count(); n > 0; n--) {
            Primacy p = byWireId.get(heartbeat.i32());
            long epoch = heartbeat.varint();
            long sealed = heartbeat.varint();
            int flags = heartbeat.u8();
            VersionVector committed = (flags & COMMITTED) == 0 ? null : VectorCodec.read(heartbeat, origins);
            if (p == null) {
                continue;
            }
            boolean isProven = (flags & UNPROVEN) == 0;
            p.theirSealed[from.index()] = sealed;
            if (epoch == p.current.epoch() && from.region().equals(p.current.primary())) {
                heardPrimary(p, from, (flags & ACTS) != 0, echoNs, committed);
            }
            commitment.promised(p.group.index(), from.index(), isProven ? sealed : Commitment.NEVER);
            if (epoch < p.current.epoch()) {
                tell(from, p.current);
            } else if (epoch == p.current.epoch() && sealed <= epoch && isProven) {
                p.grantedNs[from.index()] = Math.max(p.grantedNs[from.index()], echoNs);
            }
        }
        byWireId.values().forEach(this::judge);
    }

    /** @param committed what it says is committed; null when it does not say */
    private void heardPrimary(Primacy p, Peer from, boolean acts, long echoNs, @Nullable VersionVector committed) {
        Group group = p.group;
        if (acts && p.isLeased()) {
            group.actedNs(Math.max(group.actedNs(), echoNs));
            if (echoNs > 0
                    && group.sealed() == p.current.epoch()
                    && p.current.live().contains(self)) {
                group.readUntilNs(Math.max(group.readUntilNs(), echoNs + leaseNs(p)));
            }
            if (p.primaryHad == null) {
                p.primaryHad = from.reported(group.index()).copy();
            }
        }
        if (committed != null) {
            group.committed().raiseAll(committed);
            replicator.advance(group);
        }
    }

    @Override
    public void seal(Peer from, ByteReader frame) {
        Primacy p = byWireId.get(frame.i32());
        long epoch = frame.varint();
        if (p == null || !p.current.members().contains(from.region())) {
            return;
        }
        if (epoch <= p.current.epoch()) {
            tell(from, p.current);
        } else if (seal(p, epoch, from.region())) {
            p.askers.put(from.index(), epoch);
        }
    }

    @Override
    public void sealed(Peer from, ByteReader frame) {
        Primacy p = byWireId.get(frame.i32());
        long epoch = frame.varint();
        VersionVector durable = VectorCodec.read(frame, origins);
        if (p != null) {
            p.theirSealed[from.index()] = Math.max(p.theirSealed[from.index()], epoch);
        }
        Takeover takeover = p == null ? null : p.takeover;
        if (takeover != null && takeover.epoch == epoch) {
            takeover.sealed.put(from.region(), durable);
        }
    }

    @Override
    public void configuration(Peer from, ByteReader frame) {
        Configuration configuration = ControlCodec.configuration(frame);
        if (placement.groups().stream().anyMatch(group -> group.id().equals(configuration.group()))) {
            control.learn(configuration);
        }
    }

    void happened(String name, Primacy p, String... details) {
        LinkedHashMap<String, String> all = new LinkedHashMap<>();
        all.put("group", p.policy().id());
        for (int i = 0; i < details.length; i += 2) {
            all.put(details[i], details[i + 1]);
        }
        effects.event(name, all);
    }

    Origins origins() {
        return origins;
    }

    // ---- for people ----

    public Succession succession() {
        return succession;
    }

    /** The configuration of a group that is in force here; of a group without a primary what the file says. */
    public Configuration configuration(int g) {
        return control.configuration(g);
    }
}
