package dev.meridian.kernel.replication;

import dev.meridian.kernel.bytes.ByteReader;
import dev.meridian.kernel.bytes.ByteWriter;
import dev.meridian.kernel.bytes.MalformedBytesException;
import dev.meridian.kernel.data.Key;
import dev.meridian.kernel.data.Keyspace;
import dev.meridian.kernel.data.Origins;
import dev.meridian.kernel.data.RowCodec;
import dev.meridian.kernel.data.VersionVector;
import dev.meridian.kernel.placement.Placement;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Rows for a member whose log is too far behind, or empty. The sender names a vector, then sends every row as it
 * stands when its turn comes, tombstones included, then the log from that vector on. Rows sent late may
 * already contain later mutations; applying those again changes nothing once all have been applied, so the
 * receiver is right from the moment it has caught up with the vector of the end, and its reports count only then.
 */
final class Bootstrap {
    private static final int FRAME_BYTES = 64 << 10;

    private final Keyspace keyspace;
    private final Origins origins;
    private final Group[] groups;
    private final MutationLog log;
    private final LogIndex index;
    private final int self;
    private final LinkPort port;
    private final RowCodec codec = new RowCodec();
    private final ByteWriter out = new ByteWriter(1 << 12);
    private final int[][] translated;
    private final VersionVector[] begun;
    private final VersionVector[][] seen;
    private final @Nullable Peer[] loaders;

    Bootstrap(Keyspace keyspace, Group[] groups, MutationLog log, LogIndex index, int self, LinkPort port) {
        this.self = self;
        this.keyspace = keyspace;
        this.origins = keyspace.origins();
        this.groups = groups;
        this.log = log;
        this.index = index;
        this.port = port;
        this.translated = new int[groups.length][];
        this.begun = new VersionVector[groups.length];
        this.seen = new VersionVector[groups.length][];
        this.loaders = new Peer[groups.length];
    }

    // ---- the sender ----

    void start(Peer p, int g) {
        Peer.Share share = p.shares[g];
        Group group = share.group;
        p.snapshotsDue.clear(g);
        p.sendingGroup = g;
        p.sendingCursor = 0;
        // What is in no row yet comes from the log, once the rows have been sent.
        long pending = index.firstAfter(g, group.shown(), group.applied());
        p.cursor = Math.min(p.cursor, Math.min(pending, log.end()));
        p.reading = -1;
        share.wanted = share.wantedAfterSnapshot;
        share.sent = group.shown().copy();
        out.clear();
        out.u8(Frames.SNAPSHOT_BEGIN);
        out.i32(group.wireId());
        out.varint(share.wantedNumber);
        if (group.leavesOut() || group.defers()) {
            out.varint(group.epoch());
        }
        out.varint(origins.size());
        for (int o = 0; o < origins.size(); o++) {
            out.i64(origins.id(o));
            out.text(origins.region(o));
        }
        VectorCodec.write(group.shown(), origins, out);
        for (int o = 0; o < origins.size(); o++) {
            VectorCodec.write(group.seenBy(o), origins, out);
        }
        p.writable = port.send(p.index, LinkPort.RECORDS, "bootstrap", out.array(), 0, out.size());
    }

    /** Sends one more frame of rows. Frames of rows and of records keep their order: both have the urgency of records. */
    void ship(Peer p) {
        Group group = groups[p.sendingGroup];
        out.clear();
        out.u8(Frames.SNAPSHOT_ROWS);
        out.i32(group.wireId());
        int empty = out.size();
        do {
            p.sendingCursor = keyspace.scan(p.sendingCursor, key -> row(key, group));
        } while (p.sendingCursor != 0 && out.size() < FRAME_BYTES);
        if (out.size() > empty) {
            p.shares[group.index()].sentBytes += out.size() - empty;
            p.writable = port.send(p.index, LinkPort.RECORDS, "bootstrap", out.array(), 0, out.size());
        }
        if (p.sendingCursor == 0) {
            p.sendingGroup = -1;
            out.clear();
            out.u8(Frames.SNAPSHOT_END);
            out.i32(group.wireId());
            if (group.leavesOut() || group.defers()) {
                VectorCodec.write(group.shown(), origins, out);
            }
            p.writable = port.send(p.index, LinkPort.RECORDS, "bootstrap", out.array(), 0, out.size());
        }
    }

    private void row(Key key, Group group) {
        if (key.dataset().group() == group.index()) {
            codec.rows(key, out);
        }
    }

    // ---- the receiver ----

    /**
     * False when this region has mutations that the sender lacks (they must get there before rows may replace ours), or when
     * another region's rows are arriving: two would mix.
     */
    boolean begin(Peer p, Group group, ByteReader in, Placement placement) {
        int count = in.count();
        int[] translate = new int[count];
        for (int i = 0; i < count; i++) {
            long id = in.i64();
            String region = in.text();
            int known = origins.find(id);
            if (known < 0) {
                if (!placement.regions().contains(region)) {
                    throw new MalformedBytesException("an origin of an unknown region");
                }
                MutationCodec.origin(log.open(), id, region);
                log.close();
                known = origins.add(id, region);
            }
            translate[i] = known;
        }
        VersionVector vector = VectorCodec.read(in, origins);
        Peer loader = loaders[group.index()];
        boolean isLoading = loader != null && loader != p && loader.connected() && loader.shares[group.index()].loading;
        if (isLoading || !mayReplace(group, vector)) {
            return false;
        }
        loaders[group.index()] = p;
        VersionVector[] views = new VersionVector[count];
        for (int i = 0; i < count; i++) {
            views[i] = VectorCodec.read(in, origins);
        }
        int g = group.index();
        translated[g] = translate;
        begun[g] = vector;
        seen[g] = views;
        drop(group);
        p.shares[g].loading = true;
        return true;
    }

    /** From now on there is nothing of the group here but what comes. */
    void drop(Group group) {
        keyspace.drop(key -> key.dataset().group() == group.index());
        group.incomplete(true);
    }

    /** Rows that are only a part hold nothing that could be lost; but this run's own numbers are never issued again. */
    private boolean mayReplace(Group group, VersionVector vector) {
        // What is in the log here may count for a commit: what takes its place has to contain it.
        if (!group.incomplete() || group.defers()) {
            return vector.covers(group.applied());
        }
        int reign = group.self();
        return vector.get(self) >= group.applied().get(self)
                && vector.get(reign) >= group.applied().get(reign);
    }

    void rows(Peer p, Group group, ByteReader in, Placement placement) {
        if (!p.shares[group.index()].loading) {
            return;
        }
        while (in.remaining() > 0) {
            int keyLength = in.i32();
            int valueLength = in.i32();
            byte[] rowKey = slice(in, keyLength);
            byte[] rowValue = slice(in, valueLength);
            if (group.held()) {
                codec.load(keyspace, rowKey, rowValue, placement::datasetOf, translated[group.index()]);
            }
        }
    }

    private static byte[] slice(ByteReader in, int length) {
        int at = in.skip(length);
        return Arrays.copyOfRange(in.array(), at, at + length);
    }

    /** Answers whether rows that were under way are all here. */
    boolean end(Peer p, Group group, ByteReader in) {
        int g = group.index();
        if (!p.shares[g].loading) {
            return false;
        }
        if (group.leavesOut() || group.defers()) {
            // A row that was sent late contains more than the vector of the beginning, and not all of that may stay in
            // the history.
            group.ahead().assign(VectorCodec.read(in, origins));
        }
        p.shares[g].loading = false;
        group.incomplete(false);
        group.rowsCame();
        group.applied().assign(begun[g]);
        group.shown().assign(begun[g]);
        for (int i = 0; i < translated[g].length; i++) {
            group.seenBy(translated[g][i]).assign(seen[g][i]);
        }
        return true;
    }
}
