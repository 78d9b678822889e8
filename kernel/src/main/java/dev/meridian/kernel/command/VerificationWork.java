package dev.meridian.kernel.command;

import dev.meridian.kernel.Kernel;
import dev.meridian.kernel.bytes.ByteReader;
import dev.meridian.kernel.bytes.ByteWriter;
import dev.meridian.kernel.bytes.Sha256;
import dev.meridian.kernel.data.BytesTable;
import dev.meridian.kernel.data.CanonicalState;
import dev.meridian.kernel.data.Key;
import dev.meridian.kernel.placement.Dataset;
import dev.meridian.kernel.replication.CommandFrames;
import dev.meridian.kernel.replication.Group;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A member's side of {@link Verification}: digests of keys, a portion a turn, and watch over suspects. Each step is a job
 * that is asked for again and again until it is done: {@code +MORE} says not yet.
 */
final class VerificationWork {
    static final String DIGEST = "MERIDIAN.VERIFY.DIGEST";
    static final String LIST = "MERIDIAN.VERIFY.LIST";
    static final String NOTE = "MERIDIAN.VERIFY.NOTE";
    static final String SETTLE = "MERIDIAN.VERIFY.SETTLE";

    /** A dataset's keys are summed up in so many buckets. */
    static final int BUCKETS = 1024;

    static final int ABSENT = 0;
    static final int PRESENT = 1;
    /** Its end has come, or comes so soon that regions may see it differently. */
    static final int ENDING = 2;

    private static final int KEYS_PER_TURN = 2_000;

    /** A key with more weighs as several: its digest takes as long. */
    private static final int ELEMENTS_PER_KEY = 8;

    private static final int JOBS_MAX = 8;
    private static final int LISTED_BYTES_MAX = 32 << 20;
    private static final long HOLD_NS = 1_000_000_000L;
    private static final long FORGET_NS = 30_000_000_000L;
    private static final long ENDING_MS = 5_000;

    private final Kernel kernel;
    private final Map<String, Job> jobs = new LinkedHashMap<>();
    private final Map<String, Watch> watches = new LinkedHashMap<>();
    private final Sha256 sha = new Sha256();
    private final ByteWriter state = new ByteWriter(1 << 10);

    VerificationWork(Kernel kernel) {
        this.kernel = kernel;
        Forwarding forwarding = kernel.dispatcher().forwarding();
        forwarding.serve(DIGEST, (asking, args) -> work(asking, args, Digests::new));
        forwarding.serve(LIST, (asking, args) -> work(asking, args, Listing::new));
        forwarding.serve(NOTE, this::note);
        forwarding.serve(SETTLE, (asking, args) -> work(asking, args, Settling::new));
    }

    // ---- jobs ----

    private interface JobOf {
        Job begin(Group group, ByteReader words);
    }

    private abstract static class Job {
        @Nullable
        Client asking;

        long answerDueNs;
        long lastAskedNs;

        /** Works for a turn; whether the answer is ready. */
        abstract boolean turn();

        abstract ByteWriter answer();
    }

    private @Nullable Group group(Client asking, Args args) {
        int index = kernel.placement().groupOf((int) args.longAt(1));
        Client.Forwarded from = asking.forwarded;
        if (index < 0
                || !kernel.groups()[index].held()
                || from != null
                        && !kernel.groups()[index]
                                .policy()
                                .members()
                                .contains(kernel.replicator().peer(from.peer()).region())) {
            asking.out.error("RESIDENCY this group is not compared there");
            return null;
        }
        if (kernel.groups()[index].incomplete()) {
            asking.out.error("LOADING the region is being filled");
            return null;
        }
        return kernel.groups()[index];
    }

    private void work(Client asking, Args args, JobOf kind) {
        Group group = group(asking, args);
        if (group == null) {
            return;
        }
        String name = args.latin1(2);
        Job job = jobs.get(name);
        if (job == null) {
            if (jobs.size() >= JOBS_MAX) {
                asking.out.error("TRYAGAIN too many verifications at once");
                return;
            }
            job = kind.begin(group, new ByteReader().wrap(args.buffer(), args.offset(3), args.length(3)));
            jobs.put(name, job);
        }
        job.asking = asking;
        job.lastAskedNs = kernel.nowNs();
        job.answerDueNs = kernel.nowNs() + HOLD_NS;
        asking.blocked = true;
    }

    /** Goes on with what is asked for. To be called every turn. */
    void poll() {
        if (jobs.isEmpty() && watches.isEmpty()) {
            return;
        }
        for (var entry : List.copyOf(jobs.entrySet())) {
            Job job = entry.getValue();
            Client asking = job.asking;
            if (asking == null) {
                if (kernel.nowNs() - job.lastAskedNs > FORGET_NS) {
                    jobs.remove(entry.getKey());
                }
                continue;
            }
            if (job.turn()) {
                jobs.remove(entry.getKey());
                ByteWriter answer = job.answer();
                kernel.dispatcher().finish(asking, () -> asking.out.bulk(answer.array(), 0, answer.size()));
            } else if (kernel.nowNs() >= job.answerDueNs) {
                job.asking = null;
                kernel.dispatcher().finish(asking, () -> asking.out.simple("MORE"));
            }
        }
        if (watches.values().removeIf(w -> kernel.nowNs() - w.sinceNs > FORGET_NS)) {
            observe();
        }
    }

    // ---- digests ----

    private int stateOf(@Nullable Key key) {
        long nowMs = kernel.dispatcher().nowMs();
        if (key == null || key.type() == null) {
            return ABSENT;
        }
        return key.expireAtMs() != 0 && key.expireAtMs() < nowMs + ENDING_MS ? ENDING : PRESENT;
    }

    /** The first 16 bytes of the canonical state's SHA-256. */
    private ByteBuffer digest(Key key) {
        state.clear();
        CanonicalState.write(key, kernel.origins(), state);
        return ByteBuffer.wrap(sha.of(state.array(), 0, state.size())).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static int bucket(Key key) {
        int hash = 0;
        for (byte b : key.id()) {
            hash = 31 * hash + b;
        }
        return (hash ^ hash >>> 16) & BUCKETS - 1;
    }

    /** Walks through all keys of a group, a portion a turn. A key may be met twice while the table grows. */
    private abstract class Walk extends Job {
        final Group group;
        private long cursor;
        private boolean begun;

        Walk(Group group) {
            this.group = group;
        }

        abstract void meet(Key key);

        @Override
        boolean turn() {
            int[] met = {0};
            while (met[0] < KEYS_PER_TURN) {
                if (begun && cursor == 0) {
                    return true;
                }
                begun = true;
                cursor = kernel.keyspace().scan(cursor, key -> {
                    met[0]++;
                    if (key.dataset().group() == group.index() && stateOf(key) == PRESENT) {
                        met[0] += Elements.size(key.collection()) / ELEMENTS_PER_KEY;
                        meet(key);
                    }
                });
                met[0]++;
            }
            return begun && cursor == 0;
        }
    }

    private final class Digests extends Walk {
        private final long[] sums;
        private final long[] keys;

        Digests(Group group, ByteReader words) {
            super(group);
            sums = new long[kernel.placement().datasets().size() * BUCKETS * 2];
            keys = new long[kernel.placement().datasets().size()];
        }

        @Override
        void meet(Key key) {
            ByteBuffer digest = digest(key);
            int at = 2 * (key.dataset().index() * BUCKETS + bucket(key));
            sums[at] += digest.getLong(0);
            sums[at + 1] += digest.getLong(8);
            keys[key.dataset().index()]++;
        }

        @Override
        ByteWriter answer() {
            ByteWriter out = new ByteWriter(BUCKETS * 16 + 16);
            for (Dataset dataset : kernel.placement().datasets()) {
                if (dataset.group() == group.index()) {
                    out.varint(keys[dataset.index()]);
                    for (int i = 0; i < 2 * BUCKETS; i++) {
                        out.i64(sums[2 * BUCKETS * dataset.index() + i]);
                    }
                }
            }
            return out;
        }
    }

    private final class Listing extends Walk {
        private final BitSet wanted = new BitSet();
        private final ByteWriter listed = new ByteWriter(1 << 12);
        private int count;

        Listing(Group group, ByteReader words) {
            super(group);
            for (int n = words.count(); n > 0; n--) {
                wanted.set((int) words.varint() & Integer.MAX_VALUE);
            }
        }

        @Override
        void meet(Key key) {
            if (wanted.get(key.dataset().index() * BUCKETS + bucket(key)) && listed.size() < LISTED_BYTES_MAX) {
                ByteBuffer digest = digest(key);
                listed.varint(key.dataset().index());
                listed.bytes(key.id());
                listed.i64(digest.getLong(0));
                listed.i64(digest.getLong(8));
                count++;
            }
        }

        @Override
        ByteWriter answer() {
            ByteWriter out = new ByteWriter(listed.size() + 10);
            out.varint(count);
            out.raw(listed.array(), 0, listed.size());
            return out;
        }
    }

    // ---- suspects ----

    private static final class Noted extends BytesTable.Node {
        boolean changed;

        Noted(byte[] id) {
            super(id);
        }
    }

    private record Watch(BytesTable<Noted> byKey, List<Noted> inOrder, long sinceNs) {}

    private void observe() {
        kernel.dispatcher().observe(watches.isEmpty() ? null : this::changed);
    }

    private void changed(Key key) {
        for (Watch watch : watches.values()) {
            Noted noted = watch.byKey.find(key.id());
            if (noted != null) {
                noted.changed = true;
            }
        }
    }

    private void note(Client asking, Args args) {
        Group group = group(asking, args);
        if (group == null) {
            return;
        }
        if (watches.size() >= JOBS_MAX) {
            asking.out.error("TRYAGAIN too many verifications at once");
            return;
        }
        ByteReader words = new ByteReader().wrap(args.buffer(), args.offset(3), args.length(3));
        Watch watch = new Watch(new BytesTable<>(16), new ArrayList<>(), kernel.nowNs());
        ByteWriter out = new ByteWriter(1 << 10);
        out.text(args.latin1(2));
        CommandFrames.vector(out, group.applied(), kernel.origins());
        for (int n = words.count(); n > 0; n--) {
            byte[] id = words.bytes();
            Noted noted = watch.byKey.find(id);
            if (noted == null) {
                noted = new Noted(id);
                watch.byKey.add(noted);
            }
            watch.inOrder.add(noted);
            Key key = kernel.keyspace().find(id);
            int seen = stateOf(key);
            out.u8(seen);
            if (seen == PRESENT && key != null) {
                ByteBuffer digest = digest(key);
                out.i64(digest.getLong(0));
                out.i64(digest.getLong(8));
            }
        }
        watches.put(args.latin1(2), watch);
        observe();
        asking.out.bulk(out.array(), 0, out.size());
    }

    /** Waits until everything that any member had at its note is here; then tells which suspects changed since. */
    private final class Settling extends Job {
        private final Group group;
        private final String watch;
        private final Session wanted = new Session();

        Settling(Group group, ByteReader words) {
            this.group = group;
            this.watch = words.text();
            wanted.readFloor(group.index(), kernel.origins(), words);
        }

        @Override
        boolean turn() {
            return wanted.containedIn(group, kernel.origins());
        }

        @Override
        ByteWriter answer() {
            ByteWriter out = new ByteWriter(64);
            Watch noted = watches.remove(watch);
            if (noted != null) {
                noted.inOrder.forEach(n -> out.u8(n.changed ? 1 : 0));
            }
            observe();
            return out;
        }
    }
}
