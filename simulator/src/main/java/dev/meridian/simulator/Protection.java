package dev.meridian.simulator;

import dev.meridian.kernel.placement.AckRule;
import dev.meridian.kernel.placement.FailoverPolicy;
import dev.meridian.kernel.placement.FailoverPolicy.LateWrites;
import dev.meridian.kernel.placement.Handover;
import java.util.List;

/**
 * How well a dataset's writes are kept, and who replaces its primary.
 *
 * @param witnesses regions that vote and keep the log alone
 * @param silenceMs after how long without a word a region is called lost
 * @param schedule when which region is primary; empty where no timetable moves it
 * @param followsWriters whether the primary moves to where the writes come from
 */
public record Protection(
        AckRule ackRule,
        long writeTimeoutMs,
        boolean automatic,
        LateWrites lateWrites,
        long leaseMs,
        long silenceMs,
        List<String> witnesses,
        List<Handover> schedule,
        boolean followsWriters) {

    /** Acknowledged at once; a primary stays where it is. */
    public static final Protection USUAL =
            new Protection(AckRule.ASYNC, 5_000, false, LateWrites.MERGE, 1_000, 2_000, List.of(), List.of(), false);

    /** The same with late writes held for a person. */
    Protection reviewing(boolean alone) {
        return new Protection(
                alone ? AckRule.ASYNC : ackRule,
                writeTimeoutMs,
                automatic,
                LateWrites.REVIEW,
                leaseMs,
                silenceMs,
                witnesses,
                schedule,
                followsWriters);
    }

    /** The same with those witnesses that are among the regions. */
    Protection within(List<String> regions) {
        return new Protection(
                ackRule,
                writeTimeoutMs,
                automatic,
                lateWrites,
                leaseMs,
                silenceMs,
                witnesses.stream().filter(regions::contains).toList(),
                schedule.stream().filter(h -> regions.contains(h.region())).toList(),
                followsWriters);
    }

    FailoverPolicy failover() {
        return new FailoverPolicy(automatic, lateWrites, leaseMs, silenceMs, List.of(), schedule, followsWriters);
    }

    /** As a group's id tells it. */
    String id() {
        return equals(USUAL) ? "" : " " + ackRule + " " + writeTimeoutMs + " " + witnesses + " " + failover();
    }
}
