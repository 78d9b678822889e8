package dev.meridian.config;

import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** One line of a follow-the-sun timetable: from this time of day, in this zone, this region is primary. */
public record Handover(LocalTime at, ZoneId zone, String region) {
    /** When that is in UTC, on a day: summer time moves it. */
    public LocalTime utc(LocalDate day) {
        return at.atDate(day).atZone(zone).withZoneSameInstant(ZoneOffset.UTC).toLocalTime();
    }
}
