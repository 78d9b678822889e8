package dev.meridian.store;

import dev.meridian.kernel.log.LogEnd;
import dev.meridian.kernel.log.LogScan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.TreeMap;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Status;

/** {@link RegionStore} in one directory: a {@link SegmentedLog} under {@code log/}, {@link RocksRows} under {@code rows/}. */
public final class RocksRegionStore implements RegionStore {

    private final Path directory;
    private final Disk disk;
    private final StoreOptions options;
    private final DirectoryLock lock;
    private final StoreIdentity identity;
    private final RocksRows rows;
    private final SegmentedLog log;
    private final long tornTailBytes;

    /** How many snapshots are open at each lsn; also the monitor that guards {@code closed}. */
    private final TreeMap<Long, Integer> pinned = new TreeMap<>();

    private long flushStartedAtLsn;
    private boolean closed;

    /**
     * Opens a directory, or begins one; a torn tail of its log is cut off, and what is left of it is durable on return.
     *
     * @throws StoreLockedException if another process or store holds the directory
     * @throws StoreMismatchException if it belongs to another cluster or region
     * @throws StoreCorruptException if something that was durable is damaged
     */
    public static RocksRegionStore open(Path directory, StoreOptions options) {
        return open(directory, options, Disk.REAL);
    }

    static RocksRegionStore open(Path directory, StoreOptions options, Disk disk) {
        try {
            Files.createDirectories(directory);
            DirectoryLock lock = DirectoryLock.take(directory);
            boolean opened = false;
            try {
                RocksRegionStore store = new RocksRegionStore(directory, options, disk, lock);
                opened = true;
                return store;
            } finally {
                if (!opened) {
                    lock.close();
                }
            }
        } catch (IOException e) {
            throw new StoreFailedException(directory + " cannot be opened: " + e, e);
        }
    }

    private RocksRegionStore(Path directory, StoreOptions options, Disk disk, DirectoryLock lock) throws IOException {
        this.directory = directory;
        this.disk = disk;
        this.options = options;
        this.lock = lock;
        identity = IdentityFile.readOrCreate(disk, directory, options);
        Path logDirectory = Files.createDirectories(directory.resolve("log"));
        Path rowsDirectory = Files.createDirectories(directory.resolve("rows"));
        disk.forceDirectory(directory);
        try {
            rows = new RocksRows(rowsDirectory, options);
        } catch (RocksDBException e) {
            throw isCorruption(e)
                    ? new StoreCorruptException(rowsDirectory, -1, "RocksDB refuses it: " + e.getMessage())
                    : new StoreFailedException(rowsDirectory + ": RocksDB cannot open it: " + e.getMessage(), e);
        }
        boolean opened = false;
        try {
            long checkpointLsn = durableCheckpoint().map(CheckpointMeta::lsn).orElse(0L);
            LogOpening.Opened found =
                    LogOpening.open(disk, logDirectory, identity.storeId(), options.segmentBytes(), checkpointLsn);
            log = found.log();
            tornTailBytes = found.tornTailBytes();
            flushStartedAtLsn = checkpointLsn;
            if (log.startLsn() > checkpointLsn) {
                throw new StoreCorruptException(
                        rowsDirectory,
                        checkpointLsn,
                        "the rows are at lsn " + checkpointLsn + ", but the log begins at lsn " + log.startLsn());
            }
            opened = true;
        } finally {
            if (!opened) {
                rows.close();
            }
        }
    }

    @Override
    public StoreIdentity identity() {
        return identity;
    }

    @Override
    public RecoveryReport recover(RecoveryVisitor visitor) {
        long startedNs = System.nanoTime();
        try (RocksRows.View view = rows.view()) {
            long checkpointLsn = view.checkpoint.map(CheckpointMeta::lsn).orElse(0L);
            long fromLsn = visitor.checkpoint(view.checkpoint, log.startLsn());
            if (fromLsn < log.startLsn() || fromLsn > checkpointLsn) {
                throw new IllegalArgumentException("replay from lsn " + fromLsn + ": it begins between "
                        + log.startLsn() + " and the checkpoint's " + checkpointLsn);
            }
            long rowCount = recoverRows(view, visitor);
            long recordCount = replay(fromLsn, visitor);
            return new RecoveryReport(
                    rowCount,
                    recordCount,
                    checkpointLsn,
                    fromLsn,
                    log.endLsn(),
                    tornTailBytes,
                    (System.nanoTime() - startedNs) / 1_000_000);
        } catch (RocksDBException e) {
            throw rows.unreadable(e);
        }
    }

    private static long recoverRows(RocksRows.View view, RecoveryVisitor visitor) {
        byte[] key = new byte[256];
        byte[] value = new byte[4096];
        long count = 0;
        try (RocksIterator iterator = view.iterator()) {
            for (iterator.seekToFirst(); iterator.isValid(); iterator.next()) {
                int keyLength = iterator.key(key);
                if (keyLength > key.length) {
                    key = iterator.key();
                }
                int valueLength = iterator.value(value);
                if (valueLength > value.length) {
                    value = iterator.value();
                }
                visitor.row(key, keyLength, value, valueLength);
                count++;
            }
            view.rejectIfUnreadable(iterator);
        }
        return count;
    }

    private long replay(long fromLsn, RecoveryVisitor visitor) {
        long count = 0;
        LogScan scan = new LogScan(log, fromLsn, log.endLsn());
        while (scan.next()) {
            visitor.record(scan.lsn(), scan.buffer(), scan.payloadOffset(), scan.payloadLength());
            count++;
        }
        if (scan.end() instanceof LogEnd.Corrupt corrupt) {
            throw log.corrupt(corrupt.lsn());
        }
        return count;
    }

    @Override
    public void append(long lsn, byte[] buffer, int offset, int length) {
        log.append(lsn, buffer, offset, length);
    }

    @Override
    public long sync() {
        return log.sync();
    }

    @Override
    public long startLsn() {
        return log.startLsn();
    }

    @Override
    public long endLsn() {
        return log.endLsn();
    }

    @Override
    public long durableLsn() {
        return log.durableLsn();
    }

    @Override
    public LogSlice read(long fromLsn, int maxBytes) {
        return log.slice(fromLsn, maxBytes);
    }

    @Override
    public long trim(long lsn) {
        synchronized (pinned) {
            long allowed =
                    Math.min(lsn, durableCheckpoint().map(CheckpointMeta::lsn).orElse(0L));
            return log.trim(pinned.isEmpty() ? allowed : Math.min(allowed, pinned.firstKey()));
        }
    }

    @Override
    public void writeCheckpoint(Checkpoint checkpoint) {
        log.rejectIfFailed();
        if (checkpoint.lsn() > log.endLsn()) {
            throw new IllegalArgumentException(
                    "checkpoint at lsn " + checkpoint.lsn() + ": the log ends at lsn " + log.endLsn());
        }
        if (checkpoint.lsn() > log.durableLsn()) {
            log.sync();
        }
        try {
            rows.write(checkpoint);
            if (checkpoint.lsn() - flushStartedAtLsn > options.logBytesBeforeFlush()) {
                rows.startFlush();
                flushStartedAtLsn = checkpoint.lsn();
            }
        } catch (RocksDBException e) {
            throw failed("checkpoint", e);
        }
    }

    @Override
    public Optional<CheckpointMeta> durableCheckpoint() {
        try {
            return rows.atRest();
        } catch (RocksDBException e) {
            throw rows.unreadable(e);
        }
    }

    @Override
    public void flush() {
        log.rejectIfFailed();
        try {
            rows.flush();
        } catch (RocksDBException e) {
            throw failed("flush", e);
        }
    }

    @Override
    public StoreSnapshot snapshot() {
        synchronized (pinned) {
            try {
                if (closed) {
                    throw new IllegalStateException(directory + " is closed");
                }
                RocksRows.View view = rows.view();
                CheckpointMeta checkpoint = view.checkpoint.orElse(new CheckpointMeta(0, new byte[0]));
                pinned.merge(checkpoint.lsn(), 1, Integer::sum);
                return new RocksSnapshot(view, checkpoint, () -> unpin(checkpoint.lsn()));
            } catch (RocksDBException e) {
                throw rows.unreadable(e);
            }
        }
    }

    private void unpin(long lsn) {
        synchronized (pinned) {
            pinned.computeIfPresent(lsn, (at, count) -> count == 1 ? null : count - 1);
        }
    }

    @Override
    public long usableBytes() {
        try {
            return disk.usableBytes(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(directory + ": free space cannot be asked", e);
        }
    }

    @Override
    public void close() {
        synchronized (pinned) {
            if (closed) {
                return;
            }
            if (!pinned.isEmpty()) {
                throw new IllegalStateException(directory + " has open snapshots: close them before the store");
            }
            closed = true;
        }
        try (lock;
                log;
                rows) {
            if (!log.hasFailed()) {
                log.sync();
                rows.flush();
            }
        } catch (RocksDBException e) {
            throw failed("flush", e);
        } catch (IOException e) {
            throw log.fail("close of " + directory, e);
        }
    }

    private StoreException failed(String what, RocksDBException e) {
        if (e.getStatus() != null && e.getStatus().getSubCode() == Status.SubCode.NoSpace) {
            return new StoreFullException(
                    directory + ": no room for a " + what
                            + ". The rows stay as they were; free some space and it can be tried again.",
                    e);
        }
        return log.fail(what + " in " + directory.resolve("rows"), e);
    }

    private static boolean isCorruption(RocksDBException e) {
        return e.getStatus() != null && e.getStatus().getCode() == Status.Code.Corruption;
    }
}
