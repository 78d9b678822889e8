package dev.meridian.kernel.replication;

import dev.meridian.kernel.bytes.ByteReader;
import dev.meridian.kernel.bytes.ByteWriter;
import dev.meridian.kernel.data.Origins;
import dev.meridian.kernel.data.VersionVector;
import dev.meridian.kernel.log.LogFormat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Late writes that wait for a person (docs/internals/primary.md): of a group that holds them for review, what this region wrote as a primary
 * and no configuration contains. They are copied out of the log into records of their own before the rows that contain them are given
 * up, and come to rest with each checkpoint, so that nothing of them hangs on how long the log is kept. What a person decided stays
 * as a record. They are kept by this node alone. Not thread-safe.
 *
 * <p>Records of the log: kind 5, a late write as it is now; kind 6, u32 group, varint count and (u64 origin, varint last number) each: all of
 * the group's are copied, and what lies beyond is in no row here any more.
 */
public final class LateWrites {
    private static final int LATE = 5;
    private static final int TAKEN_OUT = 6;

    /** Rows at rest begin so: a Redis key of no bytes, and a type that no row has. */
    private static final byte[] ROW = {0, (byte) 0xFF};

    private static final int READ_BYTES = 256 << 10;

    /** Decisions that are kept, the newest. */
    private static final int DECIDED_MAX = 10_000;

    /** A pass over the log for what a group's history is without. */
    private static final class Search {
        final Group group;
        final VersionVector last;
        final long untilLsn;
        long atLsn;
        long ticket;

        Search(Group group, VersionVector last, long atLsn, long untilLsn) {
            this.group = group;
            this.last = last;
            this.atLsn = atLsn;
            this.untilLsn = untilLsn;
        }
    }

    private final Origins origins;
    private final Group[] groups;
    private final MutationLog log;
    private final LogIndex index;
    private final LinkPort port;
    private final TreeMap<LateWrite.Id, LateWrite> all = new TreeMap<>();
    private final TreeSet<LateWrite.Id> changed = new TreeSet<>();
    private final Map<Integer, Search> searches = new LinkedHashMap<>();
    private final ByteReader header = new ByteReader();
    private long tickets;

    public LateWrites(Origins origins, Group[] groups, MutationLog log, LogIndex index, LinkPort port) {
        this.origins = origins;
        this.groups = groups;
        this.log = log;
        this.index = index;
        this.port = port;
    }

    // ---- taking them out ----

    /**
     * Looks whether the rows of the group here contain what its history is without. If so nothing is served from them any more, and what this
     * region wrote of it is copied; {@link #step} goes on with that.
     */
    boolean begin(Group group) {
        VersionVector all = group.applied().copy();
        all.raiseAll(group.ahead());
        VersionVector last = group.inHistory(all, origins);
        boolean isBeyond = false;
        long from = log.end();
        for (int o = 0; o < origins.size(); o++) {
            isBeyond |= all.get(o) > last.get(o);
            if (group.applied().get(o) > last.get(o) && origins.region(o).equals(group.region())) {
                from = Math.min(from, index.find(group.index(), o, last.get(o) + 1));
            }
        }
        if (isBeyond) {
            group.takingOut(true);
            searches.put(group.index(), new Search(group, last, from, log.end()));
        }
        return isBeyond;
    }

    /** The position from which the log is still needed; {@link Long#MAX_VALUE} when it is not. */
    public long neededFrom() {
        long from = Long.MAX_VALUE;
        for (Search search : searches.values()) {
            from = Math.min(from, search.atLsn);
        }
        return from;
    }

    /** Goes on with what is under way; answers the groups whose late writes are all copied: their rows are to be fetched anew. */
    List<Group> step() {
        if (searches.isEmpty()) {
            return List.of();
        }
        List<Group> done = new ArrayList<>();
        for (Search search : List.copyOf(searches.values())) {
            if (search.ticket == 0 && search.atLsn < search.untilLsn) {
                MutationLog.Chunk chunk = log.chunkAt(search.atLsn);
                if (chunk == null) {
                    search.ticket = --tickets;
                    port.readLog(search.ticket, search.atLsn, READ_BYTES);
                } else {
                    int from = (int) (search.atLsn - chunk.lsn);
                    int length = (int) Math.min(chunk.end() - search.atLsn, search.untilLsn - search.atLsn);
                    copy(search, Arrays.copyOfRange(chunk.bytes.array(), from, from + length), length);
                }
            }
            if (search.atLsn >= search.untilLsn) {
                searches.remove(search.group.index());
                takenOut(search);
                done.add(search.group);
            }
        }
        return done;
    }

    /** Whole records from the log on disk; whether they were asked for here. */
    public boolean logRead(long ticket, byte[] bytes, int length) {
        for (Search search : searches.values()) {
            if (search.ticket == ticket) {
                search.ticket = 0;
                if (length == 0) {
                    // Trimmed or damaged: what can be had begins where the log does, or in memory.
                    long next = index.start() > search.atLsn ? index.start() : log.start();
                    search.atLsn = next > search.atLsn ? Math.min(next, search.untilLsn) : search.untilLsn;
                } else {
                    copy(search, bytes, length);
                }
            }
        }
        return ticket < 0;
    }

    private void copy(Search search, byte[] bytes, int length) {
        List<LateWrite> found = new ArrayList<>();
        int at = 0;
        while (at < length && search.atLsn + at < search.untilLsn) {
            int size = LogFormat.payloadLength(bytes, at);
            int payload = at + LogFormat.HEADER_BYTES;
            LateWrite late = late(search, bytes, payload, size);
            if (late != null) {
                found.add(late);
            }
            at = payload + size;
        }
        search.atLsn += at;
        for (LateWrite late : found) {
            if (!all.containsKey(late.id())) {
                keep(late);
            }
        }
    }

    private @Nullable LateWrite late(Search search, byte[] bytes, int payload, int length) {
        if (length < MutationCodec.HEADER_BYTES || bytes[payload] != MutationCodec.MUTATION) {
            return null;
        }
        header.wrap(bytes, payload + 1, length - 1);
        int wireId = header.i32();
        long originId = header.i64();
        long seq = header.i64();
        int origin = origins.find(originId);
        if (wireId != search.group.wireId()
                || origin < 0
                || !origins.region(origin).equals(search.group.region())
                || seq <= search.last.get(origin)
                || seq > search.group.applied().get(origin)) {
            return null;
        }
        LateWrite.Id id = new LateWrite.Id(wireId, originId, seq);
        byte[] record = Arrays.copyOfRange(bytes, payload, payload + length);
        return new LateWrite(id, header.i64(), LateWrite.State.WAITING, 0, "", record);
    }

    private void takenOut(Search search) {
        Group group = search.group;
        ByteWriter out = log.open();
        out.u8(TAKEN_OUT);
        out.i32(group.wireId());
        int count = 0;
        for (int o = 0; o < origins.size(); o++) {
            count += group.applied().get(o) > search.last.get(o) ? 1 : 0;
        }
        out.varint(count);
        for (int o = 0; o < origins.size(); o++) {
            if (group.applied().get(o) > search.last.get(o)) {
                out.i64(origins.id(o));
                out.varint(search.last.get(o));
                takenOut(group, o, search.last.get(o));
            }
        }
        log.close();
        group.ahead().assign(new VersionVector());
        group.takingOut(false);
    }

    private static void takenOut(Group group, int origin, long last) {
        group.applied().set(origin, Math.min(last, group.applied().get(origin)));
        group.durable().set(origin, Math.min(last, group.durable().get(origin)));
        group.incomplete(group.held());
    }

    private void keep(LateWrite late) {
        ByteWriter out = log.open();
        out.u8(LATE);
        late.write(out);
        log.close();
        put(late);
    }

    private void put(LateWrite late) {
        all.put(late.id(), late);
        changed.add(late.id());
    }

    // ---- a person ----

    /** All that wait, and what was decided of others, by group and dot. */
    public Iterable<LateWrite> all() {
        return all.values();
    }

    public @Nullable LateWrite find(LateWrite.Id id) {
        return all.get(id);
    }

    /** How many of a group wait. */
    public int waiting(Group group) {
        int count = 0;
        for (LateWrite late : all.values()) {
            count += late.id().group() == group.wireId() && late.state() == LateWrite.State.WAITING ? 1 : 0;
        }
        return count;
    }

    /** A person has decided. */
    public void decide(LateWrite late, LateWrite.State state, long atMs, String by) {
        keep(late.decided(state, atMs, by));
        List<LateWrite> decided = new ArrayList<>();
        for (LateWrite each : all.values()) {
            if (each.state() != LateWrite.State.WAITING) {
                decided.add(each);
            }
        }
        if (decided.size() > DECIDED_MAX) {
            decided.sort((a, b) -> Long.compare(a.decidedMs(), b.decidedMs()));
            LateWrite oldest = decided.getFirst();
            all.remove(oldest.id());
            changed.add(oldest.id());
        }
    }

    // ---- at rest ----

    /** Appends to a checkpoint's rows what has changed since the last one. */
    public void rows(ByteWriter out) {
        for (LateWrite.Id id : changed) {
            int at = out.reserve(8);
            out.raw(ROW, 0, ROW.length);
            id.write(out);
            int keyEnd = out.size();
            out.i32At(at, keyEnd - at - 8);
            LateWrite late = all.get(id);
            if (late == null) {
                out.i32At(at + 4, -1);
            } else {
                late.write(out);
                out.i32At(at + 4, out.size() - keyEnd);
            }
        }
        changed.clear();
    }

    /** Whether a row at rest is one of these, which is then known again. */
    public boolean recoverRow(byte[] key, byte[] value) {
        if (key.length < ROW.length || key[0] != ROW[0] || key[1] != ROW[1]) {
            return false;
        }
        LateWrite late = LateWrite.read(new ByteReader(value));
        all.put(late.id(), late);
        return true;
    }

    /** Whether a record of the log is one of these, and then what it tells is known again. */
    public boolean recoverRecord(byte[] bytes, int offset, int length) {
        int kind = length == 0 ? 0 : bytes[offset];
        if (kind != LATE && kind != TAKEN_OUT) {
            return false;
        }
        ByteReader in = new ByteReader().wrap(bytes, offset + 1, length - 1);
        if (kind == LATE) {
            put(LateWrite.read(in));
            return true;
        }
        int wireId = in.i32();
        for (int n = in.count(); n > 0; n--) {
            int origin = origins.find(in.i64());
            long last = in.varint();
            for (Group group : groups) {
                if (group.wireId() == wireId && origin >= 0) {
                    takenOut(group, origin, last);
                }
            }
        }
        return true;
    }
}
