package dev.meridian.kernel.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The records of one dataset, oldest first. Bounded: the oldest make room, and are counted. Not thread-safe. */
final class DroppedValues {
    private static final int RECORDS_MAX = 10_000;
    private static final long BYTES_MAX = 32L << 20;

    private static final Comparator<DroppedValue> ORDER = (a, b) -> {
        int byStamp = Arrays.compareUnsigned(a.id(), b.id());
        return byStamp != 0 ? byStamp : Arrays.compareUnsigned(a.key.id(), b.key.id());
    };

    private final DirtyRows dirty;
    private final TreeSet<DroppedValue> records = new TreeSet<>(ORDER);
    private long bytes;
    private long forgotten;

    DroppedValues(DirtyRows dirty) {
        this.dirty = dirty;
    }

    /** Takes a record; the same one twice is one. {@code atRest}: it is in the store already. */
    void add(DroppedValue record, boolean atRest) {
        if (!records.add(record)) {
            return;
        }
        bytes += record.bytes();
        if (!atRest) {
            dirty.touch(record);
        }
        while (records.size() > RECORDS_MAX || bytes > BYTES_MAX) {
            DroppedValue oldest = records.removeFirst();
            bytes -= oldest.bytes();
            forgotten++;
            dirty.gone(oldest);
        }
    }

    int size() {
        return records.size();
    }

    long forgotten() {
        return forgotten;
    }

    List<DroppedValue> page(@Nullable DroppedValue after, int limit) {
        SortedSet<DroppedValue> from = after == null ? records : records.tailSet(after, false);
        List<DroppedValue> page = new ArrayList<>();
        for (DroppedValue record : from) {
            if (page.size() == limit) {
                break;
            }
            page.add(record);
        }
        return page;
    }
}
