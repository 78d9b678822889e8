package dev.meridian.store;

import static dev.meridian.store.Appending.OPTIONS;
import static dev.meridian.store.Appending.append;
import static dev.meridian.store.Appending.checkpoint;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meridian.store.Appending.Contents;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole store on real files, some of whose operations fail. */
class StoreFaultTest {

    @TempDir
    Path directory;

    /** The real disk, until told otherwise. */
    private static final class FaultyDisk implements Disk {
        private volatile boolean full;
        private volatile boolean forceFails;
        private int forces;

        @Override
        public File open(Path path) throws IOException {
            return new FaultyFile(REAL.open(path));
        }

        @Override
        public void delete(Path path) throws IOException {
            REAL.delete(path);
        }

        @Override
        public List<Path> list(Path directory) throws IOException {
            return REAL.list(directory);
        }

        @Override
        public void forceDirectory(Path directory) throws IOException {
            REAL.forceDirectory(directory);
        }

        @Override
        public long usableBytes(Path directory) throws IOException {
            return full ? 3 : REAL.usableBytes(directory);
        }

        @Override
        public ByteBuffer writeBuffer(int bytes) {
            return REAL.writeBuffer(bytes);
        }

        private final class FaultyFile implements File {
            private final File file;

            FaultyFile(File file) {
                this.file = file;
            }

            @Override
            public int write(ByteBuffer from, long position) throws IOException {
                if (!full) {
                    return file.write(from, position);
                }
                if (from.remaining() <= 3) {
                    throw new IOException("Auf dem Gerät ist kein Speicherplatz mehr verfügbar");
                }
                int limit = from.limit();
                int written = file.write(from.limit(from.position() + 3), position);
                from.limit(limit);
                return written;
            }

            @Override
            public int read(ByteBuffer into, long position) throws IOException {
                return file.read(into, position);
            }

            @Override
            public void force() throws IOException {
                forces++;
                if (forceFails) {
                    forceFails = false;
                    throw new IOException("Input/output error");
                }
                file.force();
            }

            @Override
            public void truncate(long size) throws IOException {
                file.truncate(size);
            }

            @Override
            public long size() throws IOException {
                return file.size();
            }

            @Override
            public void close() throws IOException {
                file.close();
            }
        }
    }

    private final FaultyDisk disk = new FaultyDisk();

    @Test
    void failedFsyncEndsEveryConfirmation_D2() {
        RegionStore store = RocksRegionStore.open(directory, OPTIONS, disk);
        long confirmed = append(store, "one");
        store.sync();
        long cut = append(store, "two");
        disk.forceFails = true;
        assertThatThrownBy(store::sync)
                .isInstanceOf(StoreFailedException.class)
                .hasMessageContaining("fsync of")
                .hasMessageContaining("Input/output error");
        int forces = disk.forces;
        assertThatThrownBy(store::sync).isInstanceOf(StoreFailedException.class);
        assertThatThrownBy(() -> append(store, "three")).isInstanceOf(StoreFailedException.class);
        assertThatThrownBy(() -> store.writeCheckpoint(checkpoint(cut, "m"))).isInstanceOf(StoreFailedException.class);
        assertThatThrownBy(store::flush).isInstanceOf(StoreFailedException.class);
        assertThat(store.durableLsn()).isEqualTo(confirmed);
        store.close();
        assertThat(disk.forces).as("fsyncs after the failed one").isEqualTo(forces);
        try (RegionStore again = RocksRegionStore.open(directory, OPTIONS, disk)) {
            assertThat(Contents.of(again).records()).containsExactly("one", "two");
        }
    }

    @Test
    void fullDiskIsToldFromAFailingOneWhateverTheLanguage() throws IOException {
        try (RegionStore store = RocksRegionStore.open(directory, OPTIONS, disk)) {
            long end = append(store, "one");
            disk.full = true;
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> append(store, "two"))
                        .isInstanceOf(StoreFullException.class)
                        .hasMessageContaining("no room for 11 bytes");
            }
            assertThat(store.endLsn()).isEqualTo(end);
            assertThat(Files.size(directory.resolve("log/0000000000000000.log")))
                    .isEqualTo(4096 + end);
            assertThat(store.usableBytes()).isEqualTo(3);
            disk.full = false;
            append(store, "three");
            assertThat(Contents.of(store).records()).containsExactly("one", "three");
        }
    }

    @Test
    void storeWhoseLogWasDeletedIsRefused() throws IOException {
        try (RegionStore store = RocksRegionStore.open(directory, OPTIONS)) {
            store.writeCheckpoint(checkpoint(append(store, "x"), "m", "a=1"));
        }
        Files.delete(directory.resolve("log/0000000000000000.log"));
        assertThatThrownBy(() -> RocksRegionStore.open(directory, OPTIONS))
                .isInstanceOf(StoreCorruptException.class)
                .hasMessageContaining("the log is missing, though the rows at rest are at its lsn 9");
    }

    @Test
    void damagedRowsAreRefusedAndTheFileNamed() throws IOException {
        try (RegionStore store = RocksRegionStore.open(directory, OPTIONS)) {
            store.writeCheckpoint(checkpoint(append(store, "x"), "m", "a=1", "b=" + "value".repeat(100)));
        }
        for (Path path : Disk.REAL.list(directory.resolve("rows"))) {
            if (path.toString().endsWith(".sst")) {
                byte[] bytes = Files.readAllBytes(path);
                bytes[20] ^= 4;
                Files.write(path, bytes);
            }
        }
        assertThatThrownBy(() -> {
                    try (RegionStore store = RocksRegionStore.open(directory, OPTIONS)) {
                        Contents.of(store);
                    }
                })
                .isInstanceOf(StoreCorruptException.class)
                .hasMessageContaining("rows");
        Files.delete(directory.resolve("rows/CURRENT"));
        assertThatThrownBy(() -> RocksRegionStore.open(directory, OPTIONS)).isInstanceOf(StoreException.class);
    }

    @Test
    void identityThatIsGoneOrDamagedIsRefused() throws IOException {
        RocksRegionStore.open(directory, OPTIONS).close();
        Path identity = directory.resolve("IDENTITY");
        String intact = Files.readString(identity);
        Files.writeString(identity, intact.replace("store 1", "store 2"));
        assertThatThrownBy(() -> RocksRegionStore.open(directory, OPTIONS))
                .isInstanceOf(StoreMismatchException.class)
                .hasMessageContaining("belongs to format 'meridian store 2'");
        Files.writeString(identity, intact.substring(0, 30));
        assertThatThrownBy(() -> RocksRegionStore.open(directory, OPTIONS)).isInstanceOf(StoreCorruptException.class);
        Files.delete(identity);
        assertThatThrownBy(() -> RocksRegionStore.open(directory, OPTIONS))
                .isInstanceOf(StoreCorruptException.class)
                .hasMessageContaining("the file is missing beside 'log'");
        Files.writeString(identity, intact);
        RocksRegionStore.open(directory, OPTIONS).close();
    }
}
