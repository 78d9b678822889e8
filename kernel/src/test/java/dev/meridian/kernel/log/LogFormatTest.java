package dev.meridian.kernel.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LogFormatTest {

    private final SplittableRandom random = new SplittableRandom(42);

    private byte[] sealed(int payloadLength, long lsn) {
        byte[] record = new byte[LogFormat.HEADER_BYTES + payloadLength];
        random.nextBytes(record);
        LogFormat.seal(record, 0, payloadLength, lsn);
        return record;
    }

    @Test
    void sealedRecordIsValidAtItsPositionOnly() {
        long lsn = 7_000_000_000L;
        byte[] record = sealed(100, lsn);
        assertThat(LogFormat.check(record, 0, record.length, lsn)).isEqualTo(100);
        for (long elsewhere : new long[] {0, lsn - 1, lsn + 1, lsn + 108, lsn + (1L << 32), lsn ^ (1L << 62), -lsn}) {
            assertThat(LogFormat.check(record, 0, record.length, elsewhere))
                    .as("at lsn %d", elsewhere)
                    .isEqualTo(LogFormat.INVALID);
        }
    }

    @Test
    void noPositionWithinFourGibibytesIsMistakenForAnother() {
        byte[] record = sealed(1, 0);
        for (int i = 0; i < 100_000; i++) {
            long elsewhere = random.nextLong(1, 1L << 32);
            assertThat(LogFormat.check(record, 0, record.length, elsewhere)).isEqualTo(LogFormat.INVALID);
        }
    }

    @Test
    void everyFlippedBitIsNoticed_D3() {
        byte[] record = sealed(60, 1234);
        for (int bit = 0; bit < record.length * 8; bit++) {
            byte[] damaged = record.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(LogFormat.check(damaged, 0, damaged.length, 1234))
                    .as("bit %d", bit)
                    .isLessThanOrEqualTo(0);
        }
    }

    @Test
    void recordThatEndsBeyondTheBytesAtHandIsIncomplete() {
        byte[] record = sealed(60, 8);
        for (int limit = 0; limit < record.length; limit++) {
            assertThat(LogFormat.check(record, 0, limit, 8)).isEqualTo(LogFormat.INCOMPLETE);
        }
    }

    @Test
    void zerosAndImpossibleLengthsAreNoRecord() {
        byte[] bytes = new byte[64];
        assertThat(LogFormat.check(bytes, 0, 64, 0)).isEqualTo(LogFormat.INVALID);
        Arrays.fill(bytes, (byte) -1);
        assertThat(LogFormat.check(bytes, 0, 64, 0)).isEqualTo(LogFormat.INVALID);
        bytes[3] = 0x7f;
        assertThat(LogFormat.check(bytes, 0, 64, 0)).isEqualTo(LogFormat.INVALID);
    }

    @Test
    void payloadsOfNoBytesOrTooManyAreRefused() {
        assertThatThrownBy(() -> LogFormat.seal(new byte[8], 0, 0, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1 to 67108864 bytes");
        assertThatThrownBy(() -> LogFormat.seal(new byte[8], 0, LogFormat.PAYLOAD_BYTES_MAX + 1, 0))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
