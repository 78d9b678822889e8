package dev.meridian.kernel.command;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobTest {
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "*, abc, true",
                "a*c, abc, true",
                "a*c, ac, true",
                "a*c, abd, false",
                "a?c, abc, true",
                "a?c, ac, false",
                "h[ae]llo, hello, true",
                "h[ae]llo, hillo, false",
                "h[^e]llo, hallo, true",
                "h[^e]llo, hello, false",
                "h[a-c]llo, hbllo, true",
                "h[c-a]llo, hbllo, true",
                "h[a-c]llo, hdllo, false",
                "[^a-z]x, Ax, true",
                "[^a-z]x, bx, false",
                "a\\*c, a*c, true",
                "a\\*c, abc, false",
                "[\\]]x, ]x, true",
                "[abc, b, true",
                "*a*b*c*, xxaxxbxxcxx, true",
                "*a*b*c*, xxcxxbxxaxx, false",
                "abc**, abc, true",
                "*?, a, true",
                "*\\, ab\\, true",
                "é*, éa, true"
            })
    void patternsMatchAsInRedis(String pattern, String text, boolean match) {
        assertThat(Glob.matches(pattern.getBytes(ISO_8859_1), text.getBytes(ISO_8859_1)))
                .isEqualTo(match);
    }

    @Test
    void lettersAreAlikeWhereAskedFor() {
        byte[] pattern = "MAX[A-M]*\\Y".getBytes(ISO_8859_1);
        byte[] text = "maxmemory".getBytes(ISO_8859_1);
        assertThat(Glob.matches(pattern, 0, pattern.length, text, 0, text.length, true))
                .isTrue();
        assertThat(Glob.matches(pattern, 0, pattern.length, text, 0, text.length, false))
                .isFalse();
    }

    /** CVE-2022-36021: with a search of every star this would not end in a lifetime. */
    @Test
    void manyStarsCostNoMoreThanPatternTimesText() {
        byte[] pattern = ("a*".repeat(2000) + "b").getBytes(ISO_8859_1);
        byte[] text = "a".repeat(20_000).getBytes(ISO_8859_1);
        assertThat(Glob.matches(pattern, text)).isFalse();
    }
}
