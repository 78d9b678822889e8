package dev.meridian.kernel.placement;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One region's day after the other's. */
class TimetableTest {
    private static FailoverPolicy sun(Handover... handovers) {
        return new FailoverPolicy(
                true, FailoverPolicy.LateWrites.MERGE, 2_000, 3_000, List.of(), List.of(handovers), false);
    }

    private static Handover morning(String zone, String region) {
        return new Handover(LocalTime.of(8, 0), ZoneId.of(zone), region);
    }

    @ParameterizedTest
    @CsvSource({
        "2026-01-15T00:00:00Z, singapore",
        "2026-01-15T07:59:59Z, singapore",
        "2026-01-15T08:00:00Z, dublin",
        "2026-01-15T12:59:59Z, dublin",
        "2026-01-15T13:00:00Z, virginia",
        "2026-01-15T23:59:59Z, virginia",
        "2026-07-15T07:00:00Z, dublin",
        "2026-07-15T06:59:59Z, singapore",
        "2026-07-15T12:00:00Z, virginia",
        // America's summer time has begun, Ireland's not yet.
        "2026-03-15T12:00:00Z, virginia",
        "2026-03-15T07:30:00Z, singapore",
    })
    void theRegionWhoseMorningWasTheLastIsPrimarySummerTimeIncluded(String moment, String region) {
        FailoverPolicy policy = sun(
                morning("Asia/Singapore", "singapore"),
                morning("Europe/Dublin", "dublin"),
                morning("America/New_York", "virginia"));

        assertThat(policy.scheduled(Instant.parse(moment).toEpochMilli())).isEqualTo(region);
    }

    @Test
    void aMorningThatTheClockSkipsBeginsWhenItGoesOn() {
        FailoverPolicy policy = sun(
                new Handover(LocalTime.of(2, 30), ZoneId.of("America/New_York"), "virginia"),
                new Handover(LocalTime.of(0, 0), ZoneId.of("Z"), "dublin"));

        assertThat(policy.scheduled(Instant.parse("2026-03-08T07:29:00Z").toEpochMilli()))
                .isEqualTo("dublin");
        assertThat(policy.scheduled(Instant.parse("2026-03-08T07:30:00Z").toEpochMilli()))
                .isEqualTo("virginia");
    }

    /** 01:30 in New York is 05:30 and 06:30 UTC on that day. */
    @ParameterizedTest
    @CsvSource({
        "05:29, dublin",
        "05:30, virginia",
        "05:59, virginia",
        "06:00, virginia",
        "06:29, virginia",
        "06:30, virginia",
        "12:00, virginia",
    })
    void hoursThatBeginInTheHourThatTheClockShowsTwiceBeginOnce(String at, String region) {
        FailoverPolicy policy = sun(
                new Handover(LocalTime.of(20, 0), ZoneId.of("America/New_York"), "dublin"),
                new Handover(LocalTime.of(1, 30), ZoneId.of("America/New_York"), "virginia"));

        assertThat(policy.scheduled(Instant.parse("2026-11-01T" + at + ":00Z").toEpochMilli()))
                .isEqualTo(region);
    }

    @Test
    void withoutATimetableNobodyIs() {
        assertThat(FailoverPolicy.MANUAL.scheduled(0)).isNull();
    }
}
