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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
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
            group.start(start(known));
            if (known.primary() != null && known.members().contains(self)) {
                group.sealed(known.epoch());
                if (group.policy().failover().automatic()) {
                    group.actedNs(0);
                }
                byWireId.put(group.wireId(), new Primacy(group, known, replicator.peers().length));
            }
        }
        this.relocation = new Relocation(this, self, placement.regions(), control);
        this.live = new LiveMembers(self, replicator.peers(), control, commitment);
        this.succession =
                new Succession(this, placement, replicator.peers(), control, silences, byWireId.values(), identities);
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
                if (!p.failover().automatic()) {
                    continue;
                }
                // A promise of the last run may still hold somewhere: it was in memory only.
                p.promisedUntilNs = nowNs + (p.failover().leaseMs() + marginMs(p)) * 1_000_000;
            }
        }
        byWireId.values().forEach(this::judge);
    }

    /** Whether this node may take writes in this turn. */
    private void judge(Primacy p) {
        if (self.equals(p.current.primary())) {
            p.group.pause(pause(p));
            if (p.failover().automatic() && p.group.pause() == null) {
                p.group.actedNs(nowNs);
            }
        }
    }

    private @Nullable String pause(Primacy p) {
        if (p.switchover != null) {
            return "region " + self + " is handing over to " + p.switchover.target;
        }
        if (p.group.sealed() > p.current.epoch()) {
            return "region " + self + " is being replaced as primary";
        }
        if (p.failover().automatic() && nowNs >= leaseEndsNs(p)) {
            return "no majority of " + String.join(", ", p.current.members()) + " confirms region " + self
                    + " as primary";
        }
        return null;
    }

    /** When the first of the leases ends under which this node takes writes; {@link Long#MAX_VALUE} when there is none. */
    public long leaseEndsNs() {
        long endsNs = Long.MAX_VALUE;
        for (Primacy p : byWireId.values()) {
            if (p.failover().automatic() && self.equals(p.current.primary()) && p.group.pause() == null) {
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
        return granted == 0 ? 0 : granted + (p.failover().leaseMs() - marginMs(p)) * 1_000_000;
    }

    /** What two monotonic clocks may differ by in the time of a lease, and more. */
    private static long marginMs(Primacy p) {
        return 10 + p.failover().leaseMs() / 10;
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
            if (self.equals(p.current.primary()) && p.group.pause() == null) {
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
        if (epoch <= p.group.sealed()) {
            return true;
        }
        if (nowNs < p.promisedUntilNs && !asker.equals(p.current.primary()) && !hasLetGo(p)) {
            return false;
        }
        p.group.sealed(epoch);
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
        if (p == null) {
            return;
        }
        Configuration before = p.current;
        boolean was = self.equals(before.primary());
        boolean goesOn = next.reign() == before.reign() && Objects.equals(next.primary(), before.primary());
        p.current = next;
        group.sealed(next.epoch());
        group.epoch(next.epoch());
        group.start(start(next));
        group.settling(false);
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
                takeover.ended.accept("the members of the group have changed meanwhile");
            }
            happened("members_changed", p, "live", String.join(" ", next.live()), "epoch", Long.toString(next.epoch()));
            return;
        }
        if (is) {
            // Drawn here, since a node that lost its disk hears of its own reign again, and would number its writes
            // anew.
            replicator.reign(group, identities.nextLong() | 1);
        }
        happened("primary_changed", p, "primary", String.valueOf(next.primary()), "epoch", Long.toString(next.epoch()));
        if (!p.failover().schedule().isEmpty()) {
            happened("active_region", p, "region", String.valueOf(next.primary()));
        }
        if (was || is) {
            commitment.begin(group.index());
        }
        group.pause(is ? pause(p) : null);
        if (takeover != null) {
            takeover.ended.accept(is ? null : next.primary() + " is primary since epoch " + next.epoch());
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
                heartbeat.u8(self.equals(p.current.primary()) && p.group.pause() == null ? 1 : 0);
                if (p.failover().automatic()
                        && to.region().equals(p.current.primary())
                        && p.group.sealed() == p.current.epoch()) {
                    p.promisedUntilNs =
                            Math.max(p.promisedUntilNs, nowNs + p.failover().leaseMs() * 1_000_000);
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
            boolean acts = heartbeat.u8() != 0;
            if (p == null) {
                continue;
            }
            p.theirSealed[from.index()] = sealed;
            if (acts && epoch == p.current.epoch() && p.failover().automatic()) {
                p.group.actedNs(Math.max(p.group.actedNs(), echoNs));
            }
            commitment.counts(p.group.index(), from.index(), sealed <= p.current.epoch());
            if (epoch < p.current.epoch()) {
                tell(from, p.current);
            } else if (epoch == p.current.epoch() && sealed <= epoch) {
                p.grantedNs[from.index()] = Math.max(p.grantedNs[from.index()], echoNs);
            }
        }
        byWireId.values().forEach(this::judge);
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

    /** A vector less what the configuration in force leaves out. */
    VersionVector inHistory(Primacy p, VersionVector all) {
        return p.group.inHistory(all, origins);
    }

    /** A vector as configurations keep it: by origin. */
    List<Configuration.Position> positions(Group group, VersionVector vector) {
        List<Configuration.Position> positions = new ArrayList<>();
        for (int o = 0; o < vector.width(); o++) {
            if (vector.get(o) > 0) {
                // What was left out once is left out for ever.
                long last = group.leavesOut() ? group.lastInHistory(origins, o, vector.get(o)) : vector.get(o);
                positions.add(new Configuration.Position(origins.id(o), last));
            }
        }
        for (long origin : group.leftOutWhole()) {
            if (positions.stream().noneMatch(p -> p.origin() == origin)) {
                positions.add(new Configuration.Position(origin, 0));
            }
        }
        positions.sort((a, b) -> Long.compareUnsigned(a.origin(), b.origin()));
        return positions;
    }

    /** Where a configuration's history goes on; null in the first, whose history begins with it. */
    private static @Nullable SortedMap<Long, Long> start(Configuration configuration) {
        if (configuration.primary() == null || configuration.epoch() == 1) {
            return null;
        }
        SortedMap<Long, Long> start = new TreeMap<>();
        configuration.start().forEach(position -> start.put(position.origin(), position.seq()));
        return start;
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
