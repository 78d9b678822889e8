package dev.meridian.store;

import dev.meridian.kernel.log.LogBytes;
import dev.meridian.kernel.log.LogFormat;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The log as files: appends from one thread, syncs, reads and trims from any. See {@link RegionStore} for what each promises.
 *
 * <p>The appending thread never waits for an fsync: a new segment's header, its directory entry and the rest of the segment
 * before it are made durable by the next {@link #sync}, which covers all of them in order before it moves the durable position.
 */
final class SegmentedLog implements LogBytes, Closeable {

    static final String NO_SPACE = "No space left on device";
    private static final int WRITE_BUFFER_BYTES = 1 << 20;

    private final Disk disk;
    private final Path directory;
    private final UUID storeId;
    private final long segmentBytes;
    private final ConcurrentSkipListMap<Long, Segment> segments;
    private final ByteBuffer writeBuffer;
    private final ReentrantLock syncing = new ReentrantLock();

    private Segment active;
    private volatile long endLsn;
    private volatile long durableLsn;
    private volatile boolean directoryChanged;
    private volatile @Nullable StoreFailedException failure;

    /** Takes over what {@link LogOpening} has found or begun; everything in it is durable. */
    SegmentedLog(
            Disk disk,
            Path directory,
            UUID storeId,
            long segmentBytes,
            ConcurrentSkipListMap<Long, Segment> segments,
            long endLsn) {
        this.disk = disk;
        this.directory = directory;
        this.writeBuffer = disk.writeBuffer(WRITE_BUFFER_BYTES);
        this.storeId = storeId;
        this.segmentBytes = segmentBytes;
        this.segments = segments;
        this.active = segments.lastEntry().getValue();
        this.endLsn = endLsn;
        this.durableLsn = endLsn;
    }

    long startLsn() {
        return segments.firstKey();
    }

    @Override
    public long endLsn() {
        return endLsn;
    }

    long durableLsn() {
        return durableLsn;
    }

    void append(long lsn, byte[] buffer, int offset, int length) {
        rejectIfFailed();
        long end = endLsn;
        if (lsn != end) {
            throw new IllegalArgumentException("append at lsn " + lsn + ": the log ends at lsn " + end);
        }
        if (end > active.startLsn && end - active.startLsn + length > segmentBytes) {
            roll(end);
        }
        long position = active.position(end);
        try {
            for (int at = 0; at < length; ) {
                int chunk = Math.min(length - at, writeBuffer.capacity());
                writeBuffer.clear().put(buffer, offset + at, chunk).flip();
                active.writeFully(writeBuffer, position + at);
                at += chunk;
            }
        } catch (IOException e) {
            throw cutBack(active, position, length, e);
        }
        endLsn = end + length;
    }

    /** Undoes a write that found no room; any other failure, and a failure to undo, ends the log. */
    private StoreException cutBack(Segment segment, long position, int length, IOException e) {
        if (!isFull(e, length)) {
            return fail("write to " + segment.path, e);
        }
        try {
            segment.file.truncate(position);
        } catch (IOException alsoFailed) {
            e.addSuppressed(alsoFailed);
            return fail("cut of a partial write to " + segment.path, e);
        }
        return full(segment.path, length, e);
    }

    private void roll(long lsn) {
        try {
            Segment next = Segment.create(disk, directory, storeId, lsn, durableLsn);
            directoryChanged = true;
            segments.put(lsn, next);
            active = next;
        } catch (IOException e) {
            Path path = Segment.path(directory, lsn);
            throw isFull(e, Segment.HEADER_BYTES)
                    ? full(path, Segment.HEADER_BYTES, e)
                    : fail("creation of " + path, e);
        }
    }

    long sync() {
        syncing.lock();
        try {
            rejectIfFailed();
            long target = endLsn;
            if (target == durableLsn) {
                return target;
            }
            Segment last = active(target);
            for (Segment segment : segments.subMap(active(durableLsn).startLsn, true, last.startLsn, true)
                    .values()) {
                segment.file.force();
            }
            if (directoryChanged) {
                directoryChanged = false;
                disk.forceDirectory(directory);
            }
            last.writeMark(target);
            durableLsn = target;
            return target;
        } catch (IOException e) {
            throw fail("fsync of " + directory, e);
        } finally {
            syncing.unlock();
        }
    }

    /** The segment that holds the byte before {@code lsn}, or the first. */
    private Segment active(long lsn) {
        Map.Entry<Long, Segment> entry = segments.lowerEntry(lsn);
        return (entry == null ? segments.firstEntry() : entry).getValue();
    }

    @Override
    public int read(long lsn, byte[] into, int offset, int length) {
        Map.Entry<Long, Segment> entry = segments.floorEntry(lsn);
        if (entry == null) {
            return 0;
        }
        Segment segment = entry.getValue();
        Long next = segments.higherKey(segment.startLsn);
        long wanted = Math.min(length, (next == null ? endLsn : next) - lsn);
        if (wanted <= 0) {
            return 0;
        }
        ByteBuffer target = ByteBuffer.wrap(into, offset, (int) wanted);
        try {
            Segment.readFully(segment.file, target, segment.position(lsn));
        } catch (ClosedChannelException e) {
            return 0;
        } catch (IOException e) {
            throw new StoreCorruptException(
                    segment.path, lsn, "the log cannot be read at lsn " + lsn + ": " + e.getMessage());
        }
        return target.position() - offset;
    }

    LogSlice slice(long fromLsn, int maxBytes) {
        long end = endLsn;
        if (fromLsn < 0 || fromLsn > end) {
            throw new IllegalArgumentException("read at lsn " + fromLsn + ": the log ends at lsn " + end);
        }
        byte[] bytes = new byte[(int) Math.min(Math.max(maxBytes, LogFormat.HEADER_BYTES), end - fromLsn)];
        int have = read(fromLsn, bytes, 0, bytes.length);
        int found = LogFormat.check(bytes, 0, have, fromLsn);
        if (found == LogFormat.INCOMPLETE && have >= LogFormat.HEADER_BYTES) {
            int recordLength = LogFormat.HEADER_BYTES + LogFormat.payloadLength(bytes, 0);
            if (recordLength <= end - fromLsn) {
                bytes = new byte[recordLength];
                have = read(fromLsn, bytes, 0, recordLength);
                found = LogFormat.check(bytes, 0, have, fromLsn);
            }
        }
        int length = 0;
        while (found > 0) {
            length += LogFormat.HEADER_BYTES + found;
            found = LogFormat.check(bytes, length, have, fromLsn + length);
        }
        if (fromLsn < startLsn()) {
            throw new LogTrimmedException(fromLsn, startLsn());
        }
        if (length == 0 && fromLsn < end) {
            throw corrupt(fromLsn);
        }
        return new LogSlice(fromLsn, bytes, length);
    }

    StoreCorruptException corrupt(long lsn) {
        Map.Entry<Long, Segment> entry = segments.floorEntry(lsn);
        Path path = entry == null ? directory : entry.getValue().path;
        return new StoreCorruptException(
                path,
                lsn,
                "the log record at lsn " + lsn + " is damaged or missing, though it was durable (the log ends at lsn "
                        + endLsn + ")");
    }

    /**
     * Deletes the segments that lie below {@code lsn} as a whole, oldest first, each durably before the next. The oldest that
     * stays has something durable in it, so that its header is durable too.
     */
    long trim(long lsn) {
        syncing.lock();
        try {
            rejectIfFailed();
            for (Long next = segments.higherKey(startLsn());
                    next != null && next <= lsn && next < durableLsn;
                    next = segments.higherKey(next)) {
                Segment oldest = segments.pollFirstEntry().getValue();
                disk.delete(oldest.path);
                oldest.close();
                disk.forceDirectory(directory);
            }
            return startLsn();
        } catch (IOException e) {
            throw fail("trim of " + directory, e);
        } finally {
            syncing.unlock();
        }
    }

    boolean hasFailed() {
        return failure != null;
    }

    void rejectIfFailed() {
        StoreFailedException earlier = failure;
        if (earlier != null) {
            throw new StoreFailedException(String.valueOf(earlier.getMessage()), earlier);
        }
    }

    StoreFailedException fail(String what, Exception e) {
        StoreFailedException failed = new StoreFailedException(
                what + " failed: " + e.getMessage()
                        + ". The store confirms nothing more; see to the disk, then start this node again.",
                e);
        failure = failed;
        return failed;
    }

    private StoreFullException full(Path path, int length, IOException e) {
        return new StoreFullException(
                path + ": no room for " + length + " bytes. Nothing was written; free some space and writes go on.", e);
    }

    static boolean saysFull(IOException e) {
        String message = String.valueOf(e.getMessage());
        return message.contains(NO_SPACE) || message.contains("Disk quota exceeded");
    }

    /** Java has no error code for a full disk and its text may be translated, so the free space is asked too. */
    private boolean isFull(IOException e, int length) {
        if (saysFull(e)) {
            return true;
        }
        try {
            return disk.usableBytes(directory) < length;
        } catch (IOException unknown) {
            e.addSuppressed(unknown);
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        for (Segment segment : segments.values()) {
            segment.close();
        }
    }
}
