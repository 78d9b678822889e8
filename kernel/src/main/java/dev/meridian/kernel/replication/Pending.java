package dev.meridian.kernel.replication;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Mutations that arrived before something that their origin had seen, by group, origin and sequence number: from
 * whichever peer, each once. Bounded in bytes: what does not fit is dropped and must be asked for again. Not thread-safe.
 */
final class Pending {
    private final List<List<TreeMap<Long, byte[]>>> records = new ArrayList<>();
    private final long bytesMax;
    private long bytes;

    Pending(int groups, long bytesMax) {
        this.bytesMax = bytesMax;
        for (int g = 0; g < groups; g++) {
            records.add(new ArrayList<>());
        }
    }

    private TreeMap<Long, byte[]> of(int group, int origin) {
        List<TreeMap<Long, byte[]>> byOrigin = records.get(group);
        while (byOrigin.size() <= origin) {
            byOrigin.add(new TreeMap<>());
        }
        return byOrigin.get(origin);
    }

    /** Keeps a copy; false when there is no room. */
    boolean add(int group, int origin, long seq, byte[] source, int offset, int length) {
        TreeMap<Long, byte[]> waiting = of(group, origin);
        if (waiting.containsKey(seq)) {
            return true;
        }
        if (bytes + length > bytesMax) {
            return false;
        }
        byte[] copy = new byte[length];
        System.arraycopy(source, offset, copy, 0, length);
        waiting.put(seq, copy);
        bytes += length;
        return true;
    }

    /** The origin's mutation with the lowest number that is not applied yet; older ones are forgotten. */
    byte @Nullable [] next(Group group, int origin) {
        TreeMap<Long, byte[]> waiting = of(group.index(), origin);
        long applied = group.applied().get(origin);
        while (!waiting.isEmpty()) {
            Map.Entry<Long, byte[]> first = waiting.firstEntry();
            if (first.getKey() > applied) {
                return first.getKey() == applied + 1 ? first.getValue() : null;
            }
            waiting.pollFirstEntry();
            bytes -= first.getValue().length;
        }
        return null;
    }

    /** Everything waiting in a group, forgotten. */
    void clear(int group) {
        for (TreeMap<Long, byte[]> waiting : records.get(group)) {
            for (byte[] record : waiting.values()) {
                bytes -= record.length;
            }
            waiting.clear();
        }
    }

    int origins(int group) {
        return records.get(group).size();
    }

    boolean isEmpty() {
        return bytes == 0;
    }

    long bytes() {
        return bytes;
    }
}
