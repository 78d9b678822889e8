package dev.meridian.store;

import java.util.Arrays;
import org.rocksdb.RocksIterator;

/** {@link StoreSnapshot} over one view of {@link RocksRows}. */
final class RocksSnapshot implements StoreSnapshot {

    private final RocksRows.View view;
    private final CheckpointMeta checkpoint;
    private final Runnable unpin;

    RocksSnapshot(RocksRows.View view, CheckpointMeta checkpoint, Runnable unpin) {
        this.view = view;
        this.checkpoint = checkpoint;
        this.unpin = unpin;
    }

    @Override
    public CheckpointMeta checkpoint() {
        return checkpoint;
    }

    @Override
    public Cursor rows(byte[] prefix, byte[] afterKey) {
        RocksIterator iterator = view.iterator();
        boolean goingOn = Arrays.compareUnsigned(afterKey, prefix) > 0;
        iterator.seek(goingOn ? afterKey : prefix);
        if (iterator.isValid() && afterKey.length > 0 && Arrays.equals(iterator.key(), afterKey)) {
            iterator.next();
        }
        return new RocksCursor(iterator, prefix);
    }

    @Override
    public void close() {
        view.close();
        unpin.run();
    }

    /** {@link StoreSnapshot.Cursor} over an iterator that stands one row ahead. */
    private final class RocksCursor implements Cursor {

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
                view.rejectIfUnreadable(iterator);
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
}
