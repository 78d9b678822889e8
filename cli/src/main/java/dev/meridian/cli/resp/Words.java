package dev.meridian.cli.resp;

import java.util.ArrayList;
import java.util.List;

/** Splits a line of a prompt into words, with the quotes and escapes of redis-cli. */
public final class Words {
    private Words() {}

    /**
     * The words of a line.
     *
     * @throws IllegalArgumentException if a quote is not closed
     */
    public static List<String> of(String line) {
        var words = new ArrayList<String>();
        int i = 0;
        while (i < line.length()) {
            if (Character.isWhitespace(line.charAt(i))) {
                i++;
                continue;
            }
            var word = new StringBuilder();
            char quote = 0;
            for (; i < line.length() && (quote != 0 || !Character.isWhitespace(line.charAt(i))); i++) {
                char c = line.charAt(i);
                if (quote == 0 && (c == '"' || c == '\'')) {
                    quote = c;
                } else if (c == quote) {
                    quote = 0;
                } else if (quote == '"' && c == '\\' && i + 1 < line.length()) {
                    word.append(unescaped(line.charAt(++i)));
                } else {
                    word.append(c);
                }
            }
            if (quote != 0) {
                throw new IllegalArgumentException("a quote is not closed");
            }
            words.add(word.toString());
        }
        return words;
    }

    private static char unescaped(char c) {
        return switch (c) {
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            default -> c;
        };
    }
}
