package dev.meridian.store;

import java.util.UUID;

/**
 * How to open a store.
 *
 * @param cluster the name that the directory must belong to, or will if it is new
 * @param region likewise
 * @param newStoreId random; taken if the directory is new
 * @param segmentBytes size at which the log goes on in a new file
 * @param logBytesBeforeFlush rows are brought to rest at the latest when this much log would have to be replayed
 * @param writeBufferBytes size of RocksDB's write buffer; it brings rows to rest whenever one is full
 */
public record StoreOptions(
        String cluster,
        String region,
        UUID newStoreId,
        long segmentBytes,
        long logBytesBeforeFlush,
        long writeBufferBytes) {

    public static StoreOptions of(String cluster, String region, UUID newStoreId) {
        return new StoreOptions(cluster, region, newStoreId, 64L << 20, 256L << 20, 16L << 20);
    }

    public StoreOptions withSegmentBytes(long bytes) {
        return new StoreOptions(cluster, region, newStoreId, bytes, logBytesBeforeFlush, writeBufferBytes);
    }

    public StoreOptions withLogBytesBeforeFlush(long bytes) {
        return new StoreOptions(cluster, region, newStoreId, segmentBytes, bytes, writeBufferBytes);
    }

    public StoreOptions withWriteBufferBytes(long bytes) {
        return new StoreOptions(cluster, region, newStoreId, segmentBytes, logBytesBeforeFlush, bytes);
    }
}
