package dev.meridian.kernel.command;

import dev.meridian.kernel.data.BytesTable;
import dev.meridian.kernel.data.Key;
import dev.meridian.kernel.data.Origins;
import dev.meridian.kernel.placement.Dataset;
import dev.meridian.kernel.replication.Group;
import dev.meridian.kernel.replication.Replicator;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Clients whose command cannot be answered yet: those that wait for a key to get a value (BLPOP), for state as
 * fresh as their read level asks, for other regions' acknowledgements (WAIT), or that are slowed down because a
 * region is too far behind. Every wait ends by itself. Not thread-safe.
 */
public final class Waiting {
    /** How long a read waits for its level before it goes elsewhere or fails. */
    private static final long LEVEL_WAIT_NS = 1_000_000_000L;

    private static final long SLOW_DOWN_NS = 50_000_000L;

    /** Before a write is sent again to where the primary is by now. */
    private static final long MOVED_NS = 10_000_000L;

    private enum Cause {
        KEYS,
        LEVEL,
        PRIMARY,
        MOVED,
        ACKNOWLEDGED,
        SLOWED
    }

    private static final class Wait {
        final Client client;
        final Args args;
        final Cause cause;
        final long deadlineNs;
        final List<byte[]> keys;

        /** What is done again at the end; null: the command. */
        @Nullable
        Runnable resume;

        int wanted;
        boolean over;

        Wait(Client client, Args args, Cause cause, long deadlineNs, List<byte[]> keys) {
            this.client = client;
            this.args = args;
            this.cause = cause;
            this.deadlineNs = deadlineNs;
            this.keys = keys;
        }
    }

    private static final class Awaited extends BytesTable.Node {
        final ArrayDeque<Wait> waits = new ArrayDeque<>();
        boolean changed;

        Awaited(byte[] id) {
            super(id);
        }
    }

    private final Dispatcher dispatcher;
    private final Group[] groups;
    private final Replicator replicator;
    private final Origins origins;
    private final BytesTable<Awaited> awaited = new BytesTable<>(16);
    private final ArrayDeque<Awaited> changed = new ArrayDeque<>();
    private final List<Wait> timed = new ArrayList<>();
    private long nowNs;
    private boolean serving;
    private @Nullable Client running;
    private boolean runningOverdue;
    private int blockedCount;

    Waiting(Dispatcher dispatcher, Group[] groups, Replicator replicator, Origins origins) {
        this.origins = origins;
        this.dispatcher = dispatcher;
        this.groups = groups;
        this.replicator = replicator;
    }

    void turn(long nowNs) {
        this.nowNs = nowNs;
    }

    /** How many clients wait. */
    public int blocked() {
        return blockedCount;
    }

    void changed(Key key) {
        if (awaited.size() == 0) {
            return;
        }
        Awaited a = awaited.find(key.id());
        if (a != null && !a.changed) {
            a.changed = true;
            changed.add(a);
        }
    }

    private void begin(Wait wait) {
        wait.client.blocked = true;
        timed.add(wait);
        blockedCount++;
    }

    private void end(Wait wait) {
        wait.over = true;
        blockedCount--;
        for (byte[] key : wait.keys) {
            Awaited a = awaited.find(key);
            if (a != null) {
                a.waits.remove(wait);
                if (a.waits.isEmpty() && !a.changed) {
                    awaited.remove(a);
                }
            }
        }
    }

    // ---- keys ----

    void forKeys(Client client, Args args, List<byte[]> keys, long timeoutMs) {
        long deadline = timeoutMs == 0 ? Long.MAX_VALUE : nowNs + Math.min(timeoutMs, 1L << 40) * 1_000_000;
        Wait wait = new Wait(client, args.retain(), Cause.KEYS, deadline, keys);
        begin(wait);
        for (byte[] key : keys) {
            Awaited a = awaited.find(key);
            if (a == null) {
                a = new Awaited(key);
                awaited.add(a);
            }
            a.waits.add(wait);
        }
    }

    /** Runs commands again whose keys have changed, in the order in which they came. */
    public void serveChangedKeys() {
        if (serving || changed.isEmpty()) {
            return;
        }
        serving = true;
        while (true) {
            Awaited a = changed.poll();
            if (a == null) {
                break;
            }
            a.changed = false;
            List<Wait> waits = List.copyOf(a.waits);
            if (waits.isEmpty()) {
                awaited.remove(a);
            }
            for (Wait wait : waits) {
                if (!wait.over) {
                    again(wait, false);
                }
            }
        }
        serving = false;
    }

    private void again(Wait wait, boolean timedOut) {
        Client client = wait.client;
        end(wait);
        Runnable resume = wait.resume;
        dispatcher.finish(
                client,
                resume != null
                        ? resume
                        : () -> dispatcher.serve(client, dispatcher.spec(wait.args), wait.args, timedOut));
    }

    // ---- read levels ----

    /** Whether this node's state is what the client's level asks of a read of the dataset. */
    boolean fresh(Client client, Dataset dataset, Group group) {
        Dataset.ReadLevel level = client.session.levelFor(dataset);
        switch (level) {
            case EVENTUAL -> {
                return true;
            }
            case BOUNDED -> {
                if (replicator.stability().stalenessMs(group.index()) > client.session.boundMsFor(dataset)) {
                    return false;
                }
            }
            case MONOTONIC_READ, SESSION, CAUSAL -> {}
            case QUORUM, STRONG -> {
                return true;
            }
        }
        return client.session.containedIn(group, origins);
    }

    /** Whether this node has all that the session has seen of the dataset, where its level promises that. */
    boolean follows(Client client, Dataset dataset, Group group) {
        return switch (client.session.levelFor(dataset)) {
            case EVENTUAL, BOUNDED, QUORUM, STRONG -> true;
            case MONOTONIC_READ, SESSION, CAUSAL -> client.session.containedIn(group, origins);
        };
    }

    /** Whether the command being served has waited for its level as long as it may. */
    boolean overdue(Client client) {
        return client == running && runningOverdue;
    }

    String reason(Client client, Dataset dataset, Group group) {
        if (client.session.levelFor(dataset) == Dataset.ReadLevel.BOUNDED) {
            long ms = replicator.stability().stalenessMs(group.index());
            return "STALE dataset '" + dataset.name() + "' may be "
                    + (ms == Long.MAX_VALUE ? "arbitrarily old" : ms + " ms old") + " here, more than the "
                    + client.session.boundMsFor(dataset) + " ms asked for: read at a weaker level or in another region";
        }
        return behind(dataset);
    }

    /** That something the session has written or seen is in no configuration; null when there is nothing of the kind. */
    @Nullable
    String lost(Client client, Dataset dataset, Group group) {
        if (!group.leavesOut() || !client.session.hasLost(group, origins)) {
            return null;
        }
        return "LOSTWRITE a write of dataset '" + dataset.name()
                + "' that this session has made or seen was left out when region "
                + group.primary() + " became primary (epoch " + group.epoch()
                + "): the region that took it lists it under its late writes. Later commands go on without it";
    }

    String behind(Dataset dataset) {
        return "NOTYET this region has not applied all that the session has seen of dataset '" + dataset.name()
                + "': try again, or read in another region";
    }

    void forLevel(Client client, Args args) {
        begin(new Wait(client, args.retain(), Cause.LEVEL, nowNs + LEVEL_WAIT_NS, List.of()));
    }

    /**
     * Until the primary takes writes again, or another does, for as long as the pause may be waited for.
     *
     * @param args a command with a key of the dataset
     * @param resume what is done then; null: the command
     */
    void forPrimary(Client client, Args args, Group group, @Nullable Runnable resume) {
        Wait wait = new Wait(client, args.retain(), Cause.PRIMARY, nowNs + group.pauseWaitMs() * 1_000_000, List.of());
        wait.resume = resume;
        begin(wait);
    }

    /** Lets a write go again that a region refused which is not the primary any more, or not yet; false when it has gone on for too long. */
    boolean moved(Client client, Args args, Runnable resume) {
        if (client.movedNs == 0) {
            client.movedNs = nowNs;
        }
        if (nowNs - client.movedNs >= LEVEL_WAIT_NS) {
            return false;
        }
        Wait wait = new Wait(client, args, Cause.MOVED, nowNs + MOVED_NS, List.of());
        wait.resume = resume;
        begin(wait);
        return true;
    }

    /** Lets a writer wait a little while a region is too far behind; false when it has waited. */
    boolean slowedDown(Client client, Args args) {
        if (client == running) {
            return false;
        }
        begin(new Wait(client, args.retain(), Cause.SLOWED, nowNs + SLOW_DOWN_NS, List.of()));
        return true;
    }

    // ---- acknowledgements ----

    /** WAIT: answers when so many other regions have the client's last write, or with how many have when the time is over. */
    void forAcknowledgements(Client client, Args args, int wanted, long timeoutMs, boolean atOnce) {
        int have = acknowledged(client);
        if (atOnce || have >= wanted || client.session.wroteElsewhere || client.session.written.width() == 0) {
            client.out.integer(have);
            return;
        }
        long deadline = timeoutMs == 0 ? Long.MAX_VALUE : nowNs + Math.min(timeoutMs, 1L << 40) * 1_000_000;
        Wait wait = new Wait(client, args.retain(), Cause.ACKNOWLEDGED, deadline, List.of());
        wait.wanted = wanted;
        begin(wait);
    }

    /** How many other regions have all that the client wrote; 0 where that is not known. */
    private int acknowledged(Client client) {
        Session session = client.session;
        if (session.wroteElsewhere || session.written.width() == 0) {
            return 0;
        }
        int regions = Integer.MAX_VALUE;
        for (int g = 0; g < groups.length; g++) {
            if (session.written.get(g) > 0) {
                if (session.writtenAs.get(g) != groups[g].self() + 1L) {
                    return 0;
                }
                regions = Math.min(regions, replicator.stability().acknowledged(g, session.written.get(g)));
            }
        }
        return regions;
    }

    // ---- time ----

    /** Ends the waits whose time is over or whose cause is gone. To be called every turn: cheap when nobody waits. */
    public void poll() {
        if (timed.isEmpty()) {
            return;
        }
        List<Wait> all = List.copyOf(timed);
        for (Wait wait : all) {
            if (!wait.over) {
                poll(wait, nowNs >= wait.deadlineNs);
            }
        }
        timed.removeIf(wait -> wait.over);
    }

    private void poll(Wait wait, boolean overdue) {
        switch (wait.cause) {
            case KEYS -> {
                if (overdue) {
                    again(wait, true);
                }
            }
            case LEVEL, PRIMARY, SLOWED -> {
                if (overdue
                        || wait.cause == Cause.LEVEL && mayHaveArrived(wait)
                        || wait.cause == Cause.PRIMARY && hasPrimary(wait)) {
                    running = wait.client;
                    runningOverdue = overdue;
                    again(wait, false);
                    running = null;
                }
            }
            case MOVED -> {
                if (overdue) {
                    again(wait, false);
                }
            }
            case ACKNOWLEDGED -> {
                int have = acknowledged(wait.client);
                if (overdue || have >= wait.wanted) {
                    expire(wait);
                }
            }
        }
    }

    private Dataset dataset(Wait wait) {
        CommandSpec spec = dispatcher.spec(wait.args);
        return dispatcher.dataset(wait.args, spec.keys().at(wait.args, 0));
    }

    /** Whether the write can go on: here, or where the primary is now. */
    private boolean hasPrimary(Wait wait) {
        Group group = groups[dataset(wait).group()];
        return !group.isWriter() || group.pause() == null;
    }

    private boolean mayHaveArrived(Wait wait) {
        Dataset dataset = dataset(wait);
        Group group = groups[dataset.group()];
        return fresh(wait.client, dataset, group)
                && (!wait.client.session.levelFor(dataset).isLinearizable()
                        || isCommitted(group, dispatcher.spec(wait.args), wait.args));
    }

    /** Whether all that the log here has of the command's keys is in the rows. */
    static boolean isCommitted(Group group, CommandSpec spec, Args args) {
        KeyRule keys = spec.keys();
        for (int i = keys.count(args) - 1; i >= 0; i--) {
            int at = keys.at(args, i);
            if (group.isUncommitted(args.buffer(), args.offset(at), args.length(at))) {
                return false;
            }
        }
        return true;
    }

    /** CLIENT UNBLOCK: ends the client's wait as if its time were over, or with an error. False when it does not wait. */
    public boolean unblock(Client client, boolean error) {
        for (Wait wait : timed) {
            boolean unblockable = wait.cause == Cause.KEYS || wait.cause == Cause.ACKNOWLEDGED;
            if (wait.client == client && !wait.over && unblockable) {
                if (error) {
                    end(wait);
                    dispatcher.finish(client, () -> client.out.error("UNBLOCKED client unblocked via CLIENT UNBLOCK"));
                } else {
                    expire(wait);
                }
                return true;
            }
        }
        return false;
    }

    private void expire(Wait wait) {
        if (wait.cause == Cause.KEYS) {
            again(wait, true);
        } else {
            end(wait);
            dispatcher.finish(wait.client, () -> wait.client.out.integer(acknowledged(wait.client)));
        }
    }

    void forget(Client client) {
        for (Wait wait : timed) {
            if (wait.client == client && !wait.over) {
                end(wait);
            }
        }
    }
}
