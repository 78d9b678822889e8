package dev.meridian.store;

import dev.meridian.kernel.log.RowBatch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.ReadOptions;
import org.rocksdb.ReadTier;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Snapshot;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * The rows at rest, in RocksDB without a log of its own.
 *
 * <p>Column family {@code rows} holds the rows; {@code default} holds one entry, the last checkpoint's lsn and meta. One write
 * batch carries both, and {@code atomic_flush} brings both to rest together, so after a crash the one always tells the cut that
 * the other is at.
 */
final class RocksRows implements AutoCloseable {

    private static final byte[] META_KEY = {'m'};
    private static final byte[] ROWS = {'r', 'o', 'w', 's'};
    private static final int READAHEAD_BYTES = 2 << 20;

    private final List<AutoCloseable> natives = new ArrayList<>();
    private final WriteOptions withoutWal = keep(new WriteOptions().setDisableWAL(true));
    private final ReadOptions atRest = keep(new ReadOptions().setReadTier(ReadTier.PERSISTED_TIER));
    private final FlushOptions inBackground =
            keep(new FlushOptions().setWaitForFlush(false).setAllowWriteStall(true));
    private final FlushOptions waiting =
            keep(new FlushOptions().setWaitForFlush(true).setAllowWriteStall(true));
    private final Path directory;

    /** Held shared by whoever calls into RocksDB, which does not survive a call after its end. */
    private final ReentrantReadWriteLock lifetime = new ReentrantReadWriteLock();

    private boolean closed;
    private final RocksDB db;
    private final ColumnFamilyHandle meta;
    private final ColumnFamilyHandle rows;

    static {
        RocksDB.loadLibrary();
    }

    RocksRows(Path directory, StoreOptions options) throws RocksDBException {
        this.directory = directory;
        ColumnFamilyOptions family = keep(new ColumnFamilyOptions())
                .setWriteBufferSize(options.writeBufferBytes())
                .setMaxWriteBufferNumber(4)
                .setCompressionType(CompressionType.LZ4_COMPRESSION)
                .setBottommostCompressionType(CompressionType.ZSTD_COMPRESSION)
                .setTableFormatConfig(new BlockBasedTableConfig()
                        .setFilterPolicy(keep(new BloomFilter(10)))
                        .setWholeKeyFiltering(true)
                        .setBlockCache(keep(new LRUCache(32L << 20)))
                        .setBlockSize(16 << 10));
        DBOptions database = keep(new DBOptions())
                .setCreateIfMissing(true)
                .setCreateMissingColumnFamilies(true)
                .setAtomicFlush(true)
                .setMaxBackgroundJobs(2)
                .setBytesPerSync(1 << 20)
                .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
                .setMaxLogFileSize(1 << 20)
                .setKeepLogFileNum(2)
                .setStatsDumpPeriodSec(0)
                .setStatsPersistPeriodSec(0);
        List<ColumnFamilyHandle> handles = new ArrayList<>();
        try {
            db = RocksDB.open(
                    database,
                    directory.toString(),
                    List.of(
                            new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, family),
                            new ColumnFamilyDescriptor(ROWS, family)),
                    handles);
        } catch (RocksDBException e) {
            closeNatives();
            throw e;
        }
        meta = handles.get(0);
        rows = handles.get(1);
    }

    private <T extends AutoCloseable> T keep(T object) {
        natives.add(object);
        return object;
    }

    private void enter() {
        lifetime.readLock().lock();
        if (closed) {
            leave();
            throw new IllegalStateException(directory + " is closed");
        }
    }

    private void leave() {
        lifetime.readLock().unlock();
    }

    void write(Checkpoint checkpoint) throws RocksDBException {
        enter();
        try (WriteBatch batch = new WriteBatch(checkpoint.rows().length() + 1024)) {
            Filling filling = new Filling(batch, checkpoint.rows());
            checkpoint.rows().forEach(filling);
            if (filling.failure != null) {
                throw filling.failure;
            }
            batch.put(meta, META_KEY, encode(checkpoint));
            db.write(withoutWal, batch);
        } finally {
            leave();
        }
    }

    Optional<CheckpointMeta> atRest() throws RocksDBException {
        enter();
        try {
            return decode(db.get(meta, atRest, META_KEY));
        } finally {
            leave();
        }
    }

    void startFlush() throws RocksDBException {
        enter();
        try {
            db.flush(inBackground, List.of(meta, rows));
        } finally {
            leave();
        }
    }

    void flush() throws RocksDBException {
        enter();
        try {
            db.flush(waiting, List.of(meta, rows));
        } finally {
            leave();
        }
    }

    View view() throws RocksDBException {
        enter();
        try {
            return new View();
        } finally {
            leave();
        }
    }

    /** The rows and the meta of one moment. */
    final class View implements AutoCloseable {

        private final Snapshot snapshot = db.getSnapshot();
        private final ReadOptions reading =
                new ReadOptions().setSnapshot(snapshot).setFillCache(false).setReadaheadSize(READAHEAD_BYTES);
        final Optional<CheckpointMeta> checkpoint;

        private View() throws RocksDBException {
            checkpoint = decode(db.get(meta, reading, META_KEY));
        }

        RocksIterator iterator() {
            return db.newIterator(rows, reading);
        }

        /** An iterator also ends where it cannot read on. */
        void rejectIfUnreadable(RocksIterator iterator) {
            try {
                iterator.status();
            } catch (RocksDBException e) {
                throw unreadable(e);
            }
        }

        @Override
        public void close() {
            reading.close();
            db.releaseSnapshot(snapshot);
            snapshot.close();
        }
    }

    /** Copies a batch through direct buffers, which costs no array a row. */
    private final class Filling implements RowBatch.Visitor {

        private final WriteBatch batch;
        private final ByteBuffer key;
        private final ByteBuffer value;
        private @Nullable RocksDBException failure;

        Filling(WriteBatch batch, RowBatch rows) {
            this.batch = batch;
            ByteBuffer all = ByteBuffer.allocateDirect(rows.length()).put(rows.bytes(), 0, rows.length());
            this.key = all.duplicate();
            this.value = all.duplicate();
        }

        @Override
        public void put(byte[] bytes, int keyOffset, int keyLength, int valueOffset, int valueLength) {
            key.limit(keyOffset + keyLength).position(keyOffset);
            value.limit(valueOffset + valueLength).position(valueOffset);
            try {
                batch.put(rows, key, value);
            } catch (RocksDBException e) {
                failure = e;
            }
        }

        @Override
        public void delete(byte[] bytes, int keyOffset, int keyLength) {
            try {
                batch.delete(rows, Arrays.copyOfRange(bytes, keyOffset, keyOffset + keyLength));
            } catch (RocksDBException e) {
                failure = e;
            }
        }
    }

    private static byte[] encode(Checkpoint checkpoint) {
        return ByteBuffer.allocate(Long.BYTES + checkpoint.meta().length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(checkpoint.lsn())
                .put(checkpoint.meta())
                .array();
    }

    private static Optional<CheckpointMeta> decode(byte @Nullable [] stored) {
        if (stored == null) {
            return Optional.empty();
        }
        long lsn = ByteBuffer.wrap(stored).order(ByteOrder.LITTLE_ENDIAN).getLong();
        return Optional.of(new CheckpointMeta(lsn, Arrays.copyOfRange(stored, Long.BYTES, stored.length)));
    }

    StoreCorruptException unreadable(RocksDBException e) {
        return new StoreCorruptException(directory, -1, "RocksDB cannot read it: " + e.getMessage());
    }

    /** Waits for calls under way. Views must be closed before. */
    @Override
    public void close() {
        lifetime.writeLock().lock();
        try {
            closed = true;
            meta.close();
            rows.close();
            db.close();
            closeNatives();
        } finally {
            lifetime.writeLock().unlock();
        }
    }

    private void closeNatives() {
        for (AutoCloseable object : natives.reversed()) {
            try {
                object.close();
            } catch (Exception e) {
                throw new IllegalStateException("a native object cannot be closed", e);
            }
        }
    }
}
