package dev.meridian.kernel.replication;

import dev.meridian.kernel.data.VersionVector;
import java.util.ArrayList;
import java.util.List;

/** Where the log has the mutations of each group and origin, and where the log begins. Not thread-safe. */
public final class LogIndex {
    private final List<List<MutationLog.Index>> positions = new ArrayList<>();
    private long start;

    public LogIndex(int groups) {
        for (int g = 0; g < groups; g++) {
            positions.add(new ArrayList<>());
        }
    }

    /** Where the log on disk begins. */
    public long start() {
        return start;
    }

    public MutationLog.Index of(int group, int origin) {
        List<MutationLog.Index> byOrigin = positions.get(group);
        while (byOrigin.size() <= origin) {
            byOrigin.add(new MutationLog.Index());
        }
        return byOrigin.get(origin);
    }

    void note(int group, int origin, long seq, long lsn) {
        of(group, origin).note(seq, lsn);
    }

    /** A position at or before the mutation. */
    long find(int group, int origin, long seq) {
        return Math.max(start, of(group, origin).find(seq));
    }

    /** A position at or before the first mutation of a group that is in {@code all} and not in {@code part}; {@link Long#MAX_VALUE} when there is none. */
    public long firstAfter(int group, VersionVector part, VersionVector all) {
        long first = Long.MAX_VALUE;
        for (int o = 0; part != all && o < all.width(); o++) {
            if (all.get(o) > part.get(o)) {
                first = Math.min(first, find(group, o, part.get(o) + 1));
            }
        }
        return first;
    }

    /** The log now begins here: what lies before is gone. */
    public void trimmed(long lsn) {
        if (lsn > start) {
            start = lsn;
            positions.forEach(byOrigin -> byOrigin.forEach(index -> index.trim(lsn)));
        }
    }

    /** On recovery: the log begins here. */
    public void startAt(long lsn) {
        start = lsn;
    }
}
