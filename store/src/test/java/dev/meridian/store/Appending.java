package dev.meridian.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.meridian.kernel.log.LogFormat;
import dev.meridian.kernel.log.RowBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/** Writes to a store as a node would, and reads everything back. */
final class Appending {

    static final UUID STORE_ID = new UUID(0x5ca1ab1e, 0xc0ffee);
    static final StoreOptions OPTIONS = StoreOptions.of("shop", "eu-west-1", STORE_ID);

    private Appending() {}

    /** Appends the payloads as one batch; returns the lsn behind it. */
    static long append(RegionStore store, String... payloads) {
        byte[] batch = batch(store.endLsn(), payloads);
        store.append(store.endLsn(), batch, 0, batch.length);
        return store.endLsn();
    }

    static byte[] batch(long lsn, String... payloads) {
        int length = 0;
        for (String payload : payloads) {
            length += LogFormat.HEADER_BYTES + payload.getBytes(UTF_8).length;
        }
        byte[] batch = new byte[length];
        int at = 0;
        for (String payload : payloads) {
            byte[] bytes = payload.getBytes(UTF_8);
            System.arraycopy(bytes, 0, batch, at + LogFormat.HEADER_BYTES, bytes.length);
            at += LogFormat.seal(batch, at, bytes.length, lsn + at);
        }
        return batch;
    }

    /** A cut at {@code lsn}; each row is {@code key=value}, or {@code key} alone to delete it. */
    static Checkpoint checkpoint(long lsn, String meta, String... rows) {
        RowBatch batch = new RowBatch(64);
        for (String row : rows) {
            int equals = row.indexOf('=');
            if (equals < 0) {
                byte[] key = row.getBytes(UTF_8);
                batch.delete(key, 0, key.length);
            } else {
                batch.put(
                        row.substring(0, equals).getBytes(UTF_8),
                        row.substring(equals + 1).getBytes(UTF_8));
            }
        }
        return new Checkpoint(lsn, meta.getBytes(UTF_8), batch);
    }

    /** Everything that a store holds, in order. */
    record Contents(Optional<String> meta, TreeMap<String, String> rows, List<String> records, RecoveryReport report) {

        static Contents of(RegionStore store) {
            return of(store, -1);
        }

        /** @param fromLsn where to replay from; -1 for the checkpoint */
        static Contents of(RegionStore store, long fromLsn) {
            TreeMap<String, String> rows = new TreeMap<>();
            List<String> records = new ArrayList<>();
            List<String> metas = new ArrayList<>();
            RecoveryReport report = store.recover(new RecoveryVisitor() {
                @Override
                public long checkpoint(Optional<CheckpointMeta> checkpoint, long startLsn) {
                    checkpoint.ifPresent(found -> metas.add(new String(found.meta(), UTF_8)));
                    return fromLsn >= 0
                            ? fromLsn
                            : checkpoint.map(CheckpointMeta::lsn).orElse(0L);
                }

                @Override
                public void row(byte[] key, int keyLength, byte[] value, int valueLength) {
                    rows.put(new String(key, 0, keyLength, UTF_8), new String(value, 0, valueLength, UTF_8));
                }

                @Override
                public void record(long lsn, byte[] bytes, int payloadOffset, int payloadLength) {
                    records.add(new String(bytes, payloadOffset, payloadLength, UTF_8));
                }
            });
            return new Contents(metas.stream().findFirst(), rows, records, report);
        }
    }
}
