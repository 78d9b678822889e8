package dev.meridian.simulator;

import dev.meridian.simulator.history.Answer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** RESP2 replies as text for people: {@code OK}, {@code 3}, {@code "apple"}, {@code nil}, {@code [1, 2]}, {@code -STALE}. */
public final class Reply {
    private final String bytes;
    private int at;

    private Reply(String bytes) {
        this.bytes = bytes;
    }

    /** One reply. Of an error other than ERR only the first word: the rest is for people, and holds times. */
    public static String text(String reply) {
        return new Reply(reply).next(false);
    }

    /** One reply whose elements have no order. */
    public static String sorted(String reply) {
        return new Reply(reply).next(true);
    }

    /** The content of a bulk string. */
    public static String content(String reply) {
        String text = text(reply);
        return text.startsWith("\"") ? text.substring(1, text.length() - 1) : text;
    }

    /** One reply, decoded. */
    static Answer answer(String reply) {
        return new Reply(reply).decoded();
    }

    private Answer decoded() {
        char kind = bytes.charAt(at);
        int end = bytes.indexOf('\r', at);
        String line = bytes.substring(at + 1, end);
        at = end + 2;
        return switch (kind) {
            case '+' -> new Answer.Status(line);
            case '-' -> new Answer.Failure(line);
            case ':' -> new Answer.Number(Long.parseLong(line));
            case '$' -> {
                int length = Integer.parseInt(line);
                at += length < 0 ? 0 : length + 2;
                yield length < 0 ? new Answer.Nil() : new Answer.Text(bytes.substring(at - length - 2, at - 2));
            }
            case '*' -> {
                List<Answer> items = new ArrayList<>();
                for (int n = Integer.parseInt(line); n > 0; n--) {
                    items.add(decoded());
                }
                yield new Answer.Items(items);
            }
            default -> throw new IllegalStateException("a reply that begins with '" + kind + "'");
        };
    }

    private String next(boolean sort) {
        char kind = bytes.charAt(at);
        int end = bytes.indexOf('\r', at);
        String line = bytes.substring(at + 1, end);
        at = end + 2;
        return switch (kind) {
            case '+', ':' -> line;
            case '-' ->
                "-" + (line.startsWith("ERR") || line.indexOf(' ') < 0 ? line : line.substring(0, line.indexOf(' ')));
            case '$' -> bulk(Integer.parseInt(line));
            case '*' -> array(Integer.parseInt(line), sort);
            default -> throw new IllegalStateException("a reply that begins with '" + kind + "'");
        };
    }

    private String bulk(int length) {
        if (length < 0) {
            return "nil";
        }
        String content = bytes.substring(at, at + length);
        at += length + 2;
        return "\"" + content + "\"";
    }

    private String array(int count, boolean sort) {
        if (count < 0) {
            return "nil";
        }
        List<String> elements = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            elements.add(next(false));
        }
        if (sort) {
            Collections.sort(elements);
        }
        return "[" + String.join(", ", elements) + "]";
    }
}
