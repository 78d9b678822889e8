package dev.meridian.kernel.command;

import dev.meridian.kernel.data.Cell;
import dev.meridian.kernel.data.Collection;
import dev.meridian.kernel.data.Hlc;
import dev.meridian.kernel.data.Key;
import dev.meridian.kernel.data.Keyspace;
import dev.meridian.kernel.data.Type;
import dev.meridian.kernel.placement.Dataset;
import dev.meridian.kernel.placement.Placement;
import dev.meridian.kernel.replication.MutationWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What a command has at hand while it runs: its arguments, the rows, the mutation it makes, the reply. One
 * object serves all commands of a node, one after the other.
 */
public final class Execution {
    public static final String WRONG_TYPE = "WRONGTYPE Operation against a key holding the wrong kind of value";

    /** What the kernel does for commands besides rows. */
    public interface Host {
        /**
         * Suspends the client until one of the keys changes (the command then runs again from its start) or the
         * time is over (it runs once more with {@link Execution#timedOut}). 0 waits for ever.
         */
        void block(Client client, Args args, List<byte[]> keys, long timeoutMs);

        /** Tells subscribers of keyspace events, if such events are switched on. */
        void keyspaceEvent(char eventClass, String event, byte[] key);
    }

    private final Keyspace keyspace;
    private final MutationWriter mutation;
    private final Placement placement;
    private final RandomGenerator random;
    private final Host host;
    private Args args = new Args();
    private Client client;
    private ReplyWriter reply;
    private long nowMs;
    private boolean inMulti;
    private boolean timedOut;
    private boolean reading;
    private long hits;
    private long misses;

    public Execution(
            Keyspace keyspace, MutationWriter mutation, Placement placement, RandomGenerator random, Host host) {
        this.keyspace = keyspace;
        this.mutation = mutation;
        this.placement = placement;
        this.random = random;
        this.host = host;
        this.client = new Client(0, "", "");
        this.reply = client.out;
    }

    /** Makes this the execution of one command; {@code nowMs} is the node's hybrid clock. */
    public void begin(Client client, Args args, long nowMs, boolean inMulti, boolean timedOut) {
        this.client = client;
        this.reply = client.out;
        this.args = args;
        this.nowMs = nowMs;
        this.inMulti = inMulti;
        this.timedOut = timedOut;
    }

    /** Whether the keys that this command finds or not are counted: those of commands that only read. */
    void counts(boolean onlyReads) {
        reading = onlyReads;
    }

    void resetStatistics() {
        hits = 0;
        misses = 0;
    }

    /** Keys that reading commands found, and looked for in vain, since the start. */
    public long hits() {
        return hits;
    }

    public long misses() {
        return misses;
    }

    public Args args() {
        return args;
    }

    public ReplyWriter reply() {
        return reply;
    }

    public Client client() {
        return client;
    }

    public Keyspace keyspace() {
        return keyspace;
    }

    public Placement placement() {
        return placement;
    }

    /** The node's hybrid clock in ms since 1970, the same for the whole command; what lifetimes are judged by. */
    public long nowMs() {
        return nowMs;
    }

    public RandomGenerator random() {
        return random;
    }

    /** Within EXEC: a command that would wait answers as if its time were over. */
    public boolean inMulti() {
        return inMulti;
    }

    /** The command waited and its time is over: it gives its empty answer now. */
    public boolean timedOut() {
        return timedOut;
    }

    // ---- reading ----

    /** The key that argument {@code i} names, if a reader sees a value. */
    public @Nullable Key find(int i) {
        Key key = keyspace.find(args.buffer(), args.offset(i), args.length(i));
        Key seen = key != null && key.visibleAt(nowMs) ? key : null;
        if (reading) {
            if (seen == null) {
                misses++;
            } else {
                hits++;
            }
        }
        return seen;
    }

    public @Nullable Key find(byte[] id) {
        Key key = keyspace.find(id);
        return key != null && key.visibleAt(nowMs) ? key : null;
    }

    /** Whether the key holds another type than the one wanted; the error is then written. An absent key is of any type. */
    public boolean wrongType(@Nullable Key key, Type wanted) {
        if (key != null && key.type() != wanted) {
            reply.error(WRONG_TYPE);
            return true;
        }
        return false;
    }

    /** The string's cell; null when the key is absent. Only after {@link #wrongType} said no. */
    public static @Nullable Cell string(@Nullable Key key) {
        return key == null ? null : key.string();
    }

    public static @Nullable Collection collection(@Nullable Key key) {
        return key == null ? null : key.collection();
    }

    // ---- writing ----

    /** Where a command's changes go: each is in the log and in memory when the call returns. */
    public MutationWriter mutation() {
        return mutation;
    }

    /**
     * The key that argument {@code i} names, for writing, created empty where nothing is known of it. What is left of
     * a value that expired, and values of other types that stand hidden behind the one readers see, are removed by
     * this mutation. Only to be called when the command is certain to write.
     */
    public Key obtain(int i) {
        Key key = keyspace.find(args.buffer(), args.offset(i), args.length(i));
        return key == null ? obtain(args.copy(i)) : ready(key);
    }

    /** As {@link #obtain(int)}, for a key that is not an argument. The array must not change afterwards. */
    public Key obtain(byte[] id) {
        Key key = keyspace.find(id);
        return key == null ? keyspace.obtain(id, placement.datasetOf(id)) : ready(key);
    }

    private Key ready(Key key) {
        if (key.expiredAt(nowMs)) {
            byte[] id = key.id();
            mutation.end(key);
            return keyspace.obtain(id, key.dataset());
        }
        if (key.expireAtMs() != 0 && key.type() == null) {
            // Given by a region that did not know of the value's end: not for the value that comes now.
            mutation.persist(key);
        }
        if (key.hidesOthers()) {
            removeHidden(key);
        }
        return key;
    }

    private void removeHidden(Key key) {
        List<Cell> hidden = new ArrayList<>();
        keyspace.forEachHidden(key, hidden::add);
        for (Cell cell : hidden) {
            keyspace.conflicts().hidden(cell, Hlc.of(nowMs), mutation.self(key));
            mutation.remove(key, cell.type(), cell.id());
        }
    }

    /** Removes the key with all that is known of it. The key object is not to be used afterwards. */
    public void delete(Key key) {
        mutation.clear(key);
    }

    /** The dataset of the key that argument {@code i} names. */
    Dataset dataset(int i) {
        return placement.datasetOf(args.buffer(), args.offset(i), args.length(i));
    }

    /**
     * To be asked by commands that write only under a condition that other regions could be changing at the same time (SET
     * NX, SETNX, WATCH ...). Where several regions write the dataset, and it has not said
     * {@code conditional_writes: local}, the error is written and the answer is false.
     */
    public boolean conditional(int i) {
        Dataset dataset = dataset(i);
        if (dataset.conditionalWritesLocal()
                || placement.group(dataset).writers().size() == 1) {
            return true;
        }
        reply.error("ERR conditional write on dataset '" + dataset.name() + "', which several regions write: it would"
                + " hold in this region only. Give the dataset a primary, or add `conditional_writes: local` to it");
        return false;
    }

    // ---- waiting and telling ----

    /** See {@link Host#block}. In MULTI not to be called. */
    public void block(List<byte[]> keys, long timeoutMs) {
        host.block(client, args, keys, timeoutMs);
    }

    /**
     * Reports a change to keyspace subscribers.
     *
     * @param eventClass as in notify-keyspace-events: g generic, $ string, l list, s set, h hash, z sorted set, x expired
     * @param event as Redis names it
     */
    public void event(char eventClass, String event, byte[] key) {
        host.keyspaceEvent(eventClass, event, key);
    }
}
