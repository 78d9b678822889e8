package dev.meridian.kernel.primary;

import dev.meridian.kernel.placement.AckRule;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whom a successor must have sealed before it may follow a primary: enough that nothing the primary may have acknowledged is missing, and
 * that it can acknowledge nothing more.
 */
final class SealRule {
    private SealRule() {}

    /**
     * Null when these seals are enough, else what is missing.
     *
     * @param current whom is to be followed
     * @param automatic whether its primary acknowledges under a lease, which ends once a majority no longer grants it
     * @param lossAccepted by a person, by name
     */
    static @Nullable String missing(
            AckRule rule, Configuration current, Set<String> sealed, boolean automatic, boolean lossAccepted) {
        List<String> members = current.members();
        String primary = current.primary();
        long count = members.stream().filter(sealed::contains).count();
        boolean hasStopped = primary == null || sealed.contains(primary);
        if (lossAccepted) {
            return null;
        }
        if (count <= members.size() / 2) {
            return "a majority of " + String.join(", ", members);
        }
        if (!hasStopped && !automatic) {
            return "the stop of " + primary + ", which acknowledges without a lease";
        }
        if (hasStopped) {
            // It has told all that it has: nobody else can have more that counts.
            return null;
        }
        return switch (rule) {
            case ASYNC, QUORUM -> null;
            case SEMI_SYNC -> {
                List<String> absent = current.live().stream()
                        .filter(region -> !region.equals(primary) && !sealed.contains(region))
                        .toList();
                yield absent.isEmpty()
                        ? null
                        : "each of " + String.join(", ", absent) + ", one of which may have the last write";
            }
            case SYNC, STRONG ->
                current.live().stream().anyMatch(region -> !region.equals(primary) && sealed.contains(region))
                        ? null
                        : "one of " + String.join(", ", current.live());
        };
    }
}
