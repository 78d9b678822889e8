package dev.meridian.kernel.replication;

import dev.meridian.kernel.bytes.ByteWriter;
import dev.meridian.kernel.log.LogFormat;
import java.util.ArrayDeque;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The end of the node's log in memory: records in the order of their application here, which respects
 * causality. A position (lsn) is a byte offset in one endless log. New records are written in place and handed to the host once
 * a turn ({@link #drain}); links read from here what is recent and ask the host for what is older. Not
 * thread-safe.
 */
public final class MutationLog {
    private static final int CHUNK_BYTES = 1 << 20;
    private static final int CAPACITY = CHUNK_BYTES + (CHUNK_BYTES >> 2);
    private static final int AT_FIRST = 1 << 12;
    private static final int LOOKED_AT_MAX = 512;

    /** A run of whole records. */
    public static final class Chunk {
        final long lsn;
        final ByteWriter bytes;

        Chunk(long lsn, ByteWriter bytes) {
            this.lsn = lsn;
            this.bytes = bytes;
        }

        long end() {
            return lsn + bytes.size();
        }
    }

    /** Takes what a turn appended; the bytes are to be copied or written before it returns. */
    public interface Appender {
        void append(long lsn, byte[] bytes, int offset, int length);
    }

    private final ArrayDeque<Chunk> chunks = new ArrayDeque<>();
    private final long retainedBytesMax;
    private Chunk current;
    private long drained;
    private int open = -1;

    /** @param retainedBytesMax how much of the log stays in memory for links */
    public MutationLog(long retainedBytesMax) {
        this.retainedBytesMax = retainedBytesMax;
        this.current = new Chunk(0, new ByteWriter(AT_FIRST));
        chunks.add(current);
    }

    /** Continues a log that ends at {@code lsn}: nothing before it is in memory. */
    public void continueAt(long lsn) {
        chunks.clear();
        current = new Chunk(lsn, new ByteWriter(AT_FIRST));
        chunks.add(current);
        drained = lsn;
    }

    /** Where the next record will begin. */
    public long end() {
        return current.end();
    }

    /** Where memory begins: what is older is only on disk. */
    public long start() {
        Chunk first = chunks.peek();
        return first == null ? current.lsn : first.lsn;
    }

    /** Opens a record; its payload is to be written to what this returns. */
    public ByteWriter open() {
        if (open >= 0) {
            throw new IllegalStateException("a record is open");
        }
        open = current.bytes.reserve(LogFormat.HEADER_BYTES);
        return current.bytes;
    }

    /** Where the open record's payload begins in the array of its writer. */
    public int payloadStart() {
        return open + LogFormat.HEADER_BYTES;
    }

    /** Closes the open record; returns its position. */
    public long close() {
        long lsn = current.lsn + open;
        int length = current.bytes.size() - open - LogFormat.HEADER_BYTES;
        LogFormat.seal(current.bytes.array(), open, length, lsn);
        open = -1;
        return lsn;
    }

    /** Drops the open record. */
    public void abandon() {
        current.bytes.truncate(open);
        open = -1;
    }

    /** Hands over what was appended since the last call and makes room. What an appender throws at is handed over again. */
    public void drain(Appender appender) {
        for (Chunk chunk : chunks) {
            if (chunk.end() > drained) {
                int from = (int) (Math.max(drained, chunk.lsn) - chunk.lsn);
                appender.append(chunk.lsn + from, chunk.bytes.array(), from, chunk.bytes.size() - from);
                drained = chunk.end();
            }
        }
        if (current.bytes.size() >= CHUNK_BYTES) {
            ByteWriter free = null;
            while (!chunks.isEmpty() && drained - chunks.getFirst().lsn > retainedBytesMax) {
                free = chunks.removeFirst().bytes;
            }
            // Used again, since megabytes that live for a while are what a collector has most work with.
            if (free == null || free.array().length > CAPACITY) {
                free = new ByteWriter(CAPACITY);
            }
            free.clear();
            current = new Chunk(drained, free);
            chunks.add(current);
        }
    }

    /** What has been handed to the host. */
    public long drained() {
        return drained;
    }

    /** The chunk that holds the position, or null when memory does not have it. */
    @Nullable
    Chunk chunkAt(long lsn) {
        if (lsn < start() || lsn > end()) {
            return null;
        }
        for (Chunk chunk : chunks) {
            if (lsn < chunk.end() || chunk == current) {
                return chunk;
            }
        }
        return current;
    }

    /**
     * Whether a record kept in memory begins with the same {@code dotBytes} and goes on in another way. Looks at so many records
     * from {@code fromLsn} on as may stand between two positions of the index.
     */
    boolean contradicts(long fromLsn, byte[] record, int offset, int length, int dotBytes) {
        long at = Math.max(fromLsn, start());
        for (int n = 0; n < LOOKED_AT_MAX && at < end(); n++) {
            Chunk chunk = chunkAt(at);
            if (chunk == null) {
                return false;
            }
            byte[] bytes = chunk.bytes.array();
            int from = (int) (at - chunk.lsn);
            int size = LogFormat.payloadLength(bytes, from);
            int payload = from + LogFormat.HEADER_BYTES;
            if (size >= dotBytes
                    && Arrays.equals(bytes, payload, payload + dotBytes, record, offset, offset + dotBytes)) {
                return !Arrays.equals(bytes, payload, payload + size, record, offset, offset + length);
            }
            at += LogFormat.HEADER_BYTES + size;
        }
        return false;
    }

    /**
     * Where in the log an origin's mutations are: every 128th is remembered. Positions found are at or before
     * the mutation sought.
     */
    public static final class Index {
        private static final int STEP = 128;
        private long[] seqs = new long[16];
        private long[] lsns = new long[16];
        private int size;

        void note(long seq, long lsn) {
            if (size > 0 && seq < seqs[size - 1] + STEP) {
                return;
            }
            if (size == seqs.length) {
                seqs = Arrays.copyOf(seqs, size * 2);
                lsns = Arrays.copyOf(lsns, size * 2);
            }
            seqs[size] = seq;
            lsns[size++] = lsn;
        }

        /** A position from which the mutation {@code seq} will be met; -1 when not known: from the oldest. */
        long find(long seq) {
            int at = Arrays.binarySearch(seqs, 0, size, seq);
            if (at < 0) {
                at = -at - 2;
            }
            return at < 0 ? -1 : lsns[at];
        }

        /** Forgets positions below {@code lsn}. */
        void trim(long lsn) {
            int keep = 0;
            while (keep < size && lsns[keep] < lsn) {
                keep++;
            }
            System.arraycopy(seqs, keep, seqs, 0, size - keep);
            System.arraycopy(lsns, keep, lsns, 0, size - keep);
            size -= keep;
        }
    }
}
