package dev.meridian.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantitiesTest {
    @Test
    void unitsAreRead() {
        assertThat(Quantities.delay("80ms")).isEqualTo(Duration.ofMillis(80));
        assertThat(Quantities.delay("1.5s")).isEqualTo(Duration.ofMillis(1_500));
        assertThat(Quantities.delay("250us")).isEqualTo(Duration.ofNanos(250_000));
        assertThat(Quantities.lasting("2m")).isEqualTo(Duration.ofMinutes(2));
        assertThat(Quantities.loss("1%")).isEqualTo(0.01);
        assertThat(Quantities.rate("10MB/s")).isEqualTo(10_000_000);
        assertThat(Quantities.rate("100Mbit/s")).isEqualTo(12_500_000);
        assertThat(Quantities.rate("unlimited")).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"80", "-5ms", "80 sec", "", "61s", "1e3ms", "80ms; rm", "ms", "999999999999999999999ms"})
    void aTimeWithoutAUnitOrOutOfRangeIsRefused(String text) {
        assertThatThrownBy(() -> Quantities.delay(text))
                .isInstanceOf(Failure.class)
                .hasMessageContaining(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"30", "50ms", "2h", "-1s", "", "1d", "2 minutes"})
    void aSpanWithoutAUnitOrOutOfRangeIsRefused(String text) {
        assertThatThrownBy(() -> Quantities.lasting(text)).isInstanceOf(Failure.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "100%", "-1%", "0.01", "101%", "x%"})
    void aShareThatIsNoPercentageBelowHundredIsRefused(String text) {
        assertThatThrownBy(() -> Quantities.loss(text)).isInstanceOf(Failure.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10", "10MB", "0MB/s", "-1MB/s", "10mb/s", "infinite"})
    void aRateWithoutItsUnitOrTooLowIsRefused(String text) {
        assertThatThrownBy(() -> Quantities.rate(text)).isInstanceOf(Failure.class);
    }

    @ParameterizedTest
    @CsvSource({"0.214, 0.21", "7.44, 7.4", "76.4, 76", "219, 219"})
    void millisecondsShowTheDigitsThatTellSomething(double ms, String text) {
        assertThat(Quantities.millis(ms)).isEqualTo(text);
    }

    @Test
    void spansAndCountsAreShort() {
        assertThat(Quantities.span(40)).isEqualTo("40 ms");
        assertThat(Quantities.span(9_100)).isEqualTo("9.1 s");
        assertThat(Quantities.span(10_800_000)).isEqualTo("3 h");
        assertThat(Quantities.count(812)).isEqualTo("812");
        assertThat(Quantities.count(4_100)).isEqualTo("4.1k");
        assertThat(Quantities.count(30_000_000)).isEqualTo("30M");
        assertThat(Quantities.rateText(10_000_000)).isEqualTo("10MB/s");
    }
}
