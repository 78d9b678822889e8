package dev.meridian.server.link;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/** Counts what goes over the link with one region, since the process started. Written by one thread each, read by any. */
public final class LinkMeter {
    private static final int REASONS_MAX = 16;

    private final AtomicLong wireBytesIn = new AtomicLong();
    private final AtomicLong wireBytesOut = new AtomicLong();
    private final @Nullable String[] reasons = new String[REASONS_MAX];
    private final AtomicLongArray bytesByReason = new AtomicLongArray(REASONS_MAX);

    /** Why connections were ended, of all regions together. */
    public static final class Faults {
        private final AtomicLongArray counts = new AtomicLongArray(LinkFault.values().length);

        void add(LinkFault fault) {
            counts.incrementAndGet(fault.ordinal());
        }

        public long count(LinkFault fault) {
            return counts.get(fault.ordinal());
        }
    }

    /** Reasons are a few constants: those that came too late to have a place of their own share the last. */
    void frame(String reason, int length) {
        int i = 0;
        while (i < REASONS_MAX - 1 && !reason.equals(reasons[i])) {
            if (reasons[i] == null) {
                reasons[i] = reason;
                break;
            }
            i++;
        }
        bytesByReason.lazySet(i, bytesByReason.get(i) + length);
    }

    void sent(int wireBytes) {
        wireBytesOut.addAndGet(wireBytes);
    }

    void received(int wireBytes) {
        wireBytesIn.addAndGet(wireBytes);
    }

    public long wireBytesIn() {
        return wireBytesIn.get();
    }

    public long wireBytesOut() {
        return wireBytesOut.get();
    }

    /** Bytes of frames sent by what they were for, before packing and compression. On the kernel's thread. */
    public Map<String, Long> bytesByReason() {
        SortedMap<String, Long> byReason = new TreeMap<>();
        for (int i = 0; i < REASONS_MAX; i++) {
            String reason = reasons[i];
            if (reason != null) {
                byReason.put(reason, bytesByReason.get(i));
            }
        }
        return byReason;
    }
}
