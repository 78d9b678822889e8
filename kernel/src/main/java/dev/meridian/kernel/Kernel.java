package dev.meridian.kernel;

import dev.meridian.kernel.command.Args;
import dev.meridian.kernel.command.Client;
import dev.meridian.kernel.command.Command;
import dev.meridian.kernel.command.CommandTable;
import dev.meridian.kernel.command.Dispatcher;
import dev.meridian.kernel.command.PubSub;
import dev.meridian.kernel.data.Cell;
import dev.meridian.kernel.data.Hlc;
import dev.meridian.kernel.data.Key;
import dev.meridian.kernel.data.Keyspace;
import dev.meridian.kernel.data.Origins;
import dev.meridian.kernel.data.RowCodec;
import dev.meridian.kernel.data.VersionVector;
import dev.meridian.kernel.placement.Placement;
import dev.meridian.kernel.primary.Commitment;
import dev.meridian.kernel.primary.Control;
import dev.meridian.kernel.primary.Primaries;
import dev.meridian.kernel.primary.PrimaryRecords;
import dev.meridian.kernel.replication.Group;
import dev.meridian.kernel.replication.LateWrites;
import dev.meridian.kernel.replication.LogIndex;
import dev.meridian.kernel.replication.MutationLog;
import dev.meridian.kernel.replication.MutationWriter;
import dev.meridian.kernel.replication.Replicator;
import java.util.LinkedHashSet;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * One node's deterministic heart: commands, rows, mutations, replication. It has no thread, no clock and no I/O of its own:
 * its host calls it with events and carries out its {@link Effects}. The same events in the same turns with the same
 * times give the same effects, byte for byte.
 *
 * <p>A turn is {@link #turnBegins}, any number of events, {@link #turnEnds}. Before the first turn the host hands back what was
 * stored: {@link #recoverMeta}, {@link #recoverRow} for each row, {@link #recoverRecord} for each record of the log behind the
 * rows, {@link #recovered}. Not thread-safe: all of it on one thread.
 */
public final class Kernel {
    private static final int COLLECTED_PER_TURN = 4096;
    private static final int EXPIRED_PER_TURN = 1024;
    private static final long EXPIRED_AGAIN_MS = 1_000;
    private static final long OTHERS_END_MS = 10_000;
    private static final long TRIM_INTERVAL_NS = 2_000_000_000L;
    private static final long SUSPENDED_MS_MIN = 50;

    private final KernelOptions options;
    private final Effects effects;
    private final Placement placement;
    private final Origins origins = new Origins();
    private final Hlc hlc;
    private final Keyspace keyspace;
    private final MutationLog log;
    private final LogIndex index;
    private final LateWrites late;
    private final Checkpoints checkpoints;
    private final Group[] groups;
    private final Control control;
    private final Durability durability;
    private final RowCodec rows = new RowCodec();
    private final CommandTable<Command> table = new CommandTable<>();
    private final LinkedHashSet<Client> clients = new LinkedHashSet<>();
    private Parts parts;

    /** What can only be put together once the stored origins are known. */
    private record Parts(
            MutationWriter mutation,
            Replicator replicator,
            Commitment commitment,
            Primaries primaries,
            PubSub pubSub,
            Dispatcher dispatcher) {}

    private final WallClock clock;
    private long hostMs;
    private long wallMs;
    private long monotonicNs;
    private long suspendedNs;
    private long nowNs;
    private long trimDueNs;
    private long expiredKeys;
    private long connectionsReceived;
    private long startedNs = -1;
    private long answersUntilNs = Long.MAX_VALUE;
    private long memoryUsedBytes;

    public Kernel(KernelOptions options, Effects effects) {
        this.options = options;
        this.effects = effects;
        this.placement = options.placement();
        this.hlc = new Hlc(options.maxDriftMs());
        this.clock = new WallClock(options.maxDriftMs());
        this.groups = new Group[placement.groups().size()];
        for (int g = 0; g < groups.length; g++) {
            groups[g] = new Group(g, placement.groups().get(g), placement.self());
        }
        this.durability = new Durability(groups);
        this.control = new Control(
                placement, options.controlRules(), options.fingerprint(), options.origin(), options.seed(), effects);
        this.keyspace = new Keyspace(origins, groups.length, options.conflicts());
        this.log = new MutationLog(options.logMemoryBytes());
        this.index = new LogIndex(groups.length);
        this.late = new LateWrites(origins, groups, log, index, effects);
        this.checkpoints = new Checkpoints(options, keyspace, groups, log, index, late, hlc, control, effects);
        this.parts = assemble(-1);
    }

    private Parts assemble(int self) {
        for (Group group : groups) {
            group.self(self);
        }
        MutationWriter mutation = new MutationWriter(keyspace, hlc, log, groups, index);
        Replicator replicator = new Replicator(
                placement,
                keyspace,
                hlc,
                log,
                index,
                late,
                groups,
                self,
                options.fingerprint(),
                effects,
                effects::alarm);
        Commitment commitment = new Commitment(groups, replicator.peers(), placement.self(), control, origins);
        Primaries primaries = new Primaries(
                placement,
                groups,
                log,
                replicator,
                origins,
                control,
                commitment,
                effects,
                new SplittableRandom(options.origin() ^ options.seed()));
        PubSub pubSub = new PubSub(placement, replicator, effects);
        Dispatcher dispatcher = new Dispatcher(
                self < 0 ? new CommandTable<>() : table,
                placement,
                groups,
                keyspace,
                mutation,
                replicator,
                pubSub,
                commitment,
                new SplittableRandom(options.seed()),
                effects);
        replicator.handle(dispatcher.frames(pubSub), primaries);
        return new Parts(mutation, replicator, commitment, primaries, pubSub, dispatcher);
    }

    // ---- recovery ----

    /** The meta of the last checkpoint at rest; not called on an empty store. */
    public void recoverMeta(byte[] meta) {
        CheckpointMeta.read(meta, origins, hlc, groups, placement, control);
    }

    /** A row at rest. */
    public void recoverRow(byte[] key, byte[] value) {
        if (!late.recoverRow(key, value)) {
            rows.load(keyspace, key, value, placement::datasetOf, null);
        }
    }

    /** A record of the log, from where the rows end, in order. */
    public void recoverRecord(byte[] bytes, int payloadOffset, int payloadLength, long lsn) {
        if (!PrimaryRecords.recover(bytes, payloadOffset, payloadLength, placement, groups, control)
                && !late.recoverRecord(bytes, payloadOffset, payloadLength)) {
            parts.replicator.recover(bytes, payloadOffset, payloadLength, lsn);
        }
    }

    /**
     * Everything stored has been handed back; this run begins, as a new origin.
     *
     * @param logStart where the log on disk begins
     * @param logEnd where it ends
     */
    public void recovered(long logStart, long logEnd) {
        log.continueAt(logEnd);
        index.startAt(logStart);
        for (Group group : groups) {
            group.blank(group.held() && new VersionVector().covers(group.applied()));
            group.durable().assign(group.applied());
        }
        int self = origins.add(options.origin(), placement.self());
        parts = assemble(self);
        parts.replicator.introduceSelf();
        parts.primaries.begin(groups);
        parts.dispatcher.bind(table::bind);
        parts.pubSub.bind(table::bind);
        KernelCommands.bind(this);
    }

    // ---- events ----

    /** Begins a turn. {@code monotonicNs} never goes back; {@code hostMs} is the host's wall clock and may jump. */
    public void turnBegins(long hostMs, long monotonicNs) {
        long suspendedBeforeNs = suspendedNs;
        nowNs = elapsed(hostMs, monotonicNs);
        boolean jumped = suspendedNs > suspendedBeforeNs;
        if (jumped) {
            parts.replicator.jumped(nowNs);
        }
        wallMs = clock.trusted(hostMs, nowNs, jumped, parts.replicator.peers());
        this.hostMs = hostMs;
        if (startedNs < 0) {
            startedNs = nowNs;
        }
        parts.mutation.turn(wallMs);
        parts.replicator.turn(hostMs, wallMs, nowNs);
        parts.commitment.turn(nowNs);
        parts.primaries.turn(nowNs, wallMs, durability.durableLsn());
        parts.dispatcher.turn(hlc.nowMs(wallMs), nowNs);
        control.turn(wallMs, nowNs);
    }

    /**
     * A machine that is suspended takes its monotonic clock with it. Its wall clock tells: as much time has passed as by the clock by
     * which more has, so that nothing is taken for fresher than it is (S2). A wall clock that is set ahead ages things in vain.
     */
    private long elapsed(long hostMs, long monotonicNs) {
        if (startedNs >= 0) {
            suspendedNs += missedNs(hostMs, monotonicNs);
        }
        this.monotonicNs = monotonicNs;
        return monotonicNs + suspendedNs;
    }

    private long missedNs(long hostMs, long monotonicNs) {
        long missedMs = hostMs - this.hostMs - (monotonicNs - this.monotonicNs) / 1_000_000;
        return missedMs > SUSPENDED_MS_MIN ? missedMs * 1_000_000 : 0;
    }

    /**
     * Whether what the last turn told may still leave: not when the node stood still for so long since that a lease under which it
     * acknowledged is over (F2). Then the host drops all of it and ends the connections that it was for.
     */
    public boolean mayAnswer(long hostMs, long monotonicNs) {
        return monotonicNs + suspendedNs + missedNs(hostMs, monotonicNs) < answersUntilNs;
    }

    /** A command of a client who is not blocked. */
    public void command(Client client, Args args) {
        parts.dispatcher.dispatch(client, args);
    }

    /** A client has connected. */
    public void connected(Client client) {
        client.createdMs = hlc.nowMs(wallMs);
        client.lastCommandMs = client.createdMs;
        client.authenticated = options.password() == null;
        clients.add(client);
        connectionsReceived++;
    }

    /** The client's connection is gone. */
    public void disconnected(Client client) {
        clients.remove(client);
        parts.dispatcher.disconnected(client);
        parts.pubSub.forget(client);
    }

    public void peerUp(int peer) {
        parts.replicator.peerUp(peer);
    }

    public void peerDown(int peer) {
        parts.replicator.peerDown(peer);
    }

    /** The link takes records and snapshots again after {@code send} answered false. */
    public void peerWritable(int peer) {
        parts.replicator.peerWritable(peer);
    }

    /** A frame from a peer. Throws {@code MalformedBytesException} when it is none: the host then ends the link. */
    public void frame(int peer, byte[] bytes, int offset, int length) {
        parts.replicator.frame(peer, bytes, offset, length);
    }

    /** Whole records from the log on disk, beginning at the position that was asked for. */
    public void logRead(long ticket, byte[] bytes, int length) {
        if (!late.logRead(ticket, bytes, length)) {
            parts.replicator.feed().logRead(parts.replicator.peers(), ticket, bytes, length);
        }
    }

    /** The checkpoint that was asked for has been applied; {@code false}: it could not be, and is to be tried again. */
    public void checkpointDone(boolean applied) {
        checkpoints.done(applied, nowNs);
    }

    /** The control group's answer to a proposal; null: it is not known whether it was decided. */
    public void controlAnswered(long ticket, byte @Nullable [] outcome) {
        control.answered(ticket, outcome);
    }

    /** An entry of the control group's log, in its order; indexes may have gaps. */
    public void controlApplied(long index, byte[] entry) {
        control.applied(index, entry);
    }

    /** The control group's state, in place of the entries that it holds: after a start, or when those are gone. */
    public void controlRestored(byte[] state) {
        control.restored(state);
    }

    /** What was appended up to here survives a loss of power. The host says so in the first turn in which it is so, or later. */
    public void durable(long lsn) {
        durability.reached(lsn);
    }

    /** The log on disk now begins here. */
    public void logTrimmed(long start) {
        index.trimmed(start);
    }

    /** A part of the log on disk is damaged: it counts as trimmed up to where it has got to. In a turn. */
    public void logDamaged() {
        parts.replicator.logDamaged();
    }

    /** From now on writes are refused with this error (a full or failing disk); null lets them pass again. */
    public void refuseWrites(@Nullable String error) {
        parts.dispatcher.refuseWrites(error);
    }

    /**
     * Ends a turn: what is due by time happens, the log is handed over, peers get their records. A turn without other events
     * serves as the tick; the host makes one at least every ten milliseconds.
     */
    public void turnEnds() {
        Dispatcher dispatcher = parts.dispatcher;
        if (parts.replicator.pollApplied()) {
            dispatcher.waiting().serveChangedKeys();
        }
        dispatcher.poll();
        expire();
        collect();
        // A cut may only tell of records that the host has been handed.
        parts.primaries.turnEnds();
        log.drain(effects::append);
        durability.turnEnds(log.drained());
        commit();
        checkpoints.turnEnds(nowNs, parts.replicator.pollCheckpointWanted());
        for (int g = 0; g < groups.length; g++) {
            if (groups[g].kept()) {
                parts.replicator.stability().sample(g);
            }
        }
        parts.replicator.turnEnds();
        answersUntilNs = parts.primaries.leaseEndsNs();
        trim();
    }

    /** Whatever a rule of acknowledgement counts is synced first, and soon. */
    private void commit() {
        boolean isSyncWanted = parts.primaries.wantsSync();
        for (Group group : groups) {
            isSyncWanted |= group.isInLog()
                    && parts.commitment.isAwaited(group.index())
                    && !group.durable().covers(group.applied());
        }
        if (isSyncWanted) {
            effects.syncSoon();
        }
        parts.commitment.turnEnds();
        parts.dispatcher.release();
    }

    private void expire() {
        long nowMs = hlc.nowMs(wallMs);
        for (int n = 0; n < EXPIRED_PER_TURN; n++) {
            Key key = keyspace.pollExpired(nowMs, EXPIRED_AGAIN_MS);
            if (key == null) {
                return;
            }
            if (nowMs < key.expireAtMs() + EXPIRED_AGAIN_MS) {
                expiredKeys++;
                parts.dispatcher.expired(key);
            }
            if (endsHere(key, nowMs)) {
                parts.mutation.end(key);
                parts.mutation.commit();
            }
        }
    }

    /** One region removes what has expired: the one that gave the lifetime; any, where that one does not. */
    private boolean endsHere(Key key, long nowMs) {
        Cell expiry = key.expiry();
        // Not before every write from before the end has arrived: one of them may have given the key a longer life.
        Group group = groups[key.dataset().group()];
        return group.isWriter()
                && group.pause() == null
                && group.serving()
                && expiry != null
                && parts.replicator.stability().closedHlc(key.dataset().group()) >= Hlc.of(key.expireAtMs())
                && (placement.group(key.dataset()).primary() != null
                        || origins.region(expiry.origin()).equals(placement.self())
                        || nowMs >= key.expireAtMs() + OTHERS_END_MS);
    }

    private void collect() {
        for (int g = 0; g < groups.length; g++) {
            if (keyspace.tombstones(g) > 0) {
                keyspace.collect(g, parts.replicator.stability().of(g), COLLECTED_PER_TURN);
            }
        }
    }

    private void warnOfLag() {
        for (Group group : groups) {
            long thresholdMs = group.policy().lagThresholdMs();
            if (group.held() && thresholdMs > 0) {
                long lagMs = parts.replicator.stability().lagMs(group.index());
                if (lagMs > thresholdMs) {
                    effects.alarm(
                            "MRD-4106",
                            "a member of group " + group.policy().id()
                                    + " has not confirmed writes older than lag_threshold (" + thresholdMs + " ms)");
                }
            }
        }
    }

    private void trim() {
        if (nowNs < trimDueNs) {
            return;
        }
        warnOfLag();
        String wrongClock = clock.alarm();
        if (wrongClock != null) {
            effects.alarm("MRD-4108", wrongClock);
        }
        trimDueNs = nowNs + TRIM_INTERVAL_NS;
        long needed = log.drained();
        long owed = Math.min(log.drained(), late.neededFrom());
        for (int g = 0; g < groups.length; g++) {
            if (groups[g].kept()) {
                needed = Math.min(needed, parts.replicator.stability().neededFrom(g, index, false));
                owed = Math.min(owed, parts.replicator.stability().neededFrom(g, index, true));
            }
        }
        // What others wrote, rows can bring to whoever was away too long. What this region wrote goes to them record by
        // record: two
        // regions that each owed the other more than rows could not be brought together by rows.
        effects.trimLog(Math.min(owed, Math.max(needed, log.drained() - options.logRetainedBytes())));
    }

    // ---- what the host and the kernel's own commands look at ----

    public Placement placement() {
        return placement;
    }

    public Keyspace keyspace() {
        return keyspace;
    }

    public Origins origins() {
        return origins;
    }

    public Hlc hlc() {
        return hlc;
    }

    public Group[] groups() {
        return groups;
    }

    public Replicator replicator() {
        return parts.replicator;
    }

    public Dispatcher dispatcher() {
        return parts.dispatcher;
    }

    public LateWrites lateWrites() {
        return late;
    }

    public Control control() {
        return control;
    }

    public Primaries primaries() {
        return parts.primaries;
    }

    public PubSub pubSub() {
        return parts.pubSub;
    }

    public CommandTable<Command> table() {
        return table;
    }

    public KernelOptions options() {
        return options;
    }

    /** The connected clients, in the order of their coming. */
    public Iterable<Client> clients() {
        return clients;
    }

    public int clientCount() {
        return clients.size();
    }

    /** Keys that ended by their lifetime since the start. */
    public long expiredKeys() {
        return expiredKeys;
    }

    /** Connections accepted since the start, or since CONFIG RESETSTAT. */
    public long connectionsReceived() {
        return connectionsReceived;
    }

    /** CONFIG RESETSTAT: counters in INFO begin anew. */
    public void resetStatistics() {
        connectionsReceived = 0;
        expiredKeys = 0;
        parts.dispatcher.resetStatistics();
    }

    /** Milliseconds since this run's first turn, by the monotonic clock. */
    public long uptimeMs() {
        return startedNs < 0 ? 0 : (nowNs - startedNs) / 1_000_000;
    }

    /** The host tells how much memory its process uses, as often as it likes. */
    public void memoryUsed(long bytes) {
        memoryUsedBytes = bytes;
    }

    /** What the host told last, in bytes; 0 before. */
    public long memoryUsedBytes() {
        return memoryUsedBytes;
    }

    public long wallMs() {
        return wallMs;
    }

    /** This turn's monotonic time. */
    public long nowNs() {
        return nowNs;
    }

    public Effects effects() {
        return effects;
    }

    public MutationLog log() {
        return log;
    }
}
