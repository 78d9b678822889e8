package dev.meridian.kernel.command;

import dev.meridian.kernel.bytes.ByteReader;
import dev.meridian.kernel.bytes.ByteWriter;
import dev.meridian.kernel.bytes.MalformedBytesException;
import dev.meridian.kernel.data.Origins;
import dev.meridian.kernel.data.VersionVector;
import dev.meridian.kernel.placement.Dataset;
import dev.meridian.kernel.placement.GroupPolicy;
import dev.meridian.kernel.placement.Placement;
import dev.meridian.kernel.replication.CommandFrames;
import dev.meridian.kernel.replication.Group;
import dev.meridian.kernel.replication.LinkPort;
import dev.meridian.kernel.replication.Peer;
import dev.meridian.kernel.replication.Replicator;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Commands that another region serves for a client here, and the other way round. A command goes out once; if its
 * answer does not come, a write is reported as uncertain, never as failed. Not thread-safe.
 */
public final class Forwarding {
    private static final long TIMEOUT_NS = 5_000_000_000L;

    /** Takes the answer to a forwarded command: RESP bytes. */
    interface Answer {
        void answered(byte[] resp, int offset, int length);
    }

    /** What nodes ask each other and clients cannot. Answers into the client's writer, now or later. */
    interface Question {
        void answer(Client asking, Args args);
    }

    private record Pending(Client client, Peer peer, boolean write, int group, long deadlineNs, Answer answer) {}

    private final Dispatcher dispatcher;
    private final Placement placement;
    private final Replicator replicator;
    private final Origins origins;
    private final Group[] groups;
    private final TreeMap<Long, Pending> pending = new TreeMap<>();
    private final ByteWriter out = new ByteWriter(1 << 12);
    private final Map<String, Question> questions = new TreeMap<>();
    /** The last request that was served on each peer's connection: they come in order. */
    private final long[] served;

    /** For each peer its clients whose command waits here, by request. */
    private final List<TreeMap<Long, Client>> held = new ArrayList<>();

    private long requests;

    /** No deadline of {@link #pending} is before it. */
    private long earliestNs = Long.MAX_VALUE;

    private long nowNs;

    Forwarding(Dispatcher dispatcher, Placement placement, Replicator replicator, Origins origins, Group[] groups) {
        this.dispatcher = dispatcher;
        this.placement = placement;
        this.replicator = replicator;
        this.origins = origins;
        this.groups = groups;
        this.served = new long[placement.regions().size()];
        for (int i = 0; i < served.length; i++) {
            held.add(new TreeMap<>());
        }
        // Answers to an earlier run of this node may still come: they must not fit anything that this run asks.
        this.requests = replicator.run() >>> 16;
    }

    void turn(long nowNs) {
        this.nowNs = nowNs;
    }

    // ---- on the client's side ----

    /** Sends one command; the client is blocked until its answer is in its writer. */
    void forward(Client client, int peer, Args args, CommandSpec spec, int group) {
        long waitMs = Blocking.longestMs(spec, args);
        long deadlineNs = waitMs == Long.MAX_VALUE ? Long.MAX_VALUE : nowNs + waitMs * 1_000_000 + timeoutNs(group);
        boolean follows = spec.writes() && groups[group].primary() != null;
        List<Args> commands = List.of(follows ? args.retain() : args);
        Runnable again = () -> dispatcher.serve(client, spec, commands.getFirst(), false);
        forward(client, peer, commands, false, spec.writes(), group, deadlineNs, follows ? again : null);
    }

    void forward(Client client, int peer, List<Args> commands, boolean write, int group) {
        boolean follows = write && groups[group].primary() != null;
        Runnable again = () -> dispatcher.executeBlock(client, commands);
        forward(client, peer, commands, true, write, group, nowNs + timeoutNs(group), follows ? again : null);
    }

    /** How long the answer may take; where only a primary can give it, what the dataset allows for that. */
    private long timeoutNs(int group) {
        GroupPolicy policy = groups[group].policy();
        return groups[group].defers() ? Math.min(TIMEOUT_NS, policy.writeTimeoutMs() * 1_000_000) : TIMEOUT_NS;
    }

    /** @param again what is done where the region is not the one that takes the write, and nothing happened; null: that is told */
    private void forward(
            Client client,
            int peer,
            List<Args> commands,
            boolean multi,
            boolean write,
            int group,
            long deadlineNs,
            @Nullable Runnable again) {
        client.blocked = true;
        client.session.wroteElsewhere |= write;
        Answer answer = (resp, offset, length) -> {
            if (again == null
                    || client.gone
                    || !isRefusal(resp, offset, length, replicator.peer(peer).region())
                    || !dispatcher.moved(client, commands.getFirst(), again)) {
                dispatcher.finish(client, () -> client.out.raw(resp, offset, length));
            }
        };
        send(new Pending(client, replicator.peer(peer), write, group, deadlineNs, answer), commands, multi);
    }

    /** Whether the region says that it does not take what it was sent. */
    private static boolean isRefusal(byte[] resp, int offset, int length, String region) {
        byte[] refusal = ("-" + Routing.notServedIn(region)).getBytes(StandardCharsets.US_ASCII);
        return length >= refusal.length
                && Arrays.equals(resp, offset, offset + refusal.length, refusal, 0, refusal.length);
    }

    /** Reads something of another region; the client need not be blocked for it. */
    void send(Client client, int peer, Args args, int group, Answer answer) {
        Pending asked = new Pending(client, replicator.peer(peer), false, group, nowNs + TIMEOUT_NS, answer);
        send(asked, List.of(args), false);
    }

    private void send(Pending asked, List<Args> commands, boolean multi) {
        Client client = asked.client;
        int group = asked.group;
        long request = ++requests;
        pending.put(request, asked);
        earliestNs = Math.min(earliestNs, asked.deadlineNs);
        out.clear();
        long patienceNs = asked.deadlineNs == Long.MAX_VALUE ? Long.MAX_VALUE : asked.deadlineNs - nowNs;
        int wireId = group < 0 ? 0 : groups[group].wireId();
        Peer to = asked.peer;
        CommandFrames.forward(
                out, request, to.echoNs(), to.echoAgeNs(nowNs), patienceNs, multi, client.out.protocol(), wireId);
        Dataset.ReadLevel level = client.session.chosenLevel();
        out.u8(level == null ? 0 : 1 + level.ordinal());
        out.varint(client.session.chosenBoundMs());
        client.session.writeFloor(group, origins, out);
        out.varint(commands.size());
        for (Args args : commands) {
            out.varint(args.count());
            for (int i = 0; i < args.count(); i++) {
                out.bytes(args.buffer(), args.offset(i), args.length(i));
            }
        }
        replicator.send(asked.peer, LinkPort.INTERACTIVE, "forward", out);
    }

    /** Serves a question of other regions' nodes; its name must be no command's. */
    void serve(String name, Question question) {
        questions.put(name, question);
    }

    /**
     * Puts a question to regions' nodes, this one among them if it is named, while the client waits. {@code then} gets
     * the RESP answers in the order of the regions; errors stand for those that did not answer. It may ask again.
     */
    void ask(Client client, List<Integer> regions, Args question, Consumer<List<byte[]>> then) {
        List<byte[]> answers = new ArrayList<>(Collections.nCopies(regions.size(), new byte[0]));
        int[] open = {regions.size()};
        Args kept = question.retain();
        client.blocked = true;
        for (int i = 0; i < regions.size(); i++) {
            int slot = i;
            Answer answer = (resp, offset, length) -> {
                answers.set(slot, Arrays.copyOfRange(resp, offset, offset + length));
                if (--open[0] == 0 && !client.gone) {
                    dispatcher.finish(client, () -> then.accept(answers));
                }
            };
            if (regions.get(i) == placement.regions().indexOf(placement.self())) {
                askHere(kept, client.out.protocol(), answer);
            } else {
                send(client, regions.get(i), kept, -1, answer);
            }
        }
    }

    private void askHere(Args args, int protocol, Answer answer) {
        Question question = questions.get(args.latin1(0));
        if (question == null) {
            throw new IllegalStateException("no question is named " + args.latin1(0));
        }
        Client asking = new Client(0, placement.self(), placement.self());
        asking.out.protocol(protocol);
        Runnable answered = () -> answer.answered(asking.out.buffer(), asking.out.readIndex(), asking.out.size());
        asking.whenFinished = answered;
        question.answer(asking, args);
        if (!asking.blocked) {
            answered.run();
        }
    }

    /** An answer has come. */
    public void answered(Peer from, ByteReader frame) {
        long request = frame.i64();
        Pending p = pending.get(request);
        if (p == null || p.peer != from) {
            return;
        }
        pending.remove(request);
        int length = frame.count();
        int at = frame.skip(length);
        int group = placement.groupOf(frame.i32());
        p.client.session.readFloor(group, origins, frame);
        p.answer.answered(frame.array(), at, length);
    }

    /** The peer's connection is over: what it was asked is not going to be answered, and what it asked is for nobody. */
    public void lost(Peer peer) {
        served[peer.index()] = 0;
        List<Client> unheard = List.copyOf(held.get(peer.index()).values());
        held.get(peer.index()).clear();
        unheard.forEach(dispatcher::disconnected);
        // An answer may ask for more, and a map's entries are other ones once something is removed from it.
        for (long request : List.copyOf(pending.keySet())) {
            Pending p = pending.get(request);
            if (p != null && p.peer == peer) {
                pending.remove(request);
                fail(p);
            }
        }
    }

    /** Gives up on answers that are overdue. */
    public void poll() {
        if (nowNs < earliestNs) {
            return;
        }
        earliestNs = Long.MAX_VALUE;
        for (long request : List.copyOf(pending.keySet())) {
            Pending p = pending.get(request);
            if (p == null) {
                continue;
            }
            if (nowNs >= p.deadlineNs) {
                pending.remove(request);
                cancel(p.peer, request);
                fail(p);
            } else {
                earliestNs = Math.min(earliestNs, p.deadlineNs);
            }
        }
    }

    /** Tells the peer that an answer would be for nobody: what still waits there must take nothing. */
    private void cancel(Peer peer, long request) {
        out.clear();
        CommandFrames.cancel(out, request);
        replicator.send(peer, LinkPort.INTERACTIVE, "forward", out);
    }

    private static void fail(Pending p) {
        String region = p.peer.region();
        ReplyWriter error = new ReplyWriter();
        error.error(
                p.write
                        ? "UNCERTAIN region " + region + " did not answer: the write may or may not have been applied"
                        : "TRYAGAIN region " + region + " did not answer");
        p.answer.answered(error.buffer(), error.readIndex(), error.size());
    }

    void forget(Client client) {
        pending.entrySet().removeIf(e -> {
            boolean its = e.getValue().client == client;
            if (its) {
                cancel(e.getValue().peer, e.getKey());
            }
            return its;
        });
    }

    // ---- on the serving side ----

    /** A command has come from another region. */
    public void serve(Peer from, ByteReader frame) {
        long request = frame.i64();
        if (request <= served[from.index()]) {
            // The same frame once more: a command takes effect once (D6).
            return;
        }
        served[from.index()] = request;
        boolean isOverdue = CommandFrames.isOverdue(frame, from, nowNs);
        int flags = frame.u8();
        int group = placement.groupOf(frame.i32());
        int level = frame.u8();
        long boundMs = frame.varint();
        Client client = new Client(-request, from.region(), placement.self());
        client.authenticated = true;
        client.out.protocol(CommandFrames.protocol(flags));
        client.forwarded = new Client.Forwarded(from.index(), request, group);
        client.session.readFloor(group, origins, frame);
        if (level > 0) {
            Dataset.ReadLevel[] levels = Dataset.ReadLevel.values();
            if (level > levels.length) {
                throw new MalformedBytesException("read level " + level);
            }
            client.session.level(levels[level - 1], boundMs);
        }
        List<Args> commands = new ArrayList<>();
        for (int n = frame.count(); n > 0; n--) {
            byte[][] words = new byte[frame.count()][];
            for (int i = 0; i < words.length; i++) {
                words[i] = frame.bytes();
            }
            if (words.length == 0) {
                throw new MalformedBytesException("a command without words");
            }
            commands.add(Args.of(words));
        }
        if (commands.isEmpty()) {
            throw new MalformedBytesException("a frame of commands without one");
        }
        Question question = questions.get(commands.getFirst().latin1(0));
        if (isOverdue) {
            client.out.error("TRYAGAIN the command came here later than its client waits: it was not carried out");
        } else if (question != null) {
            question.answer(client, commands.getFirst());
        } else if (CommandFrames.multi(flags)) {
            dispatcher.block(client, commands);
        } else {
            dispatcher.dispatch(client, commands.getFirst());
        }
        if (client.blocked) {
            held.get(from.index()).put(request, client);
        } else {
            answer(client);
        }
    }

    /** Nobody there waits any more for what the peer asked. */
    void cancelled(Peer from, ByteReader frame) {
        Client client = held.get(from.index()).remove(frame.i64());
        if (client != null) {
            dispatcher.disconnected(client);
        }
    }

    /** Sends a forwarded client's reply back to where its command came from. */
    void answer(Client client) {
        Client.Forwarded forwarded = client.forwarded;
        if (forwarded == null) {
            throw new IllegalStateException("not a forwarded client");
        }
        held.get(forwarded.peer()).remove(forwarded.request());
        Peer p = replicator.peer(forwarded.peer());
        int group = forwarded.group();
        out.clear();
        CommandFrames.answer(out, forwarded.request());
        ReplyWriter reply = client.out;
        out.bytes(reply.buffer(), reply.readIndex(), reply.size());
        boolean tells = group >= 0 && groups[group].held();
        out.i32(tells ? groups[group].wireId() : 0);
        CommandFrames.vector(out, tells ? groups[group].told() : new VersionVector(), origins);
        replicator.send(p, LinkPort.INTERACTIVE, "forward", out);
    }
}
