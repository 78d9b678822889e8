package dev.meridian.cli.wan;

import java.time.Duration;

/**
 * How bytes travel from one region to another, in that direction.
 *
 * @param delayNs time in flight, nanoseconds
 * @param jitterNs the delay of each segment differs by up to this much, either way; order is kept
 * @param loss share of packets lost, 0 to below 1; TCP repairs a loss, so it shows as a pause
 * @param bytesPerSecond bandwidth shared by all connections, or {@link #UNLIMITED}
 * @param cut nothing arrives; what is sent is held until the cut is healed
 */
public record LinkConditions(long delayNs, long jitterNs, double loss, long bytesPerSecond, boolean cut) {
    public static final long UNLIMITED = 0;
    public static final LinkConditions NONE = new LinkConditions(0, 0, 0, UNLIMITED, false);

    public LinkConditions {
        if (delayNs < 0 || jitterNs < 0 || loss < 0 || loss >= 1 || bytesPerSecond < 0) {
            throw new IllegalArgumentException("delay %d ns, jitter %d ns, loss %s, rate %d B/s: none may be negative, "
                            .formatted(delayNs, jitterNs, loss, bytesPerSecond)
                    + "and loss is below 1");
        }
    }

    public LinkConditions withDelay(Duration delay) {
        return new LinkConditions(delay.toNanos(), jitterNs, loss, bytesPerSecond, cut);
    }

    public LinkConditions withJitter(Duration jitter) {
        return new LinkConditions(delayNs, jitter.toNanos(), loss, bytesPerSecond, cut);
    }

    public LinkConditions withLoss(double share) {
        return new LinkConditions(delayNs, jitterNs, share, bytesPerSecond, cut);
    }

    public LinkConditions withRate(long rate) {
        return new LinkConditions(delayNs, jitterNs, loss, rate, cut);
    }

    public LinkConditions withCut(boolean isCut) {
        return new LinkConditions(delayNs, jitterNs, loss, bytesPerSecond, isCut);
    }
}
