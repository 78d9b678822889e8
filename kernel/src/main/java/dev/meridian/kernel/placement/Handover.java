package dev.meridian.kernel.placement;

import java.time.LocalTime;
import java.time.ZoneId;

/** One line of a follow-the-sun timetable: from this time of day, in this zone, the region is primary. */
public record Handover(LocalTime at, ZoneId zone, String region) {}
