package dev.meridian.simulator;

import dev.meridian.kernel.log.RowBatch;
import dev.meridian.store.Checkpoint;
import dev.meridian.store.CheckpointMeta;
import dev.meridian.store.RecoveryVisitor;
import dev.meridian.store.RowsAtRest;
import dev.meridian.store.StoreCorruptException;
import dev.meridian.store.StoreSnapshot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Rows as an engine keeps them that writes cuts, each at once: those at rest, and the cuts since, of which a process that ends
 * loses all. The engine's own files are not modelled, only what it promises of them and that its checksums find what rots.
 */
final class SimulatedRows implements RowsAtRest {
    private final SimulatedDisk disk;
    private final TreeMap<byte[], byte[]> rows = new TreeMap<>(Arrays::compareUnsigned);
    private @Nullable CheckpointMeta atRest;
    private final List<Checkpoint> written = new ArrayList<>();
    private boolean damaged;

    SimulatedRows(SimulatedDisk disk) {
        this.disk = disk;
    }

    SimulatedRows copy(SimulatedDisk on) {
        SimulatedRows copy = new SimulatedRows(on);
        copy.rows.putAll(rows);
        copy.atRest = atRest;
        copy.damaged = damaged;
        return copy;
    }

    @Override
    public void write(Checkpoint checkpoint) throws IOException {
        disk.step();
        disk.stall();
        int length = checkpoint.rows().length();
        if (disk.allow(length, 0) < length) {
            throw new IOException(SimulatedDisk.NO_SPACE);
        }
        RowBatch own = RowBatch.over(Arrays.copyOf(checkpoint.rows().bytes(), length), length);
        written.add(new Checkpoint(checkpoint.lsn(), checkpoint.meta().clone(), own));
        disk.step();
    }

    @Override
    public Optional<CheckpointMeta> atRest() {
        return Optional.ofNullable(atRest);
    }

    /** An engine brings rows to rest when it likes; here, when the world does. */
    @Override
    public void startFlush() throws IOException {
        flush();
    }

    @Override
    public void flush() throws IOException {
        for (Checkpoint checkpoint : written) {
            disk.step();
            apply(checkpoint.rows());
            atRest = new CheckpointMeta(checkpoint.lsn(), checkpoint.meta());
        }
        written.clear();
        disk.stall();
    }

    private void apply(RowBatch batch) {
        batch.forEach(new RowBatch.Visitor() {
            @Override
            public void put(byte[] bytes, int keyOffset, int keyLength, int valueOffset, int valueLength) {
                rows.put(
                        Arrays.copyOfRange(bytes, keyOffset, keyOffset + keyLength),
                        Arrays.copyOfRange(bytes, valueOffset, valueOffset + valueLength));
            }

            @Override
            public void delete(byte[] bytes, int keyOffset, int keyLength) {
                rows.remove(Arrays.copyOfRange(bytes, keyOffset, keyOffset + keyLength));
            }
        });
    }

    /** The process is gone, and with it what was not at rest. */
    void loseMemory() {
        written.clear();
    }

    /** A bit of the rows turns; the engine's checksums tell whoever reads them. Answers whether there were any. */
    boolean rot() {
        damaged |= atRest != null;
        return damaged;
    }

    boolean holds(byte[] canary) {
        for (Map.Entry<byte[], byte[]> row : rows.entrySet()) {
            if (Search.contains(row.getKey(), row.getKey().length, canary)
                    || Search.contains(row.getValue(), row.getValue().length, canary)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void close() {}

    /** Of the rows at rest: all that a process that starts can find. */
    @Override
    public View view() {
        return new View() {
            @Override
            public Optional<CheckpointMeta> checkpoint() {
                return atRest();
            }

            @Override
            public long forEach(RecoveryVisitor visitor) {
                if (damaged) {
                    throw new StoreCorruptException(Path.of("rows"), -1, "a block's checksum does not fit");
                }
                rows.forEach((key, value) -> visitor.row(key, key.length, value, value.length));
                return rows.size();
            }

            @Override
            public StoreSnapshot.Cursor rows(byte[] prefix, byte[] afterKey) {
                return new Rows(rows.tailMap(afterKey, false).entrySet().iterator(), prefix);
            }

            @Override
            public void close() {}
        };
    }

    private static final class Rows implements StoreSnapshot.Cursor {
        private final Iterator<Map.Entry<byte[], byte[]>> entries;
        private final byte[] prefix;
        private Map.@Nullable Entry<byte[], byte[]> row;

        Rows(Iterator<Map.Entry<byte[], byte[]>> entries, byte[] prefix) {
            this.entries = entries;
            this.prefix = prefix;
        }

        @Override
        public boolean next() {
            while (entries.hasNext()) {
                Map.Entry<byte[], byte[]> next = entries.next();
                if (Arrays.mismatch(next.getKey(), prefix) == prefix.length || Arrays.equals(next.getKey(), prefix)) {
                    row = next;
                    return true;
                }
            }
            return false;
        }

        @Override
        public byte[] key() {
            return java.util.Objects.requireNonNull(row).getKey();
        }

        @Override
        public byte[] value() {
            return java.util.Objects.requireNonNull(row).getValue();
        }

        @Override
        public void close() {}
    }
}
