package dev.meridian.store;

import dev.meridian.kernel.log.LogBytes;
import dev.meridian.kernel.log.LogScan;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * Finds the end of a log after a start: cuts a torn tail off, refuses a log that lost something durable, and makes durable
 * what is left.
 */
final class LogOpening implements LogBytes {

    private final Disk disk;
    private final Path directory;
    private final UUID storeId;
    private final ConcurrentSkipListMap<Long, Segment> segments = new ConcurrentSkipListMap<>();
    private long rawEndLsn;
    private long durableLsn;
    private long illegibleBytes;
    private long tornTailBytes;

    private LogOpening(Disk disk, Path directory, UUID storeId, long checkpointLsn) {
        this.disk = disk;
        this.directory = directory;
        this.storeId = storeId;
        this.durableLsn = checkpointLsn;
    }

    /** @param tornTailBytes how much was cut off */
    record Opened(SegmentedLog log, long tornTailBytes) {}

    /** @param checkpointLsn where the rows at rest are; the log was durable up to there before they came to rest */
    static Opened open(Disk disk, Path directory, UUID storeId, long segmentBytes, long checkpointLsn)
            throws IOException {
        LogOpening opening = new LogOpening(disk, directory, storeId, checkpointLsn);
        long endLsn = opening.find();
        return new Opened(
                new SegmentedLog(disk, directory, storeId, segmentBytes, opening.segments, endLsn),
                opening.tornTailBytes);
    }

    private long find() throws IOException {
        List<Path> paths = disk.list(directory).stream()
                .filter(path -> Segment.startLsnIn(path) >= 0)
                .sorted()
                .toList();
        if (paths.isEmpty()) {
            return begin();
        }
        List<Path> illegible = openAll(paths);
        long startLsn = Segment.startLsnIn(paths.getFirst());
        for (Path path : illegible) {
            if (Segment.startLsnIn(path) == startLsn || Segment.startLsnIn(path) < durableLsn) {
                throw new StoreCorruptException(
                        path,
                        Segment.startLsnIn(path),
                        "the header of this part of the log is damaged, or of another store");
            }
        }
        refuseHoles();
        rawEndLsn = segments.lastEntry().getValue().endLsn();
        if (rawEndLsn < durableLsn) {
            throw corrupt(rawEndLsn);
        }
        long fromLsn = Math.max(startLsn, durableLsn);
        LogScan scan = new LogScan(this, fromLsn, fromLsn);
        while (scan.next()) {}
        long endLsn = scan.end().lsn();
        tornTailBytes = illegibleBytes;
        for (Path path : illegible) {
            disk.delete(path);
        }
        cutAt(endLsn);
        makeDurable(endLsn);
        return endLsn;
    }

    private long begin() throws IOException {
        if (durableLsn > 0) {
            throw new StoreCorruptException(
                    directory, 0, "the log is missing, though the rows at rest are at its lsn " + durableLsn);
        }
        Segment first = Segment.create(disk, directory, storeId, 0, 0);
        first.file.force();
        disk.forceDirectory(directory);
        segments.put(0L, first);
        return 0;
    }

    /** Opens the segments that have a header of this store; returns the others. */
    private List<Path> openAll(List<Path> paths) throws IOException {
        List<Path> illegible = new ArrayList<>();
        for (Path path : paths) {
            Segment.Opened opened = Segment.open(disk, path, storeId);
            durableLsn = Math.max(durableLsn, opened.durableLsn());
            if (opened.legible()) {
                segments.put(opened.segment().startLsn, opened.segment());
            } else {
                illegibleBytes += opened.segment().file.size();
                opened.segment().close();
                illegible.add(path);
            }
        }
        return illegible;
    }

    /** A file that is missing or short below what was durable. */
    private void refuseHoles() throws IOException {
        for (Segment segment : segments.values()) {
            Long next = segments.higherKey(segment.startLsn);
            long endLsn = segment.endLsn();
            if (next != null && endLsn < next && endLsn < durableLsn) {
                throw corrupt(endLsn);
            }
        }
    }

    private StoreCorruptException corrupt(long lsn) {
        Segment segment = segments.floorEntry(lsn).getValue();
        return new StoreCorruptException(
                segment.path,
                lsn,
                "the log record at lsn " + lsn + " is damaged or missing, though the log was durable up to lsn "
                        + durableLsn);
    }

    private void cutAt(long endLsn) throws IOException {
        for (Segment later : segments.tailMap(endLsn, false).values()) {
            tornTailBytes += later.endLsn() - later.startLsn;
            later.close();
            disk.delete(later.path);
        }
        segments.tailMap(endLsn, false).clear();
        Segment last = segments.lastEntry().getValue();
        long excess = last.endLsn() - endLsn;
        if (excess > 0) {
            tornTailBytes += excess;
            last.file.truncate(last.position(endLsn));
        }
    }

    /**
     * Writes again what no fsync has confirmed, before the fsync that does: after a failed one the operating system may hold
     * these bytes as clean although the disk never got them, and would confirm them without writing.
     */
    private void makeDurable(long endLsn) throws IOException {
        disk.forceDirectory(directory);
        byte[] chunk = new byte[(int) Math.clamp(endLsn - durableLsn, 0, 1 << 20)];
        Long from = segments.floorKey(Math.max(durableLsn, segments.firstKey()));
        for (Segment segment : segments.tailMap(from).values()) {
            Long next = segments.higherKey(segment.startLsn);
            long segmentEndLsn = next == null ? endLsn : next;
            long lsn = Math.max(durableLsn, segment.startLsn);
            while (lsn < segmentEndLsn) {
                int have = read(lsn, chunk, 0, (int) Math.min(chunk.length, segmentEndLsn - lsn));
                segment.writeFully(ByteBuffer.wrap(chunk, 0, have), segment.position(lsn));
                lsn += have;
            }
            segment.rewriteHeader(storeId, Math.max(durableLsn, segment.startLsn));
            segment.file.force();
        }
        segments.lastEntry().getValue().writeMark(endLsn);
    }

    @Override
    public long endLsn() {
        return rawEndLsn;
    }

    @Override
    public int read(long lsn, byte[] into, int offset, int length) {
        Segment segment = segments.floorEntry(lsn).getValue();
        Long next = segments.higherKey(segment.startLsn);
        long wanted = next == null ? length : Math.min(length, next - lsn);
        ByteBuffer target = ByteBuffer.wrap(into, offset, (int) wanted);
        try {
            Segment.readFully(segment.file, target, segment.position(lsn));
        } catch (IOException e) {
            throw new StoreCorruptException(
                    segment.path, lsn, "the log cannot be read at lsn " + lsn + ": " + e.getMessage());
        }
        return target.position() - offset;
    }
}
