package dev.meridian.kernel.replication;

import dev.meridian.kernel.bytes.ByteReader;
import dev.meridian.kernel.bytes.MalformedBytesException;
import dev.meridian.kernel.data.Hlc;
import dev.meridian.kernel.data.Keyspace;
import dev.meridian.kernel.data.Origins;
import dev.meridian.kernel.placement.Placement;
import java.util.List;

/**
 * Causal delivery: mutations of other regions take effect once all that their origin had seen has, once the rows here are whole,
 * and once the clock here is not far behind theirs; until then they wait, in bounded memory. What takes effect goes into the log
 * here, unchanged. Not thread-safe.
 */
final class Delivery {
    private static final long PENDING_BYTES_MAX = 64L << 20;

    private final Origins origins;
    private final Hlc hlc;
    private final MutationLog log;
    private final LogIndex index;
    private final Group[] groups;
    private final MutationReader reader;
    private final Pending pending;
    private final Sources sources;
    private final Replicator.Alarms alarms;
    private final ByteReader in = new ByteReader();
    private long wallMs;
    private boolean applied;

    Delivery(
            Placement placement,
            Keyspace keyspace,
            Hlc hlc,
            MutationLog log,
            LogIndex index,
            Group[] groups,
            Sources sources,
            Replicator.Alarms alarms) {
        this.origins = keyspace.origins();
        this.hlc = hlc;
        this.log = log;
        this.index = index;
        this.groups = groups;
        this.reader = new MutationReader(placement, keyspace, groups);
        this.pending = new Pending(groups.length, PENDING_BYTES_MAX);
        this.sources = sources;
        this.alarms = alarms;
    }

    void turn(long wallMs) {
        this.wallMs = wallMs;
    }

    /** Whether something from elsewhere was applied since this was asked last. */
    boolean pollApplied() {
        boolean was = applied;
        applied = false;
        return was;
    }

    /** Takes the records of one frame. */
    void records(Peer p, byte[] bytes, int offset, int length) {
        p.ackWanted = true;
        ByteReader frame = new ByteReader().wrap(bytes, offset, length);
        while (frame.remaining() > 0) {
            int size = frame.i32();
            int at = frame.skip(size);
            MutationReader.Verdict verdict = reader.read(bytes, at, size);
            if (verdict != MutationReader.Verdict.MISPLACED
                    && verdict != MutationReader.Verdict.STRANGER
                    && isLeftOut()) {
                // If it is of a configuration that is not known here yet, it will be taken when it comes again.
                sources.askAgain(p, reader.group());
                continue;
            }
            switch (verdict) {
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
        long from = index.find(reader.group(), reader.origin(), reader.seq());
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
        Group group = groups[reader.group()];
        if (group.incomplete() || group.takingOut() || group.settling() || isLeftOut()) {
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

    /** Whether the record just read is in no configuration that is known here, and its group takes no such. */
    private boolean isLeftOut() {
        Group group = groups[reader.group()];
        return group.leavesOut()
                && group.isLate(origins.id(reader.origin()), reader.seq(), origins.region(reader.origin()));
    }

    /** What waits of the group may never have its turn: it comes again if it does. */
    void forget(Group group) {
        pending.clear(group.index());
    }

    private void hold(Peer p, byte[] bytes, int offset, int length) {
        if (!pending.add(reader.group(), reader.origin(), reader.seq(), bytes, offset, length)) {
            // What is missing comes from elsewhere; this is asked for again once there is room.
            sources.askAgain(p, reader.group());
        }
    }

    private void apply(byte[] bytes, int offset, int length) {
        Group group = groups[reader.group()];
        if (group.defers()) {
            hlc.adopt(reader.hlc());
            accept(group, bytes, offset, length);
            hlc.adopt(reader.lastHlc());
            log.open().raw(bytes, offset, length);
            index.note(reader.group(), reader.origin(), reader.seq(), log.close());
            advance(group);
            return;
        }
        if (group.isLate(origins.id(reader.origin()), reader.seq(), origins.region(reader.origin()))) {
            group.tookLate();
        }
        hlc.adopt(reader.hlc());
        reader.apply();
        hlc.adopt(reader.lastHlc());
        log.open().raw(bytes, offset, length);
        index.note(reader.group(), reader.origin(), reader.seq(), log.close());
        applied = true;
    }

    private void accept(Group group, byte[] bytes, int offset, int length) {
        List<byte[]> keys = reader.accept();
        group.uncommitted().add(reader.origin(), reader.seq(), bytes, offset, length, keys);
    }

    /** What is known to be committed takes effect; what no configuration contains never does. */
    void advance(Group group) {
        boolean progress = !group.incomplete();
        while (progress) {
            progress = false;
            for (int o = 0; o < group.uncommitted().origins(); o++) {
                while (advance(group, o)) {
                    progress = true;
                }
            }
        }
    }

    private boolean advance(Group group, int origin) {
        Uncommitted uncommitted = group.uncommitted();
        byte[] record = uncommitted.first(origin);
        if (record == null) {
            return false;
        }
        long seq = uncommitted.firstSeq(origin);
        if (group.isLate(origins.id(origin), seq, origins.region(origin))) {
            group.shown().set(origin, seq);
            group.tookCut();
        } else if (seq <= group.committed().get(origin)
                && reader.read(record, 0, record.length, true) == MutationReader.Verdict.READY) {
            reader.apply();
            applied = true;
        } else {
            return false;
        }
        uncommitted.removeFirst(origin);
        return true;
    }

    /** The log is as good as trimmed up to its end: what is in no row yet goes into it once more. */
    void logDamaged() {
        index.trimmed(log.drained());
        for (Group group : groups) {
            group.uncommitted().forEach((origin, seq, record) -> {
                log.open().raw(record, 0, record.length);
                index.note(group.index(), origin, seq, log.close());
            });
        }
    }

    /** Applies what has waited and waits no longer, as long as that lets others go on. */
    void retryHeld() {
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
    String waiting() {
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

    /** A record read back from this node's own log on recovery: applied, not appended again. */
    void recover(byte[] bytes, int offset, int length, long lsn) {
        in.wrap(bytes, offset, length);
        if (in.u8() == MutationCodec.ORIGIN) {
            long id = in.i64();
            origins.add(id, in.text());
            return;
        }
        switch (reader.read(bytes, offset, length)) {
            case READY -> {
                hlc.restore(reader.hlc());
                if (groups[reader.group()].defers()) {
                    accept(groups[reader.group()], bytes, offset, length);
                } else {
                    reader.apply();
                }
                hlc.restore(reader.lastHlc());
                index.note(reader.group(), reader.origin(), reader.seq(), lsn);
            }
            // A record that waits was applied on top of rows from another region that had not come to rest: both come
            // again.
            case KNOWN, MISPLACED, WAITS, STRANGER -> {}
        }
    }
}
