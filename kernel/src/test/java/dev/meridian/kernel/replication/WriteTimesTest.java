package dev.meridian.kernel.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class WriteTimesTest {
    @Test
    void tellWhenTheFirstWriteAfterAnotherWasMade() {
        SplittableRandom random = new SplittableRandom(7);
        WriteTimes times = new WriteTimes(64);
        TreeMap<Long, Long> model = new TreeMap<>();
        long seq = 0;
        long nowNs = 1_000;
        for (int n = 0; n < 5_000; n++) {
            nowNs += random.nextInt(5);
            seq += random.nextInt(3);
            times.made(seq, nowNs);
            model.putIfAbsent(seq, nowNs);
            while (model.size() > 40) {
                long gone = model.firstKey();
                model.remove(gone);
                times.forget(gone);
            }
            long after = model.firstKey() - 1 + random.nextInt(50);
            var first = model.higherEntry(after);
            assertThat(times.firstAfter(after)).isEqualTo(first == null ? -1 : first.getValue());
        }
    }

    @Test
    void withoutRoomAWriteCountsAsOlderNeverAsYounger() {
        WriteTimes times = new WriteTimes(2);
        times.made(1, 10);
        times.made(2, 20);
        times.made(3, 30);

        assertThat(times.firstAfter(2)).isEqualTo(20);
        assertThat(times.firstAfter(3)).isEqualTo(-1);
        times.forget(1);
        times.made(4, 40);
        assertThat(times.firstAfter(3)).isEqualTo(40);
    }
}
