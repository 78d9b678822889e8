package dev.meridian.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meridian.kernel.log.LogFormat;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The log on a disk that crashes at every operation and loses what it may. */
class SegmentedLogCrashTest {

    private static final Path DIRECTORY = Path.of("log");
    private static final int SEGMENT_BYTES = 3000;

    private SplittableRandom random = new SplittableRandom(0);
    private UnreliableDisk disk = new UnreliableDisk(random);

    /** Everything appended, as one array from lsn 0 on; {@code appended} of it in appends that returned. */
    private byte[] written = new byte[1 << 16];

    private long appended;
    private long durable;
    private long checkpointLsn;

    /** Of every payload, where it is not 0: new records then begin where others were cut off that must not come back. */
    private int fixedLength;

    private SegmentedLog open() throws IOException {
        return LogOpening.open(disk, DIRECTORY, Appending.STORE_ID, SEGMENT_BYTES, checkpointLsn)
                .log();
    }

    private void append(SegmentedLog log) {
        int at = (int) log.endLsn();
        int start = at;
        for (int records = random.nextInt(1, 4); records > 0; records--) {
            int length = fixedLength > 0 ? fixedLength : random.nextInt(1, random.nextInt(8) == 0 ? 2500 : 80);
            for (int i = 0; i < length; i++) {
                written[at + LogFormat.HEADER_BYTES + i] = (byte) random.nextInt();
            }
            at += LogFormat.seal(written, at, length, at);
        }
        log.append(start, written, start, at - start);
        appended = at;
    }

    private void work(SegmentedLog log) {
        for (int i = 0; i < 25; i++) {
            switch (random.nextInt(8)) {
                case 0, 1 -> durable = log.sync();
                case 2 -> {
                    checkpointLsn = durable;
                    log.trim(checkpointLsn);
                }
                default -> append(log);
            }
        }
    }

    private void verify(SegmentedLog log, boolean powerLost) {
        long end = log.endLsn();
        assertThat(end).isGreaterThanOrEqualTo(powerLost ? durable : appended);
        for (long lsn = log.startLsn(); lsn < end; ) {
            LogSlice slice = log.slice(lsn, 1000);
            assertThat(slice.bytes()).startsWith(Arrays.copyOfRange(written, (int) lsn, (int) slice.nextLsn()));
            lsn = slice.nextLsn();
        }
        assertThat(log.startLsn()).isLessThanOrEqualTo(checkpointLsn);
        assertThat(log.durableLsn()).isEqualTo(end);
        appended = end;
        durable = end;
        Arrays.fill(written, (int) end, written.length, (byte) 0);
    }

    @Test
    void nothingDurableIsLostWhereverTheMachineStops_D1_D4() throws IOException {
        int crashesWhileOpening = 0;
        int cuts = 0;
        for (int seed = 0; seed < 1000; seed++) {
            random = new SplittableRandom(seed);
            disk = new UnreliableDisk(random);
            appended = 0;
            durable = 0;
            checkpointLsn = 0;
            fixedLength = seed % 2 == 0 ? 0 : 200;
            try {
                SegmentedLog log = open();
                for (int round = 0; round < 4; round++) {
                    boolean powerLost = false;
                    disk.operationsUntilCrash = random.nextInt(60);
                    try {
                        work(log);
                    } catch (UnreliableDisk.Crash crash) {
                        // as planned
                    }
                    long before = appended;
                    for (boolean opened = false; !opened; ) {
                        if (random.nextBoolean()) {
                            disk.losePower();
                            powerLost = true;
                        } else {
                            disk.restartProcess();
                        }
                        disk.operationsUntilCrash = random.nextBoolean() ? random.nextInt(15) : Integer.MAX_VALUE;
                        try {
                            log = open();
                            opened = true;
                        } catch (UnreliableDisk.Crash crash) {
                            crashesWhileOpening++;
                        }
                    }
                    disk.operationsUntilCrash = Integer.MAX_VALUE;
                    verify(log, powerLost);
                    cuts += appended < before ? 1 : 0;
                }
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
        assertThat(crashesWhileOpening).as("crashes while opening were reached").isGreaterThan(200);
        assertThat(cuts).as("losses of unsynced records were reached").isGreaterThan(200);
    }

    @Test
    void failedFsyncEndsTheLogAndIsNeverTriedAgain_D2() throws IOException {
        SegmentedLog log = open();
        append(log);
        log.sync();
        append(log);
        disk.forcesUntilFailure = 0;
        assertThatThrownBy(log::sync)
                .isInstanceOf(StoreFailedException.class)
                .hasMessageContaining("Input/output error");
        long confirmed = log.durableLsn();
        assertThatThrownBy(log::sync).isInstanceOf(StoreFailedException.class);
        assertThatThrownBy(() -> append(log)).isInstanceOf(StoreFailedException.class);
        assertThatThrownBy(() -> log.trim(0)).isInstanceOf(StoreFailedException.class);
        assertThat(log.durableLsn()).isEqualTo(confirmed);
    }

    @Test
    void whatAFailedFsyncLeftInMemoryOnlyIsTrulyWrittenByTheNextStart_D2() throws IOException {
        int failures = 0;
        for (int seed = 0; seed < 200; seed++) {
            random = new SplittableRandom(seed);
            disk = new UnreliableDisk(random);
            SegmentedLog log = open();
            for (int i = 0; i < 5; i++) {
                append(log);
                if (random.nextBoolean()) {
                    log.sync();
                }
            }
            for (int i = 0; i < 15; i++) {
                append(log);
            }
            disk.forcesUntilFailure = random.nextInt(4);
            try {
                durable = log.sync();
            } catch (StoreFailedException failed) {
                failures++;
            }
            disk.restartProcess();
            verify(open(), false);
            disk.losePower();
            verify(open(), true);
        }
        assertThat(failures).as("failed fsyncs were reached").isGreaterThan(50);
    }

    @Test
    void fullDiskTakesNothingOfABatchAndGoesOnWhenThereIsRoom() throws IOException {
        SegmentedLog log = open();
        for (int i = 0; i < 200; i++) {
            disk.room = random.nextInt(4000);
            long end = log.endLsn();
            try {
                append(log);
            } catch (StoreFullException full) {
                assertThat(full).hasMessageContaining("no room for");
                assertThat(log.endLsn()).isEqualTo(end);
                assertThat(disk.bytes(disk.list(DIRECTORY).getLast()).length)
                        .as("a part of the batch is left")
                        .isEqualTo((int) (Segment.HEADER_BYTES + end - lastStart()));
                disk.room = Long.MAX_VALUE;
                append(log);
            }
            if (log.endLsn() > 50_000) {
                break;
            }
        }
        disk.restartProcess();
        verify(open(), false);
    }

    private long lastStart() {
        return Segment.startLsnIn(disk.list(DIRECTORY).getLast());
    }
}
