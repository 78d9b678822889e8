package dev.meridian.kernel.replication;

import dev.meridian.kernel.data.BytesTable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A group's mutations that are in the log here and not yet in the rows, since their commit is not known ({@link Group#defers}): by origin, in
 * order, with the keys that they change. Not thread-safe.
 */
final class Uncommitted {
    private record Entry(long seq, byte[] record, List<byte[]> keys) {}

    private static final class Touched extends BytesTable.Node {
        int count;

        Touched(byte[] id) {
            super(id);
        }
    }

    private final List<ArrayDeque<Entry>> entries = new ArrayList<>();
    private BytesTable<Touched> keys = new BytesTable<>(16);

    void add(int origin, long seq, byte[] bytes, int offset, int length, List<byte[]> changed) {
        byte[] record = new byte[length];
        System.arraycopy(bytes, offset, record, 0, length);
        while (entries.size() <= origin) {
            entries.add(new ArrayDeque<>());
        }
        entries.get(origin).add(new Entry(seq, record, changed));
        for (byte[] key : changed) {
            Touched touched = keys.find(key);
            if (touched == null) {
                touched = new Touched(key);
                keys.add(touched);
            }
            touched.count++;
        }
    }

    /** No origin with a number as high as this has something here. */
    int origins() {
        return entries.size();
    }

    /** The number of the origin's first; 0 when there is none. */
    long firstSeq(int origin) {
        Entry first = entries.get(origin).peek();
        return first == null ? 0 : first.seq;
    }

    /** The origin's first record; null when there is none. */
    byte @Nullable [] first(int origin) {
        Entry first = entries.get(origin).peek();
        return first == null ? null : first.record;
    }

    /** Takes a record of an origin. */
    interface Visitor {
        void record(int origin, long seq, byte[] record);
    }

    /** All that waits, each origin's in order. */
    void forEach(Visitor visitor) {
        for (int o = 0; o < entries.size(); o++) {
            for (Entry entry : entries.get(o)) {
                visitor.record(o, entry.seq, entry.record);
            }
        }
    }

    /** The origin's first has taken effect, or never will. */
    void removeFirst(int origin) {
        for (byte[] key : entries.get(origin).remove().keys) {
            Touched touched = keys.find(key);
            if (touched != null && --touched.count == 0) {
                keys.remove(touched);
            }
        }
    }

    /** Whether something waits that changes the key. */
    boolean touches(byte[] buffer, int offset, int length) {
        return keys.size() > 0 && keys.find(buffer, offset, length) != null;
    }

    /** Everything that waits, forgotten: other rows, which contain it, take the place of those here. */
    void clear() {
        entries.clear();
        keys = new BytesTable<>(16);
    }
}
