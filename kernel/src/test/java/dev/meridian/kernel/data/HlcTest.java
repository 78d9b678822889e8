package dev.meridian.kernel.data;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HlcTest {
    @Test
    void timestampsAlwaysGrowWhateverTheWallClockDoes_V4() {
        Gen.seeds(1, 200, seed -> {
            Gen gen = new Gen(seed);
            Hlc hlc = new Hlc(500);
            long wall = 1_000_000;
            long last = 0;
            for (int i = 0; i < 200; i++) {
                wall += gen.below(2000) - 1000;
                if (gen.chance(30)) {
                    long remote = Hlc.of(wall + gen.below(1000) - 400) + gen.below(1 << 16);
                    if (hlc.canAdopt(remote, wall)) {
                        hlc.adopt(remote);
                        last = Math.max(last, remote);
                    }
                }
                int count = 1 + gen.below(5);
                long first = hlc.next(wall, count);
                assertThat(first).isGreaterThan(last);
                assertThat(Hlc.ms(first)).isGreaterThanOrEqualTo(wall);
                last = first + count - 1;
                assertThat(hlc.last()).isEqualTo(last);
                assertThat(hlc.nowMs(wall)).isGreaterThanOrEqualTo(Math.max(wall, Hlc.ms(last)));
            }
        });
    }

    @Test
    void writesThatFollowOneAnotherAcrossSkewedRegionsHaveGrowingTimestamps_V4() {
        Gen.seeds(1, 300, seed -> {
            Gen gen = new Gen(seed);
            Hlc[] clocks = {new Hlc(500), new Hlc(500), new Hlc(500)};
            long[] skewMs = {0, gen.below(500), -gen.below(500)};
            long wall = 10_000_000;
            long latest = 0;
            for (int i = 0; i < 100; i++) {
                wall += gen.below(3);
                int n = gen.below(3);
                // The region has seen the latest write before it writes itself.
                clocks[n].adopt(latest);
                long next = clocks[n].next(wall + skewMs[n], 1);
                assertThat(next).isGreaterThan(latest);
                latest = next;
            }
        });
    }

    @Test
    void aTimestampBeyondTheDriftIsRefusedAndTheNextMillisecondIsNotRounded_V5() {
        Hlc hlc = new Hlc(500);
        long wall = 1_000_000;
        assertThat(hlc.canAdopt(Hlc.of(wall + 500), wall)).isTrue();
        assertThat(hlc.canAdopt(Hlc.of(wall + 501) - 1, wall)).isTrue();
        assertThat(hlc.canAdopt(Hlc.of(wall + 501), wall)).isFalse();
        assertThat(hlc.canAdopt(Long.MAX_VALUE, wall)).isFalse();
        assertThat(hlc.canAdopt(-1, wall)).isFalse();
        hlc.adopt(Hlc.of(wall + 500));
        assertThat(hlc.aheadMs(wall)).isEqualTo(500);
        assertThat(hlc.aheadMs(wall + 600)).isZero();
    }

    @Test
    void manyTimestampsWithinOneMillisecondRunIntoTheNext() {
        Hlc hlc = new Hlc(500);
        long first = hlc.next(7, 1);
        for (int i = 1; i < 1 << 16; i++) {
            assertThat(hlc.next(7, 1)).isEqualTo(first + i);
        }
        assertThat(Hlc.ms(hlc.next(7, 1))).isEqualTo(8);
        assertThat(Hlc.ms(hlc.next(9, 1))).isEqualTo(9);
    }

    @Test
    void restoredClockContinuesBehindWhatItHadIssued_V3() {
        Hlc hlc = new Hlc(500);
        hlc.restore(Hlc.of(5000) + 3);
        assertThat(hlc.next(10, 1)).isEqualTo(Hlc.of(5000) + 4);
    }
}
