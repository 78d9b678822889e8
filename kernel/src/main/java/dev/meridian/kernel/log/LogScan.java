package dev.meridian.kernel.log;

import org.jspecify.annotations.Nullable;

/**
 * Reads the records of a log one after another and judges what stands at its end.
 *
 * <p>The judgement rests on how far the log is known to have been durable, not on whether a valid record follows an invalid
 * one: after a power failure any subset of the unsynced sectors may be there, so that a valid record behind a hole is no sign
 * of corruption, and a damaged last record of a synced log is one although nothing follows it (D3).
 *
 * <p>Holds one buffer, of a mebibyte, of the longest record met, or of all there is to read. Not safe for use from several threads.
 */
public final class LogScan {

    private static final int CHUNK_BYTES = 1 << 20;

    private final LogBytes bytes;
    private final long endLsn;
    private final long durableLsn;

    private byte[] buffer;
    private int at;
    private int limit;
    private long lsn;
    private int payloadLength;
    private @Nullable LogEnd end;

    /**
     * @param fromLsn where a record begins
     * @param durableLsn everything below was durable once; an invalid record there is corruption
     */
    public LogScan(LogBytes bytes, long fromLsn, long durableLsn) {
        this.bytes = bytes;
        this.endLsn = bytes.endLsn();
        this.durableLsn = durableLsn;
        this.lsn = fromLsn;
        this.buffer = new byte[(int) Math.clamp(endLsn - fromLsn, LogFormat.HEADER_BYTES, CHUNK_BYTES)];
    }

    /** Moves to the next record. Returns false if there is none; {@link #end()} then says why. */
    public boolean next() {
        if (end != null) {
            return false;
        }
        if (payloadLength > 0) {
            int recordLength = LogFormat.HEADER_BYTES + payloadLength;
            at += recordLength;
            lsn += recordLength;
        }
        do {
            payloadLength = LogFormat.check(buffer, at, limit, lsn);
            if (payloadLength > 0) {
                return true;
            }
        } while (payloadLength == LogFormat.INCOMPLETE && fill());
        payloadLength = 0;
        end = judge();
        return false;
    }

    /** The position of the current record. */
    public long lsn() {
        return lsn;
    }

    /** The position after the current record. */
    public long nextLsn() {
        return lsn + LogFormat.HEADER_BYTES + payloadLength;
    }

    /** Holds the current payload at {@link #payloadOffset()}; valid until {@link #next()}. */
    public byte[] buffer() {
        return buffer;
    }

    public int payloadOffset() {
        return at + LogFormat.HEADER_BYTES;
    }

    public int payloadLength() {
        return payloadLength;
    }

    /**
     * What stands behind the last record.
     *
     * @throws IllegalStateException while {@link #next()} has not returned false
     */
    public LogEnd end() {
        if (end == null) {
            throw new IllegalStateException("the scan has not reached the end of the log: it stands at lsn " + lsn);
        }
        return end;
    }

    private LogEnd judge() {
        if (lsn < durableLsn) {
            return new LogEnd.Corrupt(lsn, durableLsn);
        }
        return lsn == endLsn ? new LogEnd.Clean(lsn) : new LogEnd.TornTail(lsn, endLsn - lsn);
    }

    /** Reads on behind the bytes at hand; false if no whole record can come of it. */
    private boolean fill() {
        int have = limit - at;
        int need = LogFormat.HEADER_BYTES;
        if (have >= need) {
            need += LogFormat.payloadLength(buffer, at);
        }
        if (endLsn - lsn < need) {
            return false;
        }
        byte[] target = buffer.length >= need ? buffer : new byte[Math.max(need, 2 * buffer.length)];
        System.arraycopy(buffer, at, target, 0, have);
        buffer = target;
        at = 0;
        limit = have;
        int wanted = (int) Math.min(buffer.length - have, endLsn - lsn - have);
        int read = bytes.read(lsn + have, buffer, have, wanted);
        limit += read;
        return read > 0;
    }
}
