package dev.meridian.kernel;

import dev.meridian.kernel.bytes.ByteReader;
import dev.meridian.kernel.bytes.ByteWriter;
import dev.meridian.kernel.bytes.MalformedBytesException;
import dev.meridian.kernel.data.Hlc;
import dev.meridian.kernel.data.Origins;
import dev.meridian.kernel.data.VersionVector;
import dev.meridian.kernel.placement.Placement;
import dev.meridian.kernel.primary.Configuration;
import dev.meridian.kernel.primary.Control;
import dev.meridian.kernel.primary.ControlCodec;
import dev.meridian.kernel.replication.Group;

/**
 * What comes to rest with a cut of rows: the origins by their numbers, the hybrid clock, and per group the
 * vectors at the cut: of what the rows contain, which may be less than the log here has. Groups that the configuration no longer has are
 * skipped.
 */
final class CheckpointMeta {
    private static final int VERSION = 2;

    /** Flags of a group. */
    private static final int INCOMPLETE = 1;

    private static final int DEFERS = 2;
    private static final int AHEAD = 4;

    private CheckpointMeta() {}

    static byte[] write(Origins origins, Hlc hlc, Group[] groups, Control control) {
        ByteWriter out = new ByteWriter(256);
        out.u8(VERSION);
        out.varint(origins.size());
        for (int o = 0; o < origins.size(); o++) {
            out.i64(origins.id(o));
            out.text(origins.region(o));
        }
        out.i64(hlc.last());
        out.varint(groups.length);
        for (Group group : groups) {
            out.i32(group.wireId());
            boolean isAhead = group.leavesOut() || group.defers();
            out.u8((group.incomplete() ? INCOMPLETE : 0) | (group.defers() ? DEFERS : 0) | (isAhead ? AHEAD : 0));
            out.varint(group.sealed());
            ControlCodec.configuration(control.configuration(group.index()), out);
            vector(group.shown(), origins.size(), out);
            if (group.defers()) {
                vector(group.committed(), origins.size(), out);
            }
            if (isAhead) {
                vector(group.ahead(), origins.size(), out);
            }
            for (int o = 0; o < origins.size(); o++) {
                vector(group.seenBy(o), origins.size(), out);
            }
        }
        return out.toByteArray();
    }

    static void read(byte[] meta, Origins origins, Hlc hlc, Group[] groups, Placement placement, Control control) {
        ByteReader in = new ByteReader(meta);
        int version = in.u8();
        if (version != VERSION) {
            throw new MalformedBytesException("checkpoint of version " + version + "; this program reads " + VERSION);
        }
        int count = in.count();
        for (int o = 0; o < count; o++) {
            long id = in.i64();
            origins.add(id, in.text());
        }
        hlc.restore(in.i64());
        for (int n = in.count(); n > 0; n--) {
            int g = placement.groupOf(in.i32());
            int flags = in.u8();
            long sealed = in.varint();
            Configuration configuration = ControlCodec.configuration(in);
            control.learn(configuration);
            VersionVector applied = vector(in, count);
            VersionVector committed = (flags & DEFERS) == 0 ? new VersionVector() : vector(in, count);
            VersionVector ahead = (flags & AHEAD) == 0 ? new VersionVector() : vector(in, count);
            if (g >= 0) {
                groups[g].ahead().assign(ahead);
                groups[g].committed().assign(committed);
                groups[g].shown().assign(applied);
                groups[g].start(configuration.startByOrigin());
                groups[g].incomplete((flags & INCOMPLETE) != 0);
                groups[g].sealed(sealed);
                groups[g].applied().assign(applied);
            }
            for (int o = 0; o < count; o++) {
                VersionVector seen = vector(in, count);
                if (g >= 0) {
                    groups[g].seenBy(o).assign(seen);
                }
            }
        }
    }

    private static void vector(VersionVector v, int size, ByteWriter out) {
        for (int o = 0; o < size; o++) {
            if (v.get(o) > 0) {
                out.varint(o + 1L);
                out.varint(v.get(o));
            }
        }
        out.varint(0);
    }

    private static VersionVector vector(ByteReader in, int origins) {
        VersionVector v = new VersionVector();
        for (long o = in.varint(); o != 0; o = in.varint()) {
            long seq = in.varint();
            if (o < 0 || o > origins || seq <= 0) {
                throw new MalformedBytesException("sequence number " + seq + " of origin " + o + " of " + origins);
            }
            v.set((int) o - 1, seq);
        }
        return v;
    }
}
