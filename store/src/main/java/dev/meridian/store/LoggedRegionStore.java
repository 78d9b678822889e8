package dev.meridian.store;

import dev.meridian.kernel.log.LogEnd;
import dev.meridian.kernel.log.LogScan;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.TreeMap;

/**
 * {@link RegionStore} over a log in files and {@link RowsAtRest}: what makes of the two one promise. Which disk and which rows
 * they are is its maker's: {@link RocksRegionStore} in the server, models of both in the simulator.
 */
public final class LoggedRegionStore implements RegionStore {

    private final Disk disk;
    private final Path directory;
    private final StoreIdentity identity;
    private final RowsAtRest rows;
    private final SegmentedLog log;
    private final long tornTailBytes;
    private final long logBytesBeforeFlush;
    private final Closeable lock;

    /** How many snapshots are open at each lsn; also the monitor that guards {@code closed}. */
    private final TreeMap<Long, Integer> pinned = new TreeMap<>();

    private long flushStartedAtLsn;
    private long lastCutLsn;
    private boolean closed;

    /**
     * Opens the log beside rows that are open; a torn tail of it is cut off, and what is left of it is durable on return.
     *
     * @param directory holds the log's files under {@code log}
     * @param options of which the sizes count
     * @param lock is let go of when the store is closed
     * @throws StoreCorruptException if something that was durable is damaged, or rows and log do not belong together
     */
    public LoggedRegionStore(
            Disk disk, Path directory, StoreIdentity identity, RowsAtRest rows, StoreOptions options, Closeable lock)
            throws IOException {
        this.disk = disk;
        this.directory = directory;
        this.identity = identity;
        this.rows = rows;
        this.logBytesBeforeFlush = options.logBytesBeforeFlush();
        this.lock = lock;
        long checkpointLsn = rows.atRest().map(CheckpointMeta::lsn).orElse(0L);
        LogOpening.Opened found = LogOpening.open(
                disk, directory.resolve("log"), identity.storeId(), options.segmentBytes(), checkpointLsn);
        log = found.log();
        tornTailBytes = found.tornTailBytes();
        flushStartedAtLsn = checkpointLsn;
        lastCutLsn = checkpointLsn;
        if (log.startLsn() > checkpointLsn) {
            throw new StoreCorruptException(
                    directory.resolve("rows"),
                    checkpointLsn,
                    "the rows are at lsn " + checkpointLsn + ", but the log begins at lsn " + log.startLsn());
        }
    }

    @Override
    public StoreIdentity identity() {
        return identity;
    }

    @Override
    public RecoveryReport recover(RecoveryVisitor visitor) {
        long startedNs = System.nanoTime();
        try (RowsAtRest.View view = rows.view()) {
            long checkpointLsn = view.checkpoint().map(CheckpointMeta::lsn).orElse(0L);
            long fromLsn = visitor.checkpoint(view.checkpoint(), log.startLsn());
            if (fromLsn < log.startLsn() || fromLsn > checkpointLsn) {
                throw new IllegalArgumentException("replay from lsn " + fromLsn + ": it begins between "
                        + log.startLsn() + " and the checkpoint's " + checkpointLsn);
            }
            long rowCount = view.forEach(visitor);
            long recordCount = replay(fromLsn, visitor);
            return new RecoveryReport(
                    rowCount,
                    recordCount,
                    checkpointLsn,
                    fromLsn,
                    log.endLsn(),
                    tornTailBytes,
                    (System.nanoTime() - startedNs) / 1_000_000);
        }
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
    public void writeCheckpoint(Checkpoint cut) {
        log.rejectIfFailed();
        // What an earlier cut holds, this one holds too, and the log before that may be gone by now.
        Checkpoint checkpoint = cut.lsn() >= lastCutLsn ? cut : new Checkpoint(lastCutLsn, cut.meta(), cut.rows());
        if (checkpoint.lsn() > log.endLsn()) {
            throw new IllegalArgumentException(
                    "checkpoint at lsn " + checkpoint.lsn() + ": the log ends at lsn " + log.endLsn());
        }
        if (checkpoint.lsn() > log.durableLsn()) {
            log.sync();
        }
        try {
            rows.write(checkpoint);
            lastCutLsn = checkpoint.lsn();
            if (checkpoint.lsn() - flushStartedAtLsn > logBytesBeforeFlush) {
                rows.startFlush();
                flushStartedAtLsn = checkpoint.lsn();
            }
        } catch (IOException e) {
            throw failed("checkpoint", e);
        }
    }

    @Override
    public Optional<CheckpointMeta> durableCheckpoint() {
        return rows.atRest();
    }

    @Override
    public void flush() {
        log.rejectIfFailed();
        try {
            rows.flush();
        } catch (IOException e) {
            throw failed("flush", e);
        }
    }

    @Override
    public StoreSnapshot snapshot() {
        synchronized (pinned) {
            if (closed) {
                throw new IllegalStateException(directory + " is closed");
            }
            RowsAtRest.View view = rows.view();
            CheckpointMeta checkpoint = view.checkpoint().orElse(new CheckpointMeta(0, new byte[0]));
            pinned.merge(checkpoint.lsn(), 1, Integer::sum);
            return new Snapshot(view, checkpoint);
        }
    }

    private final class Snapshot implements StoreSnapshot {
        private final RowsAtRest.View view;
        private final CheckpointMeta checkpoint;

        Snapshot(RowsAtRest.View view, CheckpointMeta checkpoint) {
            this.view = view;
            this.checkpoint = checkpoint;
        }

        @Override
        public CheckpointMeta checkpoint() {
            return checkpoint;
        }

        @Override
        public Cursor rows(byte[] prefix, byte[] afterKey) {
            return view.rows(prefix, afterKey);
        }

        @Override
        public void close() {
            view.close();
            unpin(checkpoint.lsn());
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
                flush();
            }
        } catch (IOException e) {
            throw log.fail("close of " + directory, e);
        }
    }

    private StoreException failed(String what, IOException e) {
        if (SegmentedLog.saysFull(e)) {
            return new StoreFullException(
                    directory + ": no room for a " + what
                            + ". The rows stay as they were; free some space and it can be tried again.",
                    e);
        }
        return log.fail(what + " in " + directory.resolve("rows"), e);
    }
}
