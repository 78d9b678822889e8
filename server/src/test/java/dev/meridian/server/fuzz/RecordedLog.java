package dev.meridian.server.fuzz;

import dev.meridian.kernel.log.LogBytes;
import dev.meridian.kernel.log.LogScan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A log in memory. */
public record RecordedLog(byte[] bytes) implements LogBytes {
    @Override
    public long endLsn() {
        return bytes.length;
    }

    @Override
    public int read(long lsn, byte[] into, int offset, int length) {
        int count = (int) Math.min(length, bytes.length - lsn);
        System.arraycopy(bytes, (int) lsn, into, offset, count);
        return count;
    }

    /** The payloads of a log in which every byte belongs to a record. */
    public static List<byte[]> records(byte[] log) {
        List<byte[]> records = new ArrayList<>();
        LogScan scan = new LogScan(new RecordedLog(log), 0, log.length);
        while (scan.next()) {
            records.add(Arrays.copyOfRange(
                    scan.buffer(), scan.payloadOffset(), scan.payloadOffset() + scan.payloadLength()));
        }
        if (scan.end().lsn() != log.length) {
            throw new AssertionError("the log is readable up to " + scan.end() + " of " + log.length);
        }
        return records;
    }
}
