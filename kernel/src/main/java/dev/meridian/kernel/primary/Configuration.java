package dev.meridian.kernel.primary;

import dev.meridian.kernel.data.Origins;
import dev.meridian.kernel.data.VersionVector;
import dev.meridian.kernel.replication.Group;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Who makes up a replication group, and where its history went on: decided in the control group and nowhere else, each one numbered by
 * its epoch. A write of an origin that {@link #start} names is part of the history up to the sequence number there; what the origin
 * made beyond it no configuration contains. An origin that it does not name belongs to this epoch if its region is the primary; where writes
 * take effect once they are committed, each reign that is over is named, be it with 0, and what is not named may be of a later epoch.
 *
 * @param group the group's id
 * @param epoch from 1, which is what the file says; each successor is one higher
 * @param primary the one region that orders writes; null where several may write
 * @param reign names the time of one primary, which goes on when only the live members change; 0 in the first
 * @param members regions that keep, seal and grant, in the order of the file
 * @param live those that count where all live members must have a write; the primary among them
 * @param start by origin, in ascending order of its unsigned id
 */
public record Configuration(
        String group,
        long epoch,
        @Nullable String primary,
        long reign,
        List<String> members,
        List<String> live,
        List<Position> start) {

    /** The last mutation of an origin that is part of the history. */
    public record Position(long origin, long seq) {}

    public Configuration {
        members = List.copyOf(members);
        live = List.copyOf(live);
        start = List.copyOf(start);
    }

    /** {@link #start} by origin; null in the first, whose history begins with it, and where there is no primary. */
    public @Nullable SortedMap<Long, Long> startByOrigin() {
        if (primary == null || epoch == 1) {
            return null;
        }
        SortedMap<Long, Long> byOrigin = new TreeMap<>();
        start.forEach(position -> byOrigin.put(position.origin(), position.seq()));
        return byOrigin;
    }

    /** {@link #start} by the numbers that this node gave its origins. */
    VersionVector startIn(Origins origins) {
        VersionVector here = new VersionVector();
        for (Position position : start) {
            int origin = origins.find(position.origin());
            if (origin >= 0) {
                here.set(origin, position.seq());
            }
        }
        return here;
    }

    /** Where the history of the next configuration goes on that contains {@code vector}. What was left out once is left out for ever. */
    List<Position> nextStart(Group group, VersionVector vector, Origins origins) {
        List<Position> positions = new ArrayList<>();
        if (group.defers()) {
            // Each reign that is over is named.
            for (Position before : start) {
                int o = origins.find(before.origin());
                positions.add(new Position(before.origin(), o < 0 ? 0 : Math.min(before.seq(), vector.get(o))));
            }
            if (epoch > 1) {
                int o = origins.find(reign);
                positions.add(new Position(reign, o < 0 ? 0 : vector.get(o)));
            }
        } else {
            for (int o = 0; o < vector.width(); o++) {
                if (vector.get(o) > 0) {
                    long last = group.leavesOut() ? group.lastInHistory(origins, o, vector.get(o)) : vector.get(o);
                    positions.add(new Position(origins.id(o), last));
                }
            }
            for (long origin : group.leftOutWhole()) {
                if (positions.stream().noneMatch(position -> position.origin() == origin)) {
                    positions.add(new Position(origin, 0));
                }
            }
        }
        positions.sort((a, b) -> Long.compareUnsigned(a.origin(), b.origin()));
        return positions;
    }

    /** The next one of the same primary and reign, with these live members. */
    Configuration with(List<String> live) {
        return new Configuration(
                group,
                epoch + 1,
                primary,
                reign,
                members,
                members.stream().filter(live::contains).toList(),
                start);
    }
}
