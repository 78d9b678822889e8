package dev.meridian.cli.resp;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One reply of RESP2. */
public sealed interface Reply {
    /** A status such as OK. */
    record Status(String text) implements Reply {}

    record Error(String text) implements Reply {}

    record Number(long value) implements Reply {}

    /** Any bytes. */
    record Bulk(byte[] bytes) implements Reply {
        public String text() {
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    record Items(List<Reply> items) implements Reply {}

    record Nil() implements Reply {}

    /** As redis-cli prints it to a person. */
    default List<String> lines() {
        var lines = new ArrayList<String>();
        format(this, "", lines);
        return lines;
    }

    /** As JSON: text, number, null or array. An error is an object with the one member {@code error}. */
    default @Nullable Object toJson() {
        return switch (this) {
            case Status status -> status.text();
            case Error error -> java.util.Map.of("error", error.text());
            case Number number -> number.value();
            case Bulk bulk -> bulk.text();
            case Nil nil -> null;
            case Items items -> {
                var list = new ArrayList<@Nullable Object>();
                items.items().forEach(item -> list.add(item.toJson()));
                yield list;
            }
        };
    }

    private static void format(Reply reply, String indent, List<String> lines) {
        switch (reply) {
            case Status status -> lines.add(status.text());
            case Error error -> lines.add("(error) " + error.text());
            case Number number -> lines.add("(integer) " + number.value());
            case Bulk bulk -> lines.add(quoted(bulk.bytes()));
            case Nil nil -> lines.add("(nil)");
            case Items items -> {
                if (items.items().isEmpty()) {
                    lines.add("(empty array)");
                }
                int width = String.valueOf(items.items().size()).length();
                for (int i = 0; i < items.items().size(); i++) {
                    String number = String.valueOf(i + 1);
                    String lead = " ".repeat(width - number.length()) + number + ") ";
                    var nested = new ArrayList<String>();
                    format(items.items().get(i), indent + " ".repeat(lead.length()), nested);
                    lines.add((i == 0 ? "" : indent) + lead + nested.getFirst());
                    lines.addAll(nested.subList(1, nested.size()));
                }
            }
        }
    }

    private static String quoted(byte[] bytes) {
        var text = new StringBuilder("\"");
        for (byte each : bytes) {
            switch (each) {
                case '"' -> text.append("\\\"");
                case '\\' -> text.append("\\\\");
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                case '\t' -> text.append("\\t");
                default -> {
                    if (each >= 0x20 && each < 0x7f) {
                        text.append((char) each);
                    } else {
                        text.append(String.format("\\x%02x", each & 0xff));
                    }
                }
            }
        }
        return text.append('"').toString();
    }
}
