package dev.meridian.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/** Opens a {@link RegionStore} in one directory: the log under {@code log/}, RocksDB's rows under {@code rows/}. */
public final class RocksRegionStore {

    private RocksRegionStore() {}

    /**
     * Opens a directory, or begins one; a torn tail of its log is cut off, and what is left of it is durable on return.
     *
     * @throws StoreLockedException if another process or store holds the directory
     * @throws StoreMismatchException if it belongs to another cluster or region
     * @throws StoreCorruptException if something that was durable is damaged
     */
    public static RegionStore open(Path directory, StoreOptions options) {
        return open(directory, options, Disk.REAL);
    }

    static RegionStore open(Path directory, StoreOptions options, Disk disk) {
        try {
            Files.createDirectories(directory);
            DirectoryLock lock = DirectoryLock.take(directory);
            boolean opened = false;
            try {
                RegionStore store = open(directory, options, disk, lock);
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

    private static RegionStore open(Path directory, StoreOptions options, Disk disk, DirectoryLock lock)
            throws IOException {
        StoreIdentity identity = IdentityFile.readOrCreate(disk, directory, options);
        Files.createDirectories(directory.resolve("log"));
        Path rowsDirectory = Files.createDirectories(directory.resolve("rows"));
        disk.forceDirectory(directory);
        RocksRows rows;
        try {
            rows = new RocksRows(rowsDirectory, options);
        } catch (RocksDBException e) {
            throw isCorruption(e)
                    ? new StoreCorruptException(rowsDirectory, -1, "RocksDB refuses it: " + e.getMessage())
                    : new StoreFailedException(rowsDirectory + ": RocksDB cannot open it: " + e.getMessage(), e);
        }
        boolean opened = false;
        try {
            RegionStore store = new LoggedRegionStore(disk, directory, identity, rows, options, lock);
            opened = true;
            return store;
        } finally {
            if (!opened) {
                rows.close();
            }
        }
    }

    private static boolean isCorruption(RocksDBException e) {
        return e.getStatus() != null && e.getStatus().getCode() == Status.Code.Corruption;
    }
}
