package dev.meridian.kernel.command;

import dev.meridian.kernel.Effects;
import dev.meridian.kernel.bytes.ByteReader;
import dev.meridian.kernel.data.Cell;
import dev.meridian.kernel.data.Key;
import dev.meridian.kernel.data.Keyspace;
import dev.meridian.kernel.data.Marker;
import dev.meridian.kernel.placement.Dataset;
import dev.meridian.kernel.placement.Placement;
import dev.meridian.kernel.primary.Commitment;
import dev.meridian.kernel.replication.Group;
import dev.meridian.kernel.replication.MutationWriter;
import dev.meridian.kernel.replication.Peer;
import dev.meridian.kernel.replication.Replicator;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Decides for each command whether this node serves it, another region does, or nobody may, and serves it. A
 * command that has to wait (for another region, for a key, for state as fresh as its level asks) leaves its
 * client blocked and goes on from {@link Waiting} or {@link Forwarding}. Not thread-safe.
 */
public final class Dispatcher {
    /** The one command that shows what is here, however old. */
    private static final long COMMAND_BYTES_MAX = 48L << 20;

    private final CommandTable<Command> table;
    private final Placement placement;
    private final Group[] groups;
    private final Keyspace keyspace;
    private final MutationWriter mutation;
    private final Execution execution;
    private final Effects effects;
    private final PubSub pubSub;
    private final Waiting waiting;
    private final Forwarding forwarding;
    private final Routing routing;
    private final Transactions transactions;
    private final Scatter scatter;
    private final HeldReplies held;
    private final Commitment commitment;
    private HeldReplies.Gate gate = new HeldReplies.Gate();
    private @Nullable Consumer<Key> observer;
    private @Nullable VerificationWork verificationWork;
    private long nowMs;

    /** Commands served, for INFO and metrics. */
    private long commands;

    private final long[] calls;

    public Dispatcher(
            CommandTable<Command> table,
            Placement placement,
            Group[] groups,
            Keyspace keyspace,
            MutationWriter mutation,
            Replicator replicator,
            PubSub pubSub,
            Commitment commitment,
            RandomGenerator random,
            Effects effects) {
        this.table = table;
        this.calls = new long[table.all().size()];
        this.placement = placement;
        this.groups = groups;
        this.keyspace = keyspace;
        this.mutation = mutation;
        this.effects = effects;
        this.pubSub = pubSub;
        this.waiting = new Waiting(this, groups, replicator, keyspace.origins());
        this.routing = new Routing(placement, groups, replicator, waiting, commitment, this::spec, this::endsByNow);
        this.forwarding = new Forwarding(this, placement, replicator, keyspace.origins(), groups);
        this.execution = new Execution(keyspace, mutation, placement, random, new Execution.Host() {
            @Override
            public void block(Client client, Args args, List<byte[]> keys, long timeoutMs) {
                waiting.forKeys(client, args, keys, timeoutMs);
            }

            @Override
            public void keyspaceEvent(char eventClass, String event, byte[] key) {
                pubSub.keyspaceEvent(eventClass, event, key);
            }
        });
        this.transactions = new Transactions(this);
        this.scatter = new Scatter(this);
        this.commitment = commitment;
        this.held = new HeldReplies(this, groups, commitment);
        keyspace.listen((key, type) -> changed(key));
    }

    private void changed(Key key) {
        if (mutation.isOpen()) {
            held.changed(key.dataset().group(), key.id());
        }
        waiting.changed(key);
        transactions.changed(key);
        Consumer<Key> also = observer;
        if (also != null) {
            also.accept(key);
        }
    }

    void verificationWork(VerificationWork work) {
        verificationWork = work;
    }

    /** What is due by time: waits, forwarded commands without an answer, portions of long work. Every turn. */
    public void poll() {
        waiting.poll();
        forwarding.poll();
        VerificationWork work = verificationWork;
        if (work != null) {
            work.poll();
        }
    }

    /** Told of every change to a key from now on; null ends that. */
    void observe(@Nullable Consumer<Key> observer) {
        this.observer = observer;
    }

    /** Puts the commands of waiting and transactions into the table. */
    public void bind(BiConsumer<String, Command> commands) {
        transactions.bind(commands);
    }

    /** Frames of other regions that are not about replication. */
    public Replicator.OtherFrames frames(PubSub pubSub) {
        return new Replicator.OtherFrames() {
            @Override
            public void forward(Peer from, ByteReader frame) {
                forwarding.serve(from, frame);
            }

            @Override
            public void answer(Peer from, ByteReader frame) {
                forwarding.answered(from, frame);
            }

            @Override
            public void cancel(Peer from, ByteReader frame) {
                forwarding.cancelled(from, frame);
            }

            @Override
            public void publish(Peer from, ByteReader frame) {
                pubSub.published(frame);
            }

            @Override
            public void lost(Peer peer) {
                forwarding.lost(peer);
            }
        };
    }

    /** A key's end has come. */
    public void expired(Key key) {
        changed(key);
        if (!Marker.is(key.id())) {
            pubSub.keyspaceEvent('x', "expired", key.id());
        }
    }

    /** Lets go of replies whose writes are committed now. */
    public void release() {
        held.poll();
    }

    public Waiting waiting() {
        return waiting;
    }

    public Forwarding forwarding() {
        return forwarding;
    }

    public Transactions transactions() {
        return transactions;
    }

    public long commands() {
        return commands;
    }

    /** Why writes are refused; null when they are not. */
    public @Nullable String writesRefused() {
        return routing.writesRefused();
    }

    public void resetStatistics() {
        commands = 0;
        Arrays.fill(calls, 0);
        execution.resetStatistics();
    }

    /** How often clients sent a command since the start. */
    public long calls(CommandSpec spec) {
        return calls[spec.ordinal()];
    }

    public Execution execution() {
        return execution;
    }

    /** From now on writes are refused with this error; null lets them pass again. */
    public void refuseWrites(@Nullable String error) {
        routing.refuseWrites(error);
    }

    public void turn(long nowMs, long nowNs) {
        this.nowMs = nowMs;
        waiting.turn(nowNs);
        forwarding.turn(nowNs);
        held.turn(nowNs);
        routing.turn(nowNs);
    }

    /** The node's hybrid clock of this turn, in ms. */
    long nowMs() {
        return nowMs;
    }

    /** One command of a client, who is not blocked. The reply is in the client's writer, or the client is blocked. */
    public void dispatch(Client client, Args args) {
        commands++;
        client.lastCommandMs = nowMs;
        gate.clear();
        int mark = client.out.mark();
        if (client.silent || client.skipNextReply) {
            quietly(client, args);
        } else {
            answered(client, args);
        }
        if (!client.blocked) {
            client.session.endOnce();
            hold(client, mark);
        }
    }

    /** What the command told its client waits for the commit of what it tells of. */
    private void hold(Client client, int mark) {
        if (gate.group >= 0 || !client.held.isEmpty()) {
            held.hold(client, mark, gate);
            gate.clear();
        }
    }

    /** Serves a part of a command for a client made for it. */
    void part(Client part, CommandSpec spec, Args args) {
        gate.clear();
        serve(part, spec, args, false);
        if (!part.blocked) {
            hold(part, 0);
        }
    }

    /** Runs a block of another region's client. */
    void block(Client client, List<Args> commands) {
        gate.clear();
        executeBlock(client, commands);
        if (!client.blocked) {
            hold(client, 0);
        }
    }

    void executeBlock(Client client, List<Args> commands) {
        transactions.execute(client, commands, true);
        commit(client);
    }

    /** Replies that were held are in the client's writer. */
    void released(Client client) {
        if (client.forwarded == null && client.whenFinished == null) {
            effects.flush(client);
        } else if (client.held.isEmpty()) {
            client.blocked = false;
            finished(client);
        }
    }

    /** CLIENT REPLY OFF and SKIP: what the command says is dropped; what others tell the client is not. */
    private void quietly(Client client, Args args) {
        boolean once = client.skipNextReply;
        int mark = client.out.mark();
        client.skipNextReply = false;
        answered(client, args);
        if (client.silent || once) {
            if (client.blocked) {
                client.quiet = true;
            } else {
                client.out.rewind(mark);
            }
        }
    }

    private void answered(Client client, Args args) {
        CommandSpec spec = table.find(args);
        ReplyWriter reply = client.out;
        if (spec == null) {
            client.dirtyExec |= client.inMulti;
            reply.error(table.unknown(args));
            return;
        }
        client.lastCommand = spec.name();
        calls[spec.ordinal()]++;
        if (!spec.accepts(args.count()) || table.handler(spec) == null) {
            reject(client, spec, spec.wrongArity());
            return;
        }
        if (!client.authenticated && !spec.has(CommandSpec.Flag.NO_AUTH)) {
            reject(client, spec, "NOAUTH Authentication required.");
            return;
        }
        if (args.totalBytes() > COMMAND_BYTES_MAX
                || client.queueBytes > COMMAND_BYTES_MAX && !Transactions.runsAtOnce(spec)) {
            client.dirtyExec |= client.inMulti;
            reply.error("ERR command too large: a command, or a MULTI block, may carry " + (COMMAND_BYTES_MAX >> 20)
                    + " MiB, since it is one record of the log");
            return;
        }
        if (client.limitedToSubscriptions() && !PubSub.allowedWhileSubscribed(spec)) {
            reject(
                    client,
                    spec,
                    "ERR Can't execute '" + spec.name()
                            + "': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this"
                            + " context");
            return;
        }
        if (client.inMulti && !Transactions.runsAtOnce(spec)) {
            transactions.queue(client, spec, args);
            return;
        }
        serve(client, spec, args, false);
    }

    /** A block of which a command was rejected is never executed; a rejected EXEC ends it. */
    private void reject(Client client, CommandSpec spec, String error) {
        if (spec.name().equals("exec")) {
            transactions.abort(client);
            client.out.error("EXECABORT Transaction discarded because of: "
                    + (error.startsWith("ERR ") ? error.substring(4) : error));
        } else {
            client.dirtyExec |= client.inMulti;
            client.out.error(error);
        }
    }

    CommandSpec spec(Args args) {
        CommandSpec spec = table.find(args);
        if (spec == null) {
            throw new IllegalStateException("a command that was known is not: " + args.text(0));
        }
        return spec;
    }

    /** Routes a command and, if this node serves it, runs it in a mutation of its own. */
    void serve(Client client, CommandSpec spec, Args args, boolean timedOut) {
        KeyRule keys = spec.keys();
        int count = keys.count(args);
        if (count > 0) {
            Dataset dataset = dataset(args, keys.at(args, 0));
            for (int i = 1; i < count; i++) {
                Dataset other = dataset(args, keys.at(args, i));
                if (other.group() != dataset.group()) {
                    if (scatter.splits(spec)) {
                        scatter.run(client, spec, args);
                    } else {
                        client.out.error(acrossGroups(dataset, other));
                    }
                    return;
                }
            }
            switch (routing.route(client, dataset, spec.writes(), spec, args)) {
                case HERE -> sees(dataset.group(), keys, args, count);
                case ELSEWHERE -> {
                    forwarding.forward(client, routing.target(), args, spec, dataset.group());
                    return;
                }
                case ANSWERED -> {
                    return;
                }
            }
        }
        run(client, spec, args, timedOut);
    }

    /** What the command reads of its keys may not be committed: then its answer waits for that. */
    private void sees(int group, KeyRule keys, Args args, int count) {
        if (groups[group].leads() && groups[group].pause() == null) {
            endWhatIsOver(keys, args, count);
        }
        if (!commitment.isAwaited(group) || held.unsettled(group) == 0) {
            return;
        }
        for (int i = 0; i < count; i++) {
            int at = keys.at(args, i);
            long seq = held.unsettled(group, args.buffer(), args.offset(at), args.length(at));
            if (seq > 0) {
                gate.raise(group, seq, false);
            }
        }
    }

    /** The answer tells the client of the write that made the key what it is: it waits for that one's commit, and the session has seen it. */
    void tells(Client client, int group, byte[] key) {
        long seq = commitment.isAwaited(group) ? held.unsettled(group, key, 0, key.length) : 0;
        if (seq > 0) {
            gate.raise(group, seq, true);
        }
        client.session.touched |= 1L << group;
    }

    /** Where reads are linearizable a key's end is a write like others: another primary's clock may be behind. */
    private void endWhatIsOver(KeyRule keys, Args args, int count) {
        for (int i = 0; i < count; i++) {
            Key key = over(args, keys.at(args, i));
            if (key != null) {
                mutation.end(key);
                mutation.commit();
            }
        }
    }

    /** Whether a key of the command has an end, and that has come by this node's clock. */
    private boolean endsByNow(CommandSpec spec, Args args) {
        for (int i = spec.keys().count(args) - 1; i >= 0; i--) {
            if (over(args, spec.keys().at(args, i)) != null) {
                return true;
            }
        }
        return false;
    }

    private @Nullable Key over(Args args, int i) {
        Key key = keyspace.find(args.buffer(), args.offset(i), args.length(i));
        if (key == null || !key.expiredAt(nowMs)) {
            return null;
        }
        Cell expiry = key.expiry();
        return expiry != null && expiry.register() != null ? key : null;
    }

    /** Runs a command here, in a mutation of its own. */
    void run(Client client, CommandSpec spec, Args args, boolean timedOut) {
        Command command = table.handler(spec);
        if (command == null) {
            throw new IllegalStateException(spec.name() + " has no handler");
        }
        execution.begin(client, args, nowMs, false, timedOut);
        execution.counts(!spec.writes());
        int mark = client.out.mark();
        try {
            command.run(execution);
        } catch (RuntimeException e) {
            // What the command changed before it failed is in memory and in the log alike: it stands.
            client.out.rewind(mark);
            client.out.error("ERR internal error in '" + spec.name() + "': "
                    + e.getClass().getSimpleName() + "; please report it with the node's log");
            effects.defect("command " + spec.name(), e);
        }
        commit(client);
    }

    /** Runs one of several commands that share a mutation. */
    void runWithin(Client client, CommandSpec spec, Args args) {
        Command command = table.handler(spec);
        if (command == null) {
            throw new IllegalStateException(spec.name() + " has no handler");
        }
        execution.begin(client, args, nowMs, true, false);
        execution.counts(!spec.writes());
        command.run(execution);
    }

    void commit(Client client) {
        if (mutation.commit()) {
            Group group = groups[mutation.lastGroup()];
            long seq = group.applied().get(group.self());
            client.session.wrote(group.index(), group.self(), seq);
            if (commitment.isAwaited(group.index())) {
                gate.raise(group.index(), seq, true);
            }
        }
        waiting.serveChangedKeys();
    }

    Dataset dataset(Args args, int i) {
        return placement.datasetOf(args.buffer(), args.offset(i), args.length(i));
    }

    static String acrossGroups(Dataset a, Dataset b) {
        return "CROSSSLOT datasets '" + a.name() + "' and '" + b.name()
                + "' are replicated in different groups: nothing is"
                + " atomic across groups. Use separate commands, or give both the same placement, topology and consistency";
    }

    // ---- blocks ----

    /**
     * Whether a block may run here now; if not it was answered, waits, or was sent to the region that takes it.
     *
     * @param keyed one of its commands that has a key, where the block may wait for a primary
     */
    boolean admits(
            Client client,
            Dataset dataset,
            boolean write,
            CommandSpec spec,
            List<Args> commands,
            @Nullable Args keyed) {
        Group group = groups[dataset.group()];
        if (write && keyed != null && group.isWriter() && group.serving() && group.pause() != null) {
            return routing.paused(client, keyed, group, () -> executeBlock(client, commands)) == Routing.Where.HERE;
        }
        Routing.Where where = routing.route(client, dataset, write, spec, null);
        if (where == Routing.Where.HERE && write) {
            where = routing.mayReadWithin(client, dataset, commands);
        }
        if (where == Routing.Where.ELSEWHERE) {
            forwarding.forward(client, routing.target(), commands, write, dataset.group());
        }
        if (where == Routing.Where.HERE && held.unsettled(dataset.group()) > 0) {
            gate.raise(dataset.group(), held.unsettled(dataset.group()), false);
        }
        return where == Routing.Where.HERE;
    }

    /** Lets a write that a region refused look for the primary a little longer; false when it has. */
    boolean moved(Client client, Args args, Runnable again) {
        return waiting.moved(client, args, again);
    }

    /** Whether this region takes the dataset's writes, by the configuration in force here. */
    boolean takesWrites(Dataset dataset) {
        return groups[dataset.group()].isWriter();
    }

    // ---- the end of a wait ----

    /** Answers a command that had waited; it may wait again. Does nothing for a client that is gone. */
    void finish(Client client, Runnable reply) {
        if (client.gone) {
            return;
        }
        int mark = client.out.mark();
        client.blocked = false;
        HeldReplies.Gate interrupted = gate;
        gate = new HeldReplies.Gate();
        reply.run();
        if (!client.blocked) {
            if (client.quiet) {
                client.quiet = false;
                client.out.rewind(mark);
            }
            hold(client, mark);
        }
        gate = interrupted;
        if (!client.blocked) {
            finished(client);
        }
    }

    /** Tells the host, or the region that it came from, that the client's command is answered. */
    private void finished(Client client) {
        client.session.endOnce();
        client.movedNs = 0;
        Runnable then = client.whenFinished;
        if (then != null) {
            then.run();
        } else if (client.forwarded != null) {
            forwarding.answer(client);
        } else {
            effects.flush(client);
            effects.resume(client);
        }
    }

    /** A client is gone: nothing is done for it any more, here or in a region that it waited for. */
    public void disconnected(Client client) {
        client.gone = true;
        waiting.forget(client);
        forwarding.forget(client);
        transactions.forget(client);
    }
}
