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
 * @param successors who is to follow a lost primary, best first; the members in their order where nothing was said
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
        List<String> successors,
        List<Handover> schedule,
        boolean followsWriters) {

    /** Acknowledged at once; a primary stays where it is. */
    public static final Protection USUAL = new Protection(
            AckRule.ASYNC, 5_000, false, LateWrites.MERGE, 1_000, 2_000, List.of(), List.of(), List.of(), false);

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
                successors,
                schedule,
                followsWriters);
    }

    /** The same, of a group of which no region is left to follow another by itself. */
    Protection byHand(AckRule rule) {
        return new Protection(
                rule, writeTimeoutMs, false, lateWrites, leaseMs, silenceMs, witnesses, List.of(), List.of(), false);
    }

    /** The same with an order of those who follow. */
    Protection followedBy(List<String> order) {
        return new Protection(
                ackRule,
                writeTimeoutMs,
                automatic,
                lateWrites,
                leaseMs,
                silenceMs,
                witnesses,
                order,
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
                successors.stream().filter(regions::contains).toList(),
                schedule.stream().filter(h -> regions.contains(h.region())).toList(),
                followsWriters);
    }

    FailoverPolicy failover() {
        return new FailoverPolicy(automatic, lateWrites, leaseMs, silenceMs, successors, schedule, followsWriters);
    }

    /** As a group's id tells it. */
    String id() {
        return equals(USUAL) ? "" : " " + ackRule + " " + writeTimeoutMs + " " + witnesses + " " + failover();
    }
}
