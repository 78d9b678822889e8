package dev.meridian.cli.wan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class DirectionTest {
    private static final long MS = 1_000_000;
    private final Direction direction = new Direction("a", "b", new SplittableRandom(1));

    @Test
    void lossShowsAsAPauseOfARetransmissionTimeoutInTheShareOfPacketsLost() {
        direction.change(LinkConditions.NONE.withDelay(Duration.ofMillis(40)).withLoss(0.1), System.nanoTime());
        long[] flights =
                LongStream.range(0, 10_000).map(i -> direction.flightNs(100)).toArray();
        assertThat(LongStream.of(flights)).allMatch(flight -> flight == 40 * MS || flight >= 240 * MS);
        assertThat(LongStream.of(flights).filter(flight -> flight > 40 * MS).count())
                .isBetween(900L, 1_100L);
        assertThat(LongStream.of(flights).filter(flight -> flight > 400 * MS).count())
                .isBetween(60L, 140L);
    }

    @Test
    void theRetransmissionTimeoutIsTwoRoundTripsWhereThatIsLonger() {
        var reverse = new Direction("b", "a", new SplittableRandom(2));
        direction.facing(reverse);
        reverse.change(LinkConditions.NONE.withDelay(Duration.ofMillis(100)), System.nanoTime());
        direction.change(LinkConditions.NONE.withDelay(Duration.ofMillis(100)).withLoss(0.5), System.nanoTime());
        assertThat(LongStream.range(0, 100).map(i -> direction.flightNs(100)))
                .allMatch(flight -> flight == 100 * MS || flight >= 500 * MS);
    }

    @Test
    void aLargeSegmentIsLostMoreOftenThanASmallOne() {
        direction.change(LinkConditions.NONE.withLoss(0.01), System.nanoTime());
        long small = LongStream.range(0, 2_000)
                .filter(i -> direction.flightNs(1_000) > 0)
                .count();
        long large = LongStream.range(0, 2_000)
                .filter(i -> direction.flightNs(60_000) > 0)
                .count();
        assertThat(large).isGreaterThan(10 * small);
    }

    @Test
    void jitterStaysWithinItsBoundsAndNeverMakesTimeRunBackwards() {
        direction.change(
                LinkConditions.NONE.withDelay(Duration.ofMillis(2)).withJitter(Duration.ofMillis(5)),
                System.nanoTime());
        assertThat(LongStream.range(0, 1_000).map(i -> direction.flightNs(1)))
                .allMatch(flight -> flight >= 0 && flight <= 7 * MS)
                .anyMatch(flight -> flight > 6 * MS)
                .anyMatch(flight -> flight == 0);
    }

    @Test
    void bandwidthSpacesDeparturesByTheirSize() {
        direction.change(LinkConditions.NONE.withRate(1_000_000), 0);
        assertThat(direction.departureNs(1_000, 0)).isEqualTo(MS);
        assertThat(direction.departureNs(2_000, 0)).isEqualTo(3 * MS);
        assertThat(direction.departureNs(1_000, 10 * MS)).isEqualTo(11 * MS);
    }

    @Test
    void conditionsThatCannotBeAreRefused() {
        assertThatThrownBy(() -> LinkConditions.NONE.withLoss(1)).hasMessageContaining("loss is below 1");
        assertThatThrownBy(() -> LinkConditions.NONE.withDelay(Duration.ofMillis(-1)))
                .hasMessageContaining("negative");
    }
}
