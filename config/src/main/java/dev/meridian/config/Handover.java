package dev.meridian.config;

import java.time.LocalTime;

/** One line of a follow-the-sun timetable: from this time of day, in UTC, this region is primary. */
public record Handover(LocalTime atUtc, String region) {}
