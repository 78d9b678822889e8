package dev.meridian.kernel.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LogScanTest {

    private final SplittableRandom random = new SplittableRandom(7);
    private final List<Integer> starts = new ArrayList<>();

    /** Bytes in memory, handed out in pieces of at most {@code piece}. */
    private record Memory(byte[] bytes, int piece) implements LogBytes {
        @Override
        public long endLsn() {
            return bytes.length;
        }

        @Override
        public int read(long lsn, byte[] into, int offset, int length) {
            int count = Math.min(Math.min(length, piece), bytes.length - (int) lsn);
            System.arraycopy(bytes, (int) lsn, into, offset, count);
            return count;
        }
    }

    private byte[] log(int... payloadLengths) {
        int total = Arrays.stream(payloadLengths).sum() + payloadLengths.length * LogFormat.HEADER_BYTES;
        byte[] log = new byte[total];
        random.nextBytes(log);
        int at = 0;
        for (int length : payloadLengths) {
            starts.add(at);
            at += LogFormat.seal(log, at, length, at);
        }
        return log;
    }

    private static List<Integer> lengths(LogScan scan) {
        List<Integer> lengths = new ArrayList<>();
        while (scan.next()) {
            assertThat(LogFormat.check(
                            scan.buffer(),
                            scan.payloadOffset() - 8,
                            scan.payloadOffset() + scan.payloadLength(),
                            scan.lsn()))
                    .isEqualTo(scan.payloadLength());
            assertThat(scan.nextLsn()).isEqualTo(scan.lsn() + 8 + scan.payloadLength());
            lengths.add(scan.payloadLength());
        }
        assertThat(scan.next()).isFalse();
        return lengths;
    }

    @Test
    void readsEveryRecordWhateverThePiecesAreThatBytesComeIn() {
        byte[] log = log(1, 5_000_000, 3, 1 << 20, (1 << 20) - 8, 70, 2_500_000, 9);
        for (int piece : new int[] {999, 65_536, Integer.MAX_VALUE}) {
            LogScan scan = new LogScan(new Memory(log, piece), 0, log.length);
            assertThat(lengths(scan)).containsExactly(1, 5_000_000, 3, 1 << 20, (1 << 20) - 8, 70, 2_500_000, 9);
            assertThat(scan.end()).isEqualTo(new LogEnd.Clean(log.length));
        }
        LogScan later = new LogScan(new Memory(log, 4096), starts.get(5), 0);
        assertThat(lengths(later)).containsExactly(70, 2_500_000, 9);
    }

    @Test
    void emptyLogIsClean() {
        LogScan scan = new LogScan(new Memory(new byte[0], 1), 0, 0);
        assertThat(scan.next()).isFalse();
        assertThat(scan.end()).isEqualTo(new LogEnd.Clean(0));
    }

    @Test
    void tailThatWasNotDurableIsCutAtEveryLength_D3() {
        byte[] log = log(20, 30, 40);
        int last = starts.getLast();
        for (int length = last; length < log.length; length++) {
            LogScan scan = new LogScan(new Memory(Arrays.copyOf(log, length), 64), 0, last);
            assertThat(lengths(scan)).containsExactly(20, 30);
            assertThat(scan.end())
                    .isEqualTo(length == last ? new LogEnd.Clean(last) : new LogEnd.TornTail(last, length - last));
        }
    }

    @Test
    void logThatIsShorterThanWhatWasDurableIsCorrupt_D3() {
        byte[] log = log(20, 30, 40);
        for (int length = 0; length < log.length; length++) {
            LogScan scan = new LogScan(new Memory(Arrays.copyOf(log, length), 64), 0, log.length);
            lengths(scan);
            assertThat(scan.end()).isInstanceOf(LogEnd.Corrupt.class);
        }
    }

    @Test
    void everyFlippedBitInTheDurablePartIsCorruptionAtItsRecord_D3() {
        byte[] log = log(20, 30, 40);
        for (int bit = 0; bit < log.length * 8; bit++) {
            byte[] damaged = log.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            LogScan scan = new LogScan(new Memory(damaged, 64), 0, log.length);
            int intact = lengths(scan).size();
            assertThat(scan.end()).isEqualTo(new LogEnd.Corrupt(starts.get(intact), log.length));
            assertThat(bit / 8).isBetween(starts.get(intact), intact == 2 ? log.length : starts.get(intact + 1) - 1);
        }
    }

    @Test
    void validRecordBehindAHoleInTheUnsyncedPartDoesNotMakeItCorruption_D1() {
        byte[] log = log(20, 600, 40);
        int second = starts.get(1);
        Arrays.fill(log, second, second + 512, (byte) 0);
        LogScan scan = new LogScan(new Memory(log, 4096), 0, second);
        assertThat(lengths(scan)).containsExactly(20);
        assertThat(scan.end()).isEqualTo(new LogEnd.TornTail(second, log.length - second));
    }

    @Test
    void recordWrittenToTheWrongPlaceIsNotTakenForTheOneThatBelongsThere_D3() {
        byte[] log = log(30, 30, 30);
        System.arraycopy(log, starts.get(2), log, starts.get(1), 38);
        LogScan scan = new LogScan(new Memory(log, 4096), 0, log.length);
        assertThat(lengths(scan)).containsExactly(30);
        assertThat(scan.end()).isEqualTo(new LogEnd.Corrupt(starts.get(1), log.length));
    }

    @Test
    void damagedLengthMakesNothingReadThatDoesNotExist() {
        byte[] log = log(30, 30);
        log[starts.get(1) + 3] = 3;
        LogScan scan = new LogScan(new Memory(log, 4096), 0, starts.get(1));
        assertThat(lengths(scan)).containsExactly(30);
        assertThat(scan.buffer()).hasSizeLessThanOrEqualTo(1 << 20);
    }
}
