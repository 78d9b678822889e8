package dev.meridian.kernel.primary;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Primaries that move by themselves while all is well: to the region whose hours it is (follow-the-sun), or to where the writes come from
 * ({@code primary: auto}). Only the primary decides, by its own clock, and hands over as it would for a person: nothing is lost and
 * nothing fails. Who has just become primary stays for a while, so that clocks that differ do not send it to and fro. Not thread-safe.
 */
final class Relocation {
    private static final long LOOK_NS = 1_000_000_000L;
    /** More than clocks may differ by. */
    private static final long STAY_NS = 10_000_000_000L;
    /** A move costs each writer a pause: once a minute at the most. */
    private static final long STAY_FOR_WRITERS_NS = 60_000_000_000L;

    private static final long MAJORITY_LASTS_NS = 20_000_000_000L;
    /** Writes wait until the other region has caught up: nobody asked for this move, so it waits for a region that is about to. */
    private static final long LAG_MAX_MS = 1_000;

    private static final long AGAIN_NS = 15_000_000_000L;

    private final Primaries primaries;
    private final String self;
    private final List<String> regions;
    private final Control control;

    Relocation(Primaries primaries, String self, List<String> regions, Control control) {
        this.primaries = primaries;
        this.self = self;
        this.regions = regions;
        this.control = control;
    }

    /** The primary of the group looks whether another region should be. */
    void look(Primacy p, long nowNs, long wallMs) {
        if (nowNs < p.relocationLookNs || !p.failover().relocates()) {
            return;
        }
        p.relocationLookNs = nowNs + LOOK_NS;
        if (p.primarySinceNs == 0) {
            p.primarySinceNs = nowNs;
        }
        String scheduled = p.failover().scheduled(wallMs);
        String target = scheduled == null ? mostWritesFrom(p, nowNs) : scheduled;
        if (target == null || target.equals(self)) {
            p.wantedElsewhere = null;
            return;
        }
        if (!target.equals(p.wantedElsewhere)) {
            p.wantedElsewhere = target;
            p.wantedSinceNs = nowNs;
        }
        boolean isByHours = scheduled != null;
        if (nowNs - p.primarySinceNs < (isByHours ? STAY_NS : STAY_FOR_WRITERS_NS)
                || !isByHours && nowNs - p.wantedSinceNs < MAJORITY_LASTS_NS
                || primaries.lagMs(p, target) > LAG_MAX_MS
                || !control.state().automaticFailover()) {
            return;
        }
        p.relocationLookNs = nowNs + AGAIN_NS;
        String reason = isByHours ? "these are the hours of " + target : "most writes come from " + target;
        primaries.succession().relocate(p, target, reason);
    }

    private @Nullable String mostWritesFrom(Primacy p, long nowNs) {
        Integer region = p.group.sources().majority(nowNs);
        String name = region == null ? null : regions.get(region);
        return name != null && p.policy().members().contains(name) ? name : null;
    }
}
