package dev.meridian.config;

import java.time.Duration;
import java.util.List;

/**
 * Who replaces the primary of a dataset, when, and what becomes of what the old one had not sent on. Of a dataset without a primary, or
 * in one region, it says what has no effect.
 *
 * @param lease for how long a member's answer lets a primary acknowledge; longer than twice the heartbeat
 * @param detection after how long without a word a region is called lost
 * @param successors the other regions of the placement, in the order in which they are asked to follow
 * @param followsWriters whether the primary moves by itself to where the writes come from
 * @param schedule of follow-the-sun, in the order of the day; empty otherwise
 */
public record Succession(
        Failover failover,
        LateWrites lateWrites,
        Duration lease,
        Duration detection,
        List<String> successors,
        boolean followsWriters,
        List<Handover> schedule) {}
