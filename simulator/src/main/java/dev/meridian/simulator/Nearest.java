package dev.meridian.simulator;

import java.util.List;

/** The known word that is most like an unknown one, for errors that tell the mend. */
public final class Nearest {
    private Nearest() {}

    /** The first of the {@code known} words, at least one, with the fewest letters to change. */
    public static String of(String word, List<String> known) {
        String best = known.getFirst();
        for (String candidate : known) {
            if (distance(word, candidate) < distance(word, best)) {
                best = candidate;
            }
        }
        return best;
    }

    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(change, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
