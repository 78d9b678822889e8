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

    /** The log now begins here: what lies before is gone, and each group learns up to where. */
    public void trimmed(long lsn, Group[] groups) {
        if (lsn <= start) {
            return;
        }
        start = lsn;
        for (Group group : groups) {
            VersionVector gone = group.trimmed();
            for (int o = 0; o < group.applied().width(); o++) {
                long upTo =
                        Math.min(of(group.index(), o).trim(lsn), group.applied().get(o));
                gone.raise(o, upTo);
            }
        }
    }

    /** On recovery: the log begins here. */
    public void startAt(long lsn) {
        start = lsn;
    }
}
