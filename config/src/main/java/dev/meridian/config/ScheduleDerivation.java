package dev.meridian.config;

import dev.meridian.config.grammar.Found;
import dev.meridian.config.grammar.Nearest;
import dev.meridian.config.grammar.Section;
import dev.meridian.config.yaml.Problems;
import dev.meridian.config.yaml.Span;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The timetable of a follow-the-sun dataset. */
final class ScheduleDerivation {
    private static final int MORNING_MINUTES = 8 * 60;
    private static final int DAY_MINUTES = 24 * 60;
    private static final int MINUTES_PER_DEGREE = 4;

    /** Summer time moves a zone against another: two handovers have to differ on both days. */
    private static final LocalDate WINTER = LocalDate.of(2026, 1, 15);

    private static final LocalDate SUMMER = LocalDate.of(2026, 7, 15);

    private static final Comparator<Handover> BY_TIME =
            Comparator.comparing((Handover handover) -> handover.utc(WINTER)).thenComparing(Handover::region);

    private final Problems problems;
    private final Recorder recorder;
    private final RegionDerivation regions;
    private final String dataset;
    private final Span place;
    private final Section own;

    ScheduleDerivation(DatasetWords words) {
        this.problems = words.problems();
        this.recorder = words.recorder();
        this.regions = words.regions();
        this.dataset = words.name();
        this.place = words.place();
        this.own = words.own();
    }

    /** By time of day; empty for other topologies. */
    List<Handover> derive(Topology topology, List<String> placement) {
        String path = "datasets." + dataset + ".schedule";
        if (topology != Topology.FOLLOW_THE_SUN) {
            if (own.mentions("schedule")) {
                problems.error(
                        ErrorCodes.SCHEDULE,
                        own.keySpan("schedule"),
                        dataset + " has a schedule, and topology: " + topology.word() + " uses none",
                        null,
                        "write `topology: follow-the-sun`, or remove the schedule");
            }
            return List.of();
        }
        if (own.mentions("schedule")) {
            List<Handover> given = given(placement);
            recorder.put(path, Recorder.yaml(given), "given", own.keySpan("schedule"));
            return given;
        }
        List<Handover> byLongitude = new ArrayList<>();
        for (String name : placement) {
            Region region = regions.find(name);
            if (region == null || region.longitude() == null) {
                problems.error(
                        ErrorCodes.SCHEDULE,
                        place,
                        dataset + " follows the sun, and where " + name + " lies is not known",
                        null,
                        "add a schedule, or the region's longitude");
                return List.of();
            }
            byLongitude.add(new Handover(morning(region.longitude()), ZoneOffset.UTC, name));
        }
        byLongitude.sort(BY_TIME);
        return recorder.derived(path, List.copyOf(byLongitude), "08:00 by each region's longitude");
    }

    /** In whole half hours, so that neighbours do not differ by minutes. */
    private static LocalTime morning(double longitude) {
        long minutes = Math.round((MORNING_MINUTES - longitude * MINUTES_PER_DEGREE) / 30) * 30;
        return LocalTime.ofSecondOfDay(Math.floorMod(minutes, DAY_MINUTES) * 60L);
    }

    private List<Handover> given(List<String> placement) {
        List<Handover> schedule = new ArrayList<>();
        for (Found<Section> item : own.<Section>list("schedule")) {
            @Nullable Found<LocalTime> at = item.value().find("at");
            @Nullable Found<String> primary = item.value().find("primary");
            ZoneId zone = zone(item.value().find("zone"));
            if (at == null || primary == null || zone == null || !regions.isRegion(primary)) {
                continue;
            }
            Handover handover = new Handover(at.value(), zone, primary.value());
            if (!placement.contains(primary.value())) {
                problems.error(
                        ErrorCodes.PRIMARY_OUTSIDE,
                        primary.span(),
                        dataset + " hands over to " + primary.value() + ", where it is not placed",
                        "allowed: " + String.join(", ", placement),
                        null);
            } else if (schedule.stream().anyMatch(other -> atOnce(handover, other))) {
                problems.error(
                        ErrorCodes.SCHEDULE,
                        at.span(),
                        dataset + " hands over twice at " + at.value(),
                        zone.equals(ZoneOffset.UTC) ? null : "which is " + handover.utc(WINTER) + " UTC in winter",
                        "give each handover its own time");
            } else {
                schedule.add(handover);
            }
        }
        schedule.sort(BY_TIME);
        return List.copyOf(schedule);
    }

    private static boolean atOnce(Handover a, Handover b) {
        return a.utc(WINTER).equals(b.utc(WINTER)) || a.utc(SUMMER).equals(b.utc(SUMMER));
    }

    /** UTC where none is given; null after reporting one that there is not. */
    private @Nullable ZoneId zone(@Nullable Found<String> given) {
        if (given == null || given.value().equals("UTC")) {
            return ZoneOffset.UTC;
        }
        Set<String> known = new TreeSet<>(ZoneId.getAvailableZoneIds());
        if (known.contains(given.value())) {
            return ZoneId.of(given.value());
        }
        String nearest = Nearest.to(given.value(), known);
        problems.error(
                ErrorCodes.NOT_A_TIME_ZONE,
                given.span(),
                "there is no time zone " + given.value(),
                "names are those of the tz database, such as Europe/Dublin or America/New_York",
                nearest == null ? null : "did you mean `" + nearest + "`?");
        return null;
    }
}
