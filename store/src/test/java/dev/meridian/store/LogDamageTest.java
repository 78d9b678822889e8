package dev.meridian.store;

import static dev.meridian.store.Appending.batch;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meridian.kernel.log.LogScan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of the log that a disk changed behind our back. */
class LogDamageTest {

    @TempDir
    Path directory;

    private Path file;
    private byte[] intact;
    private long lastStart;
    private long end;

    @BeforeEach
    void writeASyncedLog() throws IOException {
        try (SegmentedLog log = open().log()) {
            append(log, "first", "second");
            log.sync();
            append(log, "third, a longer one");
            lastStart = log.endLsn();
            append(log, "the last");
            end = log.endLsn();
            log.sync();
        }
        file = Segment.path(directory, 0);
        intact = Files.readAllBytes(file);
    }

    private LogOpening.Opened open() throws IOException {
        return LogOpening.open(Disk.REAL, directory, Appending.STORE_ID, 1 << 20, 0);
    }

    private static void append(SegmentedLog log, String... payloads) {
        byte[] batch = batch(log.endLsn(), payloads);
        log.append(log.endLsn(), batch, 0, batch.length);
    }

    private static int countRecords(SegmentedLog log) {
        int count = 0;
        for (LogScan scan = new LogScan(log, 0, log.endLsn()); scan.next(); ) {
            count++;
        }
        return count;
    }

    private byte[] flipped(int at) {
        byte[] damaged = intact.clone();
        damaged[at] ^= (byte) (1 << at % 8);
        return damaged;
    }

    @Test
    void noFlippedBitInASyncedLogLosesARecordInSilence_D3() throws IOException {
        int refused = 0;
        for (int at = 0; at < intact.length; at++) {
            if (isUnused(at) && at % 64 != 0) {
                continue;
            }
            Files.write(file, flipped(at));
            try (SegmentedLog log = open().log()) {
                if (countRecords(log) < 4) {
                    assertThat(log.slice(0, 10_000).length()).isLessThan((int) end);
                    assertThatThrownBy(() -> readAll(log))
                            .as("bit in byte %d", at)
                            .isInstanceOf(StoreCorruptException.class);
                    refused++;
                }
                assertThat(log.endLsn()).isEqualTo(end);
            } catch (StoreCorruptException corrupt) {
                assertThat(corrupt).hasMessageContaining(file.toString()).hasMessageContaining("filled from its peers");
                refused++;
            }
        }
        assertThat(refused).as("bytes that are guarded").isEqualTo((int) end + 40);
    }

    private static boolean isUnused(int at) {
        return at >= 40 && at % 512 >= 16 && at < Segment.HEADER_BYTES;
    }

    private static void readAll(SegmentedLog log) {
        for (long lsn = 0; lsn < log.endLsn(); ) {
            lsn = log.slice(lsn, 10_000).nextLsn();
        }
    }

    @Test
    void syncedLogThatBecameShorterIsRefusedAtEveryLength_D3() throws IOException {
        for (int length = 0; length < intact.length; length++) {
            Files.write(file, Arrays.copyOf(intact, length));
            assertThatThrownBy(this::open).as("length %d", length).isInstanceOf(StoreCorruptException.class);
        }
    }

    @Test
    void unsyncedLastRecordIsCutOffAtEveryLength_D3() throws IOException {
        byte[] unsynced = batch(end, "a record that no fsync has seen");
        for (int length = 0; length < unsynced.length; length++) {
            byte[] torn = Arrays.copyOf(intact, intact.length + length);
            System.arraycopy(unsynced, 0, torn, intact.length, length);
            Files.write(file, torn);
            LogOpening.Opened opened = open();
            try (SegmentedLog log = opened.log()) {
                assertThat(opened.tornTailBytes()).isEqualTo(length);
                assertThat(log.endLsn()).isEqualTo(end);
                assertThat(countRecords(log)).isEqualTo(4);
                log.append(end, unsynced, 0, unsynced.length);
                assertThat(countRecords(log)).isEqualTo(5);
            }
        }
    }

    @Test
    void recordWrittenToTheWrongPlaceIsRefusedAndNamed_D3() throws IOException {
        byte[] misdirected = batch(end, "the last");
        byte[] damaged = intact.clone();
        System.arraycopy(misdirected, 0, damaged, Segment.HEADER_BYTES + (int) lastStart, misdirected.length);
        Files.write(file, damaged);
        try (SegmentedLog log = open().log()) {
            assertThatThrownBy(() -> log.slice(lastStart, 100))
                    .isInstanceOfSatisfying(StoreCorruptException.class, corrupt -> {
                        assertThat(corrupt.lsn()).isEqualTo(lastStart);
                        assertThat(corrupt.file()).isEqualTo(file);
                    });
        }
    }

    @Test
    void missingSegmentIsRefused_D3() throws IOException {
        try (SegmentedLog log = LogOpening.open(Disk.REAL, directory, Appending.STORE_ID, 100, 0)
                .log()) {
            for (int i = 0; i < 5; i++) {
                append(log, "-".repeat(90));
                log.sync();
            }
        }
        Path missing = Segment.path(directory, end + 98);
        byte[] bytes = Files.readAllBytes(missing);
        Files.delete(missing);
        assertThatThrownBy(this::open)
                .isInstanceOf(StoreCorruptException.class)
                .hasMessageContaining("record at lsn " + (end + 98) + " is damaged or missing");
        Files.write(missing, bytes);
        open().log().close();
    }

    @Test
    void segmentOfAnotherStoreIsRefused() throws IOException {
        assertThatThrownBy(() -> LogOpening.open(Disk.REAL, directory, new UUID(1, 1), 100, 0))
                .isInstanceOf(StoreCorruptException.class)
                .hasMessageContaining("damaged, or of another store");
    }
}
