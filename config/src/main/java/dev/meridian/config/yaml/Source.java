package dev.meridian.config.yaml;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The text of a file, by lines. What it shows of a line never holds a secret. */
public final class Source {
    /** A password-like key and the rest of its line, unless that is one ${NAME} alone. */
    private static final Pattern SECRET =
            Pattern.compile("(?i)(\\w{0,40}(?:pas|secret|token|pwd)\\w{0,40}(?<!_file)[\"']?\\s{0,9}:\\s{0,99})"
                    + "(?![\"']?\\$\\{\\w+\\}[\"']?\\s*(?:[#,}`]|$))(\\S.*\\S|\\S)");

    /** What is shown of a line at most. */
    private static final int WIDEST = 2_000;

    private final String name;
    private final String text;
    private final List<String> lines;

    public Source(String name, String text) {
        this.name = name;
        this.text = text;
        this.lines = List.of(text.split("\r\n|\r|\n", -1));
    }

    public String name() {
        return name;
    }

    public String text() {
        return text;
    }

    /** How many lines the text has, at least 1. */
    public int lineCount() {
        return lines.size();
    }

    /** The raw line, counted from 1; empty when there is none. */
    public String line(int number) {
        return number >= 1 && number <= lines.size() ? lines.get(number - 1) : "";
    }

    /** The line fit for a message: secrets starred, control characters replaced, columns kept, its end cut off. */
    public String shown(int number) {
        String line = line(number);
        boolean fits = line.length() <= WIDEST;
        return shown(fits ? line : line.substring(0, line.offsetByCodePoints(0, WIDEST / 2)));
    }

    /** A text fit for a message: secrets starred, control characters replaced, columns kept. */
    static String shown(String text) {
        Matcher secret = SECRET.matcher(text);
        StringBuilder shown = new StringBuilder();
        while (secret.find()) {
            String stars =
                    "*".repeat(secret.group(2).codePointCount(0, secret.group(2).length()));
            secret.appendReplacement(shown, Matcher.quoteReplacement(secret.group(1) + stars));
        }
        secret.appendTail(shown);
        return printable(shown.toString());
    }

    /** Tabs become one blank, other control characters a question mark: columns keep their place. */
    private static String printable(String text) {
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints()
                .map(c -> c == '\t' ? ' ' : Character.isISOControl(c) || c == 0xFEFF || isBidiControl(c) ? '\uFFFD' : c)
                .forEach(out::appendCodePoint);
        return out.toString();
    }

    private static boolean isBidiControl(int c) {
        return c >= 0x202A && c <= 0x202E || c >= 0x2066 && c <= 0x2069 || c == 0x200E || c == 0x200F;
    }
}
