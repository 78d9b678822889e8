package dev.meridian.simulator;

import dev.meridian.kernel.data.ConflictRule;
import java.util.List;

/**
 * The rule of simulated datasets that resolve by custom: the longest value, of equally long ones the newest; none where one of
 * them ends with a 7. Its answer depends on the order of the siblings, so that another order shows.
 */
final class LongestValue implements ConflictRule {
    static boolean refuses(byte[] value) {
        return value.length > 0 && value[value.length - 1] == '7';
    }

    @Override
    public byte[] resolve(byte[] key, List<Version> siblings) {
        byte[] longest = {};
        for (Version version : siblings) {
            if (refuses(version.value())) {
                throw new IllegalArgumentException("no sevens");
            }
            longest = version.value().length >= longest.length ? version.value() : longest;
        }
        return longest;
    }
}
