package dev.meridian.cli;

import dev.meridian.cli.resp.Reply;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the commands on conflicts answer, as members by name and as lines for people. */
final class ConflictReply {
    private static final int VALUE_SHOWN = 30;

    private ConflictReply() {}

    /** A map of RESP2, which is a list of names and values in turn; maps within it too. */
    static Map<String, @Nullable Object> map(@Nullable Object reply) {
        List<?> items = list(reply instanceof Reply answer ? answer.toJson() : reply);
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        for (int i = 0; i + 1 < items.size(); i += 2) {
            String name = String.valueOf(items.get(i));
            Object value = items.get(i + 1);
            map.put(
                    name,
                    name.equals("siblings")
                            ? list(value).stream().map(ConflictReply::map).toList()
                            : value);
        }
        return map;
    }

    static List<?> list(@Nullable Object value) {
        return value instanceof List<?> list ? list : List.of();
    }

    /** The same for what two regions tell of one thing. */
    static String identity(Map<String, @Nullable Object> conflict) {
        return conflict.get("dataset") + "\0" + conflict.get("key") + "\0" + conflict.get("type") + "\0"
                + conflict.get("element") + "\0" + conflict.get("token") + "\0" + conflict.get("dot");
    }

    static List<String> lines(List<Map<String, @Nullable Object>> conflicts, int columns) {
        if (conflicts.isEmpty()) {
            return List.of("Nothing waits.");
        }
        var table = new Table("key", "type", "state", "since", "token", "siblings");
        for (Map<String, @Nullable Object> conflict : conflicts) {
            table.row(
                    place(conflict),
                    text(conflict, "type"),
                    text(conflict, "state"),
                    text(conflict, "since"),
                    text(conflict, "token"),
                    list(conflict.get("siblings")).stream()
                            .map(each -> each instanceof Map<?, ?> sibling
                                    ? sibling.get("region") + " " + cut(String.valueOf(sibling.get("value")))
                                    : "")
                            .collect(Collectors.joining(" | ")));
        }
        return table.lines("", columns);
    }

    static List<String> droppedLines(List<Map<String, @Nullable Object>> records, int columns) {
        if (records.isEmpty()) {
            return List.of("No dropped value is on record.");
        }
        var table = new Table("key", "type", "reason", "written", "region", "value", "ended");
        for (Map<String, @Nullable Object> record : records) {
            table.row(
                    place(record),
                    text(record, "type"),
                    text(record, "reason"),
                    text(record, "written"),
                    text(record, "region"),
                    cut(text(record, "value")),
                    text(record, "ended"));
        }
        return table.lines("", columns);
    }

    static List<String> wholeLines(String key, List<Map<String, @Nullable Object>> conflicts) {
        if (conflicts.isEmpty()) {
            return List.of("Nothing waits at " + Terminal.printable(key) + ".");
        }
        List<String> lines = new ArrayList<>();
        for (Map<String, @Nullable Object> conflict : conflicts) {
            Object reason = conflict.get("reason");
            lines.add(Terminal.printable(place(conflict)) + ", a " + text(conflict, "type") + ", "
                    + text(conflict, "state") + " since " + text(conflict, "since") + ", token "
                    + text(conflict, "token") + (reason == null ? "" : ": " + Terminal.printable(reason.toString())));
            for (Object each : list(conflict.get("siblings"))) {
                if (each instanceof Map<?, ?> sibling) {
                    lines.add("  " + sibling.get("number") + "  " + sibling.get("region") + "  "
                            + sibling.get("written") + "  " + Terminal.printable(String.valueOf(sibling.get("value"))));
                }
            }
        }
        return lines;
    }

    private static String place(Map<String, @Nullable Object> conflict) {
        Object element = conflict.get("element");
        return text(conflict, "key") + (element == null ? "" : " " + element);
    }

    private static String text(Map<String, @Nullable Object> map, String name) {
        Object value = map.get(name);
        return value == null ? "-" : value.toString();
    }

    private static String cut(String value) {
        return value.length() > VALUE_SHOWN ? value.substring(0, VALUE_SHOWN) + "..." : value;
    }
}
