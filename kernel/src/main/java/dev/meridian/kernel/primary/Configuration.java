package dev.meridian.kernel.primary;

import java.util.List;
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
}
