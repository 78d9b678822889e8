package dev.meridian.kernel.placement;

import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who replaces a lost primary, and when.
 *
 * @param automatic a majority of the members does, and the primary acknowledges under a lease; otherwise a person does
 * @param lateWrites what becomes of writes that a lost primary may have acknowledged and that its successor did not have
 * @param leaseMs for how long a member's answer lets the primary acknowledge
 * @param silenceMs after how long without a word a member calls a region lost
 * @param preferred who is to follow, best first; the members in the order of the file where nothing was said
 * @param schedule when which region is primary; empty where no timetable moves it
 * @param followsWriters whether it moves by itself to where the writes come from
 */
public record FailoverPolicy(
        boolean automatic,
        LateWrites lateWrites,
        long leaseMs,
        long silenceMs,
        List<String> preferred,
        List<Handover> schedule,
        boolean followsWriters) {
    public FailoverPolicy {
        preferred = List.copyOf(preferred);
        schedule = List.copyOf(schedule);
    }

    /** By hand, what is late is merged, nothing moves by itself. */
    public static final FailoverPolicy MANUAL =
            new FailoverPolicy(false, LateWrites.MERGE, 3_000, 90_000, List.of(), List.of(), false);

    /** Whether the primary moves while all is well. */
    public boolean relocates() {
        return !schedule.isEmpty() || followsWriters;
    }

    /**
     * Who the timetable says is primary at a moment: the region whose handover was the last; null without a timetable. Summer time is
     * that of the zones.
     */
    public @Nullable String scheduled(long wallMs) {
        Instant now = Instant.ofEpochMilli(wallMs);
        Handover last = null;
        Instant since = Instant.MIN;
        for (Handover handover : schedule) {
            ZonedDateTime there = now.atZone(handover.zone());
            Instant began = began(there, handover);
            if (began.isAfter(now)) {
                began = began(there.minusDays(1), handover);
            }
            if (began.isAfter(since)) {
                since = began;
                last = handover;
            }
        }
        return last == null ? null : last.region();
    }

    /** A time that the clock shows twice is the first of the two: by the second the hours would go back in between. */
    private static Instant began(ZonedDateTime day, Handover handover) {
        return day.with(handover.at()).withEarlierOffsetAtOverlap().toInstant();
    }

    /** What becomes of late writes. */
    public enum LateWrites {
        /** Merged by the dataset's conflict resolution, and listed. */
        MERGE,
        /** Held for a person, and listed. */
        REVIEW
    }
}
