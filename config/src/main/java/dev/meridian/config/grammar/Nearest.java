package dev.meridian.config.grammar;

import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The known name that a misspelt one probably means. */
public final class Nearest {
    private Nearest() {}

    /** The nearest by edits (swaps count one); null when none is near. Ties go to the first. */
    public static @Nullable String to(String written, Collection<String> known) {
        String asked = fold(written);
        String best = null;
        int bestEdits = Math.max(1, asked.length() / 3) + 1;
        for (String name : known) {
            int edits = edits(asked, fold(name));
            if (edits < bestEdits) {
                bestEdits = edits;
                best = name;
            }
        }
        return best;
    }

    private static String fold(String name) {
        String folded = name.toLowerCase(Locale.ROOT).replace('-', '_').replace(' ', '_');
        return folded.length() > 100 ? folded.substring(0, 100) : folded;
    }

    /** Optimal string alignment distance. */
    private static int edits(String a, String b) {
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    d[i][j] = i + j;
                    continue;
                }
                int same = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                d[i][j] = Math.min(Math.min(d[i - 1][j], d[i][j - 1]) + 1, d[i - 1][j - 1] + same);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
                }
            }
        }
        return d[a.length()][b.length()];
    }
}
