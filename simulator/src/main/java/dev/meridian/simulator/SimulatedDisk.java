package dev.meridian.simulator;

import dev.meridian.kernel.Kernel;
import dev.meridian.kernel.log.LogBytes;
import dev.meridian.kernel.log.LogEnd;
import dev.meridian.kernel.log.LogScan;
import dev.meridian.kernel.log.RowBatch;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A node's disk: a log with an unsynced tail, and rows with the cuts that are at rest. A killed process loses nothing of the
 * log, a loss of power any part of what was not synced; either way rows go back to the cut at rest.
 */
final class SimulatedDisk {
    private record Cut(long lsn, byte[] meta, TreeMap<Bytes, byte[]> rows) {}

    private record Bytes(byte[] bytes) implements Comparable<Bytes> {
        @Override
        public int compareTo(Bytes that) {
            return Arrays.compareUnsigned(bytes, that.bytes);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Bytes that && Arrays.equals(bytes, that.bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }
    }

    private byte[] log = new byte[1 << 12];
    private long start;
    private long end;
    private long durable;
    private @Nullable Cut atRest;
    private @Nullable Cut written;
    private TreeMap<Bytes, byte[]> rows = new TreeMap<>();

    long end() {
        return end;
    }

    long durable() {
        return durable;
    }

    long start() {
        return start;
    }

    void append(long lsn, byte[] bytes, int offset, int length) {
        if (lsn != end) {
            throw new World.Violation("D1", "an append at " + lsn + ", the log ends at " + end);
        }
        int at = (int) (end - start);
        if (at + length > log.length) {
            log = Arrays.copyOf(log, Math.max(log.length * 2, at + length));
        }
        System.arraycopy(bytes, offset, log, at, length);
        end += length;
    }

    void sync() {
        durable = end;
    }

    /** Applies a cut; it is at rest at the next {@link #rest}. */
    void checkpoint(byte[] batch, int length, byte[] meta, long lsn) {
        RowBatch.over(batch, length).forEach(new RowBatch.Visitor() {
            @Override
            public void put(byte[] bytes, int keyOffset, int keyLength, int valueOffset, int valueLength) {
                rows.put(
                        new Bytes(Arrays.copyOfRange(bytes, keyOffset, keyOffset + keyLength)),
                        Arrays.copyOfRange(bytes, valueOffset, valueOffset + valueLength));
            }

            @Override
            public void delete(byte[] bytes, int keyOffset, int keyLength) {
                rows.remove(new Bytes(Arrays.copyOfRange(bytes, keyOffset, keyOffset + keyLength)));
            }
        });
        // Rows are never at rest ahead of the log.
        durable = Math.max(durable, Math.min(lsn, end));
        written = new Cut(lsn, meta, new TreeMap<>(rows));
    }

    void rest() {
        if (written != null) {
            atRest = written;
        }
    }

    long trim(long lsn) {
        long limit = Math.min(lsn, atRest == null ? 0 : atRest.lsn);
        if (limit > start) {
            int drop = (int) (limit - start);
            System.arraycopy(log, drop, log, 0, (int) (end - limit));
            start = limit;
        }
        return start;
    }

    byte[] read(long lsn, int bytesMax) {
        LogScan scan = new LogScan(new Contents(), lsn, durable);
        long to = lsn;
        while (scan.next() && (to == lsn || scan.nextLsn() - lsn <= bytesMax)) {
            to = scan.nextLsn();
        }
        return Arrays.copyOfRange(log, (int) (lsn - start), (int) (to - start));
    }

    /** The process is gone, and with it the rows that were not yet at rest. */
    void loseMemory() {
        written = atRest;
        rows = written == null ? new TreeMap<>() : new TreeMap<>(written.rows);
    }

    /** Power is lost: of what was not synced, a random part is gone. Returns how many bytes. */
    long losePower(SplittableRandom random) {
        long unsynced = end - durable;
        long lost = 0;
        if (unsynced > 0) {
            long keep = random.nextLong(unsynced + 1);
            lost = unsynced - keep;
            end = durable + keep;
            if (keep > 0 && random.nextBoolean()) {
                // A torn sector inside what was kept.
                int at = (int) (durable - start + random.nextLong(keep));
                log[at] ^= (byte) (1 << random.nextInt(8));
            }
        }
        loseMemory();
        return lost;
    }

    /** Power is lost: all that was not synced is gone. Returns how many bytes. */
    long losePowerAndTail() {
        long lost = end - durable;
        end = durable;
        rows = written == null ? new TreeMap<>() : new TreeMap<>(written.rows);
        return lost;
    }

    /** This disk as it is now. */
    SimulatedDisk copy() {
        SimulatedDisk copy = new SimulatedDisk();
        copy.become(this);
        return copy;
    }

    /** This disk is replaced by an image of an earlier one. */
    void become(SimulatedDisk image) {
        log = image.log.clone();
        start = image.start;
        end = image.end;
        durable = image.durable;
        atRest = image.atRest;
        written = image.written;
        rows = new TreeMap<>(image.rows);
    }

    void loseEverything() {
        log = new byte[1 << 12];
        start = 0;
        end = 0;
        durable = 0;
        atRest = null;
        written = null;
        rows = new TreeMap<>();
    }

    /** Hands everything back to a kernel that starts. */
    void recover(Kernel kernel) {
        Cut cut = written;
        long from = start;
        if (cut != null) {
            kernel.recoverMeta(cut.meta);
            cut.rows.forEach((key, value) -> kernel.recoverRow(key.bytes, value));
            from = cut.lsn;
        }
        LogScan scan = new LogScan(new Contents(), from, durable);
        while (scan.next()) {
            kernel.recoverRecord(scan.buffer(), scan.payloadOffset(), scan.payloadLength(), scan.lsn());
        }
        switch (scan.end()) {
            case LogEnd.Clean clean -> {}
            case LogEnd.TornTail torn -> end = torn.lsn();
            case LogEnd.Corrupt corrupt ->
                throw new World.Violation("D3", "a durable record at " + corrupt.lsn() + " is damaged");
        }
        durable = end;
        kernel.recovered(start, end);
    }

    /** Whether the bytes stand anywhere on this disk. */
    boolean holds(byte[] canary) {
        if (Search.contains(log, (int) (end - start), canary)) {
            return true;
        }
        for (var row : rows.entrySet()) {
            byte[] key = row.getKey().bytes;
            if (Search.contains(key, key.length, canary)
                    || Search.contains(row.getValue(), row.getValue().length, canary)) {
                return true;
            }
        }
        return false;
    }

    private final class Contents implements LogBytes {
        @Override
        public long endLsn() {
            return end;
        }

        @Override
        public int read(long lsn, byte[] into, int offset, int length) {
            int count = (int) Math.min(length, end - lsn);
            if (count <= 0) {
                return 0;
            }
            System.arraycopy(log, (int) (lsn - start), into, offset, count);
            return count;
        }
    }
}
