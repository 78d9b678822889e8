package dev.meridian.store;

import dev.meridian.kernel.log.RowBatch;
import java.io.IOException;
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
import org.rocksdb.Status;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * The rows at rest, in RocksDB without a log of its own.
 *
 * <p>Column family {@code rows} holds the rows; {@code default} holds one entry, the last checkpoint's lsn and meta. One write
 * batch carries both, and {@code atomic_flush} brings both to rest together, so after a crash the one always tells the cut that
 * the other is at.
 */
final class RocksRows implements RowsAtRest {

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

    @Override
    public void write(Checkpoint checkpoint) throws IOException {
        enter();
        try (WriteBatch batch = new WriteBatch(checkpoint.rows().length() + 1024)) {
            Filling filling = new Filling(batch, checkpoint.rows());
            checkpoint.rows().forEach(filling);
            if (filling.failure != null) {
                throw filling.failure;
            }
            batch.put(meta, META_KEY, encode(checkpoint));
            db.write(withoutWal, batch);
        } catch (RocksDBException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public Optional<CheckpointMeta> atRest() {
        enter();
        try {
            return decode(db.get(meta, atRest, META_KEY));
        } catch (RocksDBException e) {
            throw unreadable(e);
        } finally {
            leave();
        }
    }

    @Override
    public void startFlush() throws IOException {
        flush(inBackground);
    }

    @Override
    public void flush() throws IOException {
        flush(waiting);
    }

    private void flush(FlushOptions how) throws IOException {
        enter();
        try {
            db.flush(how, List.of(meta, rows));
        } catch (RocksDBException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public View view() {
        enter();
        try {
            return new RocksView();
        } catch (RocksDBException e) {
            throw unreadable(e);
        } finally {
            leave();
        }
    }

    private final class RocksView implements View {

        private final Snapshot snapshot = db.getSnapshot();
        private final ReadOptions reading =
                new ReadOptions().setSnapshot(snapshot).setFillCache(false).setReadaheadSize(READAHEAD_BYTES);
        private final Optional<CheckpointMeta> checkpoint;

        private RocksView() throws RocksDBException {
            checkpoint = decode(db.get(meta, reading, META_KEY));
        }

        @Override
        public Optional<CheckpointMeta> checkpoint() {
            return checkpoint;
        }

        @Override
        public long forEach(RecoveryVisitor visitor) {
            byte[] key = new byte[256];
            byte[] value = new byte[4096];
            long count = 0;
            try (RocksIterator iterator = db.newIterator(rows, reading)) {
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
                rejectIfUnreadable(iterator);
            }
            return count;
        }

        @Override
        public StoreSnapshot.Cursor rows(byte[] prefix, byte[] afterKey) {
            RocksIterator iterator = db.newIterator(rows, reading);
            boolean goingOn = Arrays.compareUnsigned(afterKey, prefix) > 0;
            iterator.seek(goingOn ? afterKey : prefix);
            if (iterator.isValid() && afterKey.length > 0 && Arrays.equals(iterator.key(), afterKey)) {
                iterator.next();
            }
            return new RocksCursor(iterator, prefix);
        }

        @Override
        public void close() {
            reading.close();
            db.releaseSnapshot(snapshot);
            snapshot.close();
        }
    }

    /** Over an iterator that stands one row ahead. */
    private final class RocksCursor implements StoreSnapshot.Cursor {

        private final RocksIterator iterator;
        private final byte[] prefix;
        private byte[] key = {};
        private byte[] value = {};

        RocksCursor(RocksIterator iterator, byte[] prefix) {
            this.iterator = iterator;
            this.prefix = prefix;
        }

        @Override
        public boolean next() {
            if (!iterator.isValid()) {
                rejectIfUnreadable(iterator);
                return false;
            }
            byte[] found = iterator.key();
            if (found.length < prefix.length
                    || Arrays.mismatch(found, 0, prefix.length, prefix, 0, prefix.length) >= 0) {
                return false;
            }
            key = found;
            value = iterator.value();
            iterator.next();
            return true;
        }

        @Override
        public byte[] key() {
            return key;
        }

        @Override
        public byte[] value() {
            return value;
        }

        @Override
        public void close() {
            iterator.close();
        }
    }

    /** An iterator also ends where it cannot read on. */
    private void rejectIfUnreadable(RocksIterator iterator) {
        try {
            iterator.status();
        } catch (RocksDBException e) {
            throw unreadable(e);
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

    private static IOException failed(RocksDBException e) {
        boolean full = e.getStatus() != null && e.getStatus().getSubCode() == Status.SubCode.NoSpace;
        return new IOException(full ? SegmentedLog.NO_SPACE : e.getMessage(), e);
    }

    private StoreCorruptException unreadable(RocksDBException e) {
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
