package dev.meridian.cli;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Pattern;

/** Names given on the command line: safe in a path and in output, and near which other name. */
public final class Names {
    private static final Pattern SAFE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");

    private Names() {}

    /** The name itself, if it can be used as a directory and printed as it is. */
    public static String safe(String what, String name) {
        if (!SAFE.matcher(name).matches()) {
            throw Trouble.UNSAFE_NAME.because(
                    "`" + name + "` cannot be the " + what,
                    "letters, digits, `.`, `_` and `-`, beginning with a letter or digit, at most 63");
        }
        return name;
    }

    /** The name itself, if it is one of those known. */
    public static String known(Collection<String> known, String region) {
        if (!known.contains(region)) {
            throw Trouble.UNKNOWN_REGION.because(
                    "there is no region `" + region + "`",
                    nearest(known, region)
                                    .map(near -> "did you mean " + near + "? ")
                                    .orElse("") + "regions: " + String.join(", ", known));
        }
        return region;
    }

    /** The known name with the fewest letters changed, if that is fewer than half of them. */
    public static Optional<String> nearest(Collection<String> known, String name) {
        return known.stream()
                .filter(candidate -> distance(candidate, name) * 2 <= candidate.length())
                .min(Comparator.comparingInt(candidate -> distance(candidate, name)));
    }

    private static int distance(String a, String b) {
        int[] previous = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] current = new int[b.length() + 1];
            current[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int swap = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(swap, Math.min(previous[j], current[j - 1]) + 1);
            }
            previous = current;
        }
        return previous[b.length()];
    }
}
