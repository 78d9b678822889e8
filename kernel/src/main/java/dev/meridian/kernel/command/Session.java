package dev.meridian.kernel.command;

import dev.meridian.kernel.bytes.ByteReader;
import dev.meridian.kernel.bytes.ByteWriter;
import dev.meridian.kernel.data.Origins;
import dev.meridian.kernel.data.VersionVector;
import dev.meridian.kernel.placement.Dataset;
import dev.meridian.kernel.replication.Group;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The promises made to one client: what its reads must contain, and the read level it chose instead of the
 * datasets' own. Not thread-safe.
 */
public final class Session {
    private final List<@Nullable VersionVector> floors = new ArrayList<>();

    /** A mutation of an origin that is unknown here, which reads of the group must contain. */
    private record Unheard(int group, long originId, long seq) {}

    private final List<Unheard> unheard = new ArrayList<>();
    private Dataset.@Nullable ReadLevel level;
    private long boundMs;
    private Dataset.@Nullable ReadLevel onceLevel;
    private long onceBoundMs;

    /** Groups that the client has read or written here, by index. */
    long touched;

    /** By group, the sequence number of the client's last write here; 0 for none. */
    final VersionVector written = new VersionVector();

    /** By group, the origin of that write, plus one: another numbers its writes anew. */
    final VersionVector writtenAs = new VersionVector();

    /** How often, and once more, late writes had been taken out of the rows here when the client last used them, by group; 0 when it never has. */
    private final VersionVector takenOut = new VersionVector();

    /** The client has written here, as this origin and number. */
    void wrote(int group, int origin, long seq) {
        if (writtenAs.get(group) != origin + 1L) {
            writtenAs.set(group, origin + 1L);
            written.set(group, seq);
        } else {
            written.raise(group, seq);
        }
        touched |= 1L << group;
    }

    /** Another region took a write of the client: nobody here knows how far it has got. */
    boolean wroteElsewhere;

    /** Keys under WATCH. */
    final List<byte[]> watched = new ArrayList<>();

    /** What a read of the group must contain; null when nothing is asked. */
    public @Nullable VersionVector floor(int group) {
        return group < floors.size() ? floors.get(group) : null;
    }

    /** Whether the group may have been read or written. */
    boolean touched(int group) {
        return (touched >>> group & 1) != 0;
    }

    /** Adds to what reads of the group must contain. */
    public void raise(int group, VersionVector seen) {
        while (floors.size() <= group) {
            floors.add(null);
        }
        VersionVector floor = floors.get(group);
        if (floor == null) {
            floors.set(group, seen.copy());
        } else {
            floor.raiseAll(seen);
        }
        touched |= 1L << group;
    }

    /** As at the beginning of a connection. Watches are the transactions' own. */
    void reset() {
        floors.clear();
        unheard.clear();
        level = null;
        onceLevel = null;
        touched = 0;
        takenOut.assign(new VersionVector());
        written.assign(new VersionVector());
        writtenAs.assign(new VersionVector());
        wroteElsewhere = false;
    }

    /** Takes back what a part of the work has seen and written. */
    void learn(Session part) {
        demand(part);
        touched |= part.touched;
        for (int g = 0; g < part.written.width(); g++) {
            if (part.written.get(g) > 0) {
                wrote(g, (int) part.writtenAs.get(g) - 1, part.written.get(g));
            }
        }
        wroteElsewhere |= part.wroteElsewhere;
    }

    private void demand(Session other) {
        for (int g = 0; g < other.floors.size(); g++) {
            VersionVector floor = other.floors.get(g);
            if (floor != null) {
                raise(g, floor);
            }
        }
        unheard.addAll(other.unheard);
    }

    /**
     * Adds a dot to what reads of the group must contain, by the origin's identity. One of an origin that this node has
     * not heard of is something that it has not seen: reads wait until it has.
     */
    public void require(int group, long originId, long seq, Origins origins) {
        touched |= 1L << group;
        int origin = origins.find(originId);
        if (origin < 0) {
            unheard.removeIf(u -> u.group == group && u.originId == originId && u.seq <= seq);
            unheard.add(new Unheard(group, originId, seq));
            return;
        }
        while (floors.size() <= group) {
            floors.add(null);
        }
        VersionVector floor = floors.get(group);
        if (floor == null) {
            floor = new VersionVector();
            floors.set(group, floor);
        }
        floor.raise(origin, seq);
    }

    /** Whether this node has everything that the session's reads of the group must contain. */
    boolean containedIn(Group group, Origins origins) {
        if (!unheard.isEmpty()) {
            List<Unheard> heard =
                    unheard.stream().filter(u -> origins.find(u.originId) >= 0).toList();
            unheard.removeAll(heard);
            heard.forEach(u -> require(u.group, u.originId, u.seq, origins));
            for (Unheard u : unheard) {
                if (u.group == group.index()) {
                    return false;
                }
            }
        }
        VersionVector floor = floor(group.index());
        return floor == null || group.shown().covers(floor);
    }

    /**
     * Whether reads of the group must contain what its configuration leaves out. That is told once: from then on they need not, and what else was
     * promised holds.
     */
    boolean hasLost(Group group, Origins origins) {
        VersionVector floor = floor(group.index());
        // What was read or written here is in no floor: the rows here contain it, until it is taken out of them.
        long before = takenOut.get(group.index());
        takenOut.set(group.index(), group.takenOut() + 1);
        boolean lost = before > 0 && before != group.takenOut() + 1;
        for (int o = 0; floor != null && o < floor.width(); o++) {
            if (group.isLeftOut(origins, o, floor.get(o))) {
                floor.set(o, group.lastInHistory(origins, o, floor.get(o)));
                lost = true;
            }
        }
        return lost;
    }

    /** Writes what reads of the group must contain: varint count, then u64 origin and varint sequence number each. */
    void writeFloor(int group, Origins origins, ByteWriter out) {
        VersionVector floor = group < 0 ? null : floor(group);
        int width = floor == null ? 0 : floor.width();
        int count = 0;
        for (int o = 0; o < width; o++) {
            count += floor != null && floor.get(o) > 0 ? 1 : 0;
        }
        for (Unheard u : unheard) {
            count += u.group == group ? 1 : 0;
        }
        out.varint(count);
        for (int o = 0; floor != null && o < width; o++) {
            if (floor.get(o) > 0) {
                out.i64(origins.id(o));
                out.varint(floor.get(o));
            }
        }
        for (Unheard u : unheard) {
            if (u.group == group) {
                out.i64(u.originId);
                out.varint(u.seq);
            }
        }
    }

    /** Reads what {@link #writeFloor}, or another node's vector, said; -1 for the group: into nothing. */
    void readFloor(int group, Origins origins, ByteReader in) {
        for (int n = in.count(); n > 0; n--) {
            long origin = in.i64();
            long seq = in.varint();
            if (group >= 0) {
                require(group, origin, seq, origins);
            }
        }
    }

    /** Takes over what another session promises, for a part of its work. */
    void adopt(Session other) {
        demand(other);
        level = other.level;
        boundMs = other.boundMs;
        onceLevel = other.onceLevel;
        onceBoundMs = other.onceBoundMs;
    }

    /** Chooses a level for all reads that follow; null returns to the datasets' own. */
    public void level(Dataset.@Nullable ReadLevel level, long boundMs) {
        this.level = level;
        this.boundMs = boundMs;
    }

    /** Chooses a level for the next command only. */
    public void levelOnce(Dataset.ReadLevel level, long boundMs) {
        onceLevel = level;
        onceBoundMs = boundMs;
    }

    void endOnce() {
        onceLevel = null;
    }

    /** The level that the session chose, for this command or for all; null when the dataset's own holds. */
    Dataset.@Nullable ReadLevel chosenLevel() {
        return onceLevel != null ? onceLevel : level;
    }

    long chosenBoundMs() {
        return onceLevel != null ? onceBoundMs : boundMs;
    }

    Dataset.ReadLevel levelFor(Dataset dataset) {
        return onceLevel != null ? onceLevel : level != null ? level : dataset.readLevel();
    }

    long boundMsFor(Dataset dataset) {
        return onceLevel != null ? onceBoundMs : level != null ? boundMs : dataset.readBoundMs();
    }
}
