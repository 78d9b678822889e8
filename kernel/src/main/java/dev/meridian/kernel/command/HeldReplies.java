package dev.meridian.kernel.command;

import dev.meridian.kernel.data.BytesTable;
import dev.meridian.kernel.primary.Commitment;
import dev.meridian.kernel.replication.Group;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Replies that tell of writes which are not committed yet: that of the write itself, and that of whoever read what it wrote. They leave
 * when the group's rule covers it, or turn into an error when the time for that is over. A client's replies keep their order;
 * its later commands run meanwhile. Not thread-safe.
 */
final class HeldReplies {
    /** What a reply waits for; the highest of what one command met. */
    static final class Gate {
        int group = -1;
        long seq;
        boolean isWrite;

        void clear() {
            group = -1;
            seq = 0;
            isWrite = false;
        }

        void raise(int group, long seq, boolean isWrite) {
            if (this.group >= 0 && this.group != group) {
                throw new IllegalStateException("one command waits for two groups");
            }
            this.group = group;
            this.seq = Math.max(this.seq, seq);
            this.isWrite |= isWrite;
        }
    }

    /** A reply of a client; gate -1 waits for those before it only. */
    static final class Held {
        final Client client;
        final byte[] reply;
        final int group;
        final long seq;
        final boolean isWrite;
        final long deadlineNs;

        @Nullable
        String error;

        boolean mayLeave;

        Held(Client client, byte[] reply, Gate gate, long deadlineNs) {
            this.client = client;
            this.reply = reply;
            this.group = gate.group;
            this.seq = gate.seq;
            this.isWrite = gate.isWrite;
            this.deadlineNs = deadlineNs;
            this.mayLeave = gate.group < 0;
        }
    }

    /** A key whose last write is not committed. */
    private static final class Unsettled extends BytesTable.Node {
        long seq;

        Unsettled(byte[] id) {
            super(id);
        }
    }

    private record Written(long seq, Unsettled key) {}

    private final Dispatcher dispatcher;
    private final Group[] groups;
    private final Commitment commitment;
    private final List<ArrayDeque<Held>> waiting = new ArrayList<>();
    private final List<ArrayDeque<Written>> written = new ArrayList<>();
    private final List<BytesTable<Unsettled>> unsettled = new ArrayList<>();
    private final ArrayDeque<Held> ended = new ArrayDeque<>();
    private final long[] eras;
    private long nowNs;

    HeldReplies(Dispatcher dispatcher, Group[] groups, Commitment commitment) {
        this.dispatcher = dispatcher;
        this.groups = groups;
        this.commitment = commitment;
        this.eras = new long[groups.length];
        for (int g = 0; g < groups.length; g++) {
            waiting.add(new ArrayDeque<>());
            written.add(new ArrayDeque<>());
            unsettled.add(new BytesTable<>(16));
        }
    }

    void turn(long nowNs) {
        this.nowNs = nowNs;
    }

    /** A key has changed by the mutation that is open, or was just closed. */
    void changed(int group, byte[] key) {
        if (!commitment.isAwaited(group)) {
            return;
        }
        endEra(group);
        long seq = groups[group].applied().get(groups[group].self());
        BytesTable<Unsettled> keys = unsettled.get(group);
        Unsettled entry = keys.find(key);
        if (entry == null) {
            entry = new Unsettled(key);
            keys.add(entry);
        }
        if (entry.seq != seq) {
            entry.seq = seq;
            written.get(group).add(new Written(seq, entry));
        }
    }

    /** The last write of the key that is not committed; 0 when all are. */
    long unsettled(int group, byte[] buffer, int offset, int length) {
        endEra(group);
        BytesTable<Unsettled> keys = unsettled.get(group);
        if (keys.size() == 0) {
            return 0;
        }
        Unsettled entry = keys.find(buffer, offset, length);
        return entry == null ? 0 : entry.seq;
    }

    /** The last write of the group here that is not committed; 0 when all are. */
    long unsettled(int group) {
        endEra(group);
        Written last = written.get(group).peekLast();
        return last == null ? 0 : last.seq;
    }

    /** Takes what the client was told from {@code mark} on, until what it tells of is committed. */
    void hold(Client client, int mark, Gate gate) {
        boolean waits = gate.group >= 0 && commitment.committed(gate.group) < gate.seq;
        if (!waits && client.held.isEmpty() || client.out.mark() == mark) {
            return;
        }
        byte[] reply = client.out.cut(mark);
        if (!waits) {
            gate.clear();
        }
        long deadlineNs = waits ? nowNs + groups[gate.group].policy().writeTimeoutMs() * 1_000_000 : Long.MAX_VALUE;
        Held held = new Held(client, reply, gate, deadlineNs);
        client.held.add(held);
        // Nobody asks a second thing of one that stands for a command of another region, or for a part of one.
        client.blocked |= client.forwarded != null || client.whenFinished != null;
        if (waits) {
            endEra(gate.group);
            waiting.get(gate.group).add(held);
        }
    }

    /** Lets go of what is committed, and of what has waited too long. Every turn. */
    void poll() {
        for (int g = 0; g < groups.length; g++) {
            endEra(g);
            ArrayDeque<Written> keys = written.get(g);
            ArrayDeque<Held> replies = waiting.get(g);
            if (keys.isEmpty() && replies.isEmpty()) {
                continue;
            }
            long committed = commitment.committed(g);
            while (!keys.isEmpty() && keys.getFirst().seq <= committed) {
                Written w = keys.removeFirst();
                if (w.key.seq == w.seq) {
                    unsettled.get(g).remove(w.key);
                }
            }
            for (Iterator<Held> i = replies.iterator(); i.hasNext(); ) {
                Held held = i.next();
                if (held.seq <= committed || nowNs >= held.deadlineNs || held.client.gone) {
                    if (held.seq > committed) {
                        held.error = error(
                                held,
                                "no acknowledgement within "
                                        + groups[g].policy().writeTimeoutMs() + " ms");
                    }
                    held.mayLeave = true;
                    i.remove();
                    release(held.client);
                }
            }
        }
        while (!ended.isEmpty()) {
            release(ended.remove().client);
        }
    }

    /** What waited when another region became primary, or this one anew, is not to be awaited: before anything of the new reign waits. */
    private void endEra(int g) {
        if (eras[g] == commitment.era(g)) {
            return;
        }
        eras[g] = commitment.era(g);
        written.get(g).clear();
        unsettled.set(g, new BytesTable<>(16));
        ArrayDeque<Held> replies = waiting.get(g);
        while (!replies.isEmpty()) {
            Held held = replies.remove();
            held.error = error(held, "another region has become primary");
            held.mayLeave = true;
            ended.add(held);
        }
    }

    private static String error(Held held, String why) {
        return held.isWrite
                ? "UNCERTAIN " + why + ": the write may or may not take effect"
                : "TRYAGAIN " + why + ": what was read may not stay";
    }

    private void release(Client client) {
        if (client.gone) {
            client.held.clear();
            return;
        }
        boolean any = false;
        while (true) {
            Held first = client.held.peek();
            if (first == null || !first.mayLeave) {
                break;
            }
            client.held.remove();
            String error = first.error;
            if (error != null) {
                client.out.error(error);
            } else {
                client.out.raw(first.reply, 0, first.reply.length);
            }
            any = true;
        }
        if (any) {
            dispatcher.released(client);
        }
    }
}
