package dev.meridian.kernel.command;

/**
 * Redis' glob patterns, byte by byte: {@code ?}, {@code *}, {@code [a-z]}, {@code [^a-z]}, {@code \} escapes. Stateless.
 *
 * <p>Only the last star is ever tried again, so a match costs at most pattern length times text length, whatever the
 * pattern (Redis was slow here for ever once: CVE-2022-36021).
 */
public final class Glob {
    /** Patterns longer than this are refused by the commands that take one. */
    public static final int PATTERN_BYTES_MAX = 4096;

    private Glob() {}

    /** Whether the whole text matches the whole pattern. */
    public static boolean matches(byte[] pattern, byte[] text) {
        return matches(pattern, 0, pattern.length, text, 0, text.length, false);
    }

    /** Whether the slice of {@code text} matches the slice of {@code pattern}; ASCII letters alike if {@code ignoreCase}. */
    public static boolean matches(
            byte[] pattern,
            int patternOffset,
            int patternLength,
            byte[] text,
            int textOffset,
            int textLength,
            boolean ignoreCase) {
        int patternEnd = patternOffset + patternLength;
        int textEnd = textOffset + textLength;
        int p = patternOffset;
        int t = textOffset;
        int afterStar = -1;
        int starText = 0;
        if (textLength == 0) {
            // As in Redis, where not even a star matches the empty text.
            return patternLength == 0;
        }
        while (t < textEnd) {
            int next = -1;
            if (p < patternEnd) {
                if (pattern[p] == '*') {
                    p = skipStars(pattern, p, patternEnd);
                    if (p == patternEnd) {
                        return true;
                    }
                    afterStar = p;
                    starText = t;
                    continue;
                }
                next = matchOne(pattern, p, patternEnd, text[t], ignoreCase);
            }
            if (next >= 0) {
                p = next;
                t++;
            } else if (afterStar >= 0) {
                p = afterStar;
                t = ++starText;
            } else {
                return false;
            }
        }
        return skipStars(pattern, p, patternEnd) == patternEnd;
    }

    private static int skipStars(byte[] pattern, int from, int end) {
        int p = from;
        while (p < end && pattern[p] == '*') {
            p++;
        }
        return p;
    }

    /** The index behind the pattern's element at {@code p} where that matches the byte, or -1. */
    private static int matchOne(byte[] pattern, int p, int end, byte c, boolean ignoreCase) {
        switch (pattern[p]) {
            case '?':
                return p + 1;
            case '[':
                return matchClass(pattern, p + 1, end, fold(c, ignoreCase), ignoreCase);
            case '\\':
                int literal = p + 1 < end ? p + 1 : p;
                return fold(pattern[literal], ignoreCase) == fold(c, ignoreCase) ? literal + 1 : -1;
            default:
                return fold(pattern[p], ignoreCase) == fold(c, ignoreCase) ? p + 1 : -1;
        }
    }

    /** A class that is never closed ends with the pattern, as in Redis. */
    private static int matchClass(byte[] pattern, int from, int end, int c, boolean ignoreCase) {
        int p = from;
        boolean not = p < end && pattern[p] == '^';
        if (not) {
            p++;
        }
        boolean match = false;
        while (p < end && pattern[p] != ']') {
            if (pattern[p] == '\\' && p + 1 < end) {
                match |= fold(pattern[p + 1], ignoreCase) == c;
                p += 2;
            } else if (p + 2 < end && pattern[p + 1] == '-') {
                int low = fold(pattern[p], ignoreCase);
                int high = fold(pattern[p + 2], ignoreCase);
                match |= c >= Math.min(low, high) && c <= Math.max(low, high);
                p += 3;
            } else {
                match |= fold(pattern[p], ignoreCase) == c;
                p++;
            }
        }
        return match == not ? -1 : Math.min(p + 1, end);
    }

    private static int fold(byte c, boolean ignoreCase) {
        return ignoreCase && c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c & 0xff;
    }
}
