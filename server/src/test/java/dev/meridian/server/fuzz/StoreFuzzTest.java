package dev.meridian.server.fuzz;

import dev.meridian.server.compat.Samples;
import dev.meridian.store.CheckpointMeta;
import dev.meridian.store.RecoveryReport;
import dev.meridian.store.RecoveryVisitor;
import dev.meridian.store.RegionStore;
import dev.meridian.store.RocksRegionStore;
import dev.meridian.store.StoreCorruptException;
import dev.meridian.store.StoreFailedException;
import dev.meridian.store.StoreMismatchException;
import dev.meridian.store.StoreOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Directories of a region in which a file holds anything (X2, D3). An input is a byte that names the file, and its bytes. */
class StoreFuzzTest {
    private static final List<String> FILES = List.of("IDENTITY", "log/0000000000000000.log", "rows/CURRENT");
    private static final StoreOptions OPTIONS = StoreOptions.of("kept", "eu-west-1", new UUID(1, 2));

    @TempDir
    Path directory;

    private int doors;

    private static final class Counting implements RecoveryVisitor {
        @Override
        public long checkpoint(Optional<CheckpointMeta> checkpoint, long startLsn) {
            return checkpoint.map(CheckpointMeta::lsn).orElse(0L);
        }

        @Override
        public void row(byte[] key, int keyLength, byte[] value, int valueLength) {
            Arrays.copyOf(key, keyLength);
            Arrays.copyOf(value, valueLength);
        }

        @Override
        public void record(long lsn, byte[] bytes, int payloadOffset, int payloadLength) {
            Arrays.copyOfRange(bytes, payloadOffset, payloadOffset + payloadLength);
        }
    }

    private final class Door implements Fuzzer.Door {
        private final Path store = directory.resolve("store" + doors++);

        @Override
        public void prepare(byte[] input) {
            try {
                Samples.unzip(Samples.versions().getFirst().resolve("data.zip"), store);
                if (input.length > 0) {
                    Path file = store.resolve(FILES.get((input[0] & 0xFF) % FILES.size()));
                    Files.write(file, Arrays.copyOfRange(input, 1, input.length));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public String take(byte[] input) {
            try (RegionStore opened = RocksRegionStore.open(store, OPTIONS)) {
                RecoveryReport report = opened.recover(new Counting());
                return report.rowCount() + " rows, torn " + (report.tornTailBytes() > 0);
            }
        }
    }

    @Test
    void aDirectoryOfAnyBytesIsServedWholeOrRefused_X2() throws IOException {
        Path intact = directory.resolve("intact");
        Samples.unzip(Samples.versions().getFirst().resolve("data.zip"), intact);
        List<byte[]> samples = new ArrayList<>();
        for (int i = 0; i < FILES.size(); i++) {
            byte[] bytes = Files.readAllBytes(intact.resolve(FILES.get(i)));
            byte[] sample = new byte[1 + bytes.length];
            sample[0] = (byte) i;
            System.arraycopy(bytes, 0, sample, 1, bytes.length);
            samples.add(sample);
        }
        new Fuzzer(
                        "StoreFuzzTest",
                        StoreCorruptException.class,
                        StoreMismatchException.class,
                        StoreFailedException.class)
                .samples(samples)
                .words("format: meridian store 1", "store: ", "cluster: kept", "region: eu-west-1", "MANIFEST-000013")
                .budget(16 << 20, 64, 1 << 14)
                .run(150, Door::new);
    }
}
