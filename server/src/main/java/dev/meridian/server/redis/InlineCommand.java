package dev.meridian.server.redis;

import dev.meridian.kernel.command.Args;

/**
 * A command that is a line, as typed into telnet, with the quoting of redis-cli: {@code "…"} with the escapes {@code \n
 * \r \t \b \a \xHH}, and {@code '…'} with {@code \'}. A closing quote ends its word.
 */
final class InlineCommand {
    private InlineCommand() {}

    /**
     * Adds the words of {@code line[from, to)} to the arguments. Unescapes in place: a word never grows.
     *
     * @return false where a quote is not closed or its end touches further text
     */
    static boolean split(byte[] line, int from, int to, Args args) {
        int read = from;
        while (true) {
            while (read < to && isSpace(line[read])) {
                read++;
            }
            if (read == to || line[read] == 0) {
                return true;
            }
            int wordStart = read;
            int write = read;
            byte quote = 0;
            boolean word = true;
            while (word) {
                byte c = read < to ? line[read] : 0;
                if (quote == 0) {
                    if (c == 0 || c == ' ' || c == '\n' || c == '\r' || c == '\t') {
                        word = false;
                    } else if (c == '"' || c == '\'') {
                        quote = c;
                        read++;
                    } else {
                        line[write++] = c;
                        read++;
                    }
                } else if (c == 0) {
                    return false;
                } else if (c == quote) {
                    if (read + 1 < to && line[read + 1] != 0 && !isSpace(line[read + 1])) {
                        return false;
                    }
                    read++;
                    word = false;
                } else if (c == '\\' && quote == '"' && isHexEscape(line, read, to)) {
                    line[write++] =
                            (byte) (Character.digit(line[read + 2], 16) * 16 + Character.digit(line[read + 3], 16));
                    read += 4;
                } else if (c == '\\' && quote == '"' && read + 1 < to) {
                    line[write++] = unescape(line[read + 1]);
                    read += 2;
                } else if (c == '\\' && quote == '\'' && read + 1 < to && line[read + 1] == '\'') {
                    line[write++] = '\'';
                    read += 2;
                } else {
                    line[write++] = c;
                    read++;
                }
            }
            args.add(wordStart, write - wordStart);
        }
    }

    private static boolean isHexEscape(byte[] line, int at, int to) {
        return at + 3 < to
                && line[at + 1] == 'x'
                && Character.digit(line[at + 2], 16) >= 0
                && Character.digit(line[at + 3], 16) >= 0;
    }

    private static byte unescape(byte c) {
        return switch (c) {
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'b' -> '\b';
            case 'a' -> 7;
            default -> c;
        };
    }

    private static boolean isSpace(byte c) {
        return c == ' ' || (c >= '\t' && c <= '\r');
    }
}
