package dev.meridian.cli.up;

import dev.meridian.cli.Quantities;
import dev.meridian.cli.Table;
import dev.meridian.cli.Terminal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What {@code up} prints once: at most 25 lines, whatever the number of regions. */
public final class Banner {
    private static final int MATRIX_REGIONS_MAX = 6;
    private static final int TABLE_REGIONS_MAX = 9;

    private Banner() {}

    /** The WAN as a triangle of round trips, measured beside configured. */
    public static List<String> wan(Map<String, @Nullable Object> wan, List<String> regions, int columns) {
        var lines = new ArrayList<String>();
        String title = "WAN emulated (" + wan.get("source") + ")";
        if (regions.size() > MATRIX_REGIONS_MAX) {
            lines.add("  " + title + "; `meridian wan` shows all " + regions.size() * (regions.size() - 1) / 2
                    + " pairs");
            return lines;
        }
        if (regions.size() < 2) {
            return lines;
        }
        lines.add("  " + title + ": round trips, measured / configured");
        lines.addAll(matrix(wan, regions).lines("    ", columns));
        return lines;
    }

    /** Round trips of every pair; the upper triangle, as both ways are one round trip. */
    private static Table matrix(Map<String, @Nullable Object> wan, List<String> regions) {
        Map<String, String> cells = cells(wan);
        var headings = new ArrayList<String>();
        headings.add("");
        regions.stream().skip(1).forEach(region -> headings.add(">" + region));
        var table = new Table(headings.toArray(String[]::new));
        for (int i = 0; i + 1 < regions.size(); i++) {
            var row = new ArrayList<String>();
            row.add(regions.get(i));
            for (int j = 1; j < regions.size(); j++) {
                row.add(j <= i ? "" : cells.getOrDefault(regions.get(i) + " " + regions.get(j), "-"));
            }
            table.row(row.toArray(String[]::new));
        }
        return table;
    }

    /** Addresses of every region. */
    public static List<String> regions(UpState state, int columns) {
        var table = new Table("region", "redis", "http", "link");
        state.regions().stream()
                .limit(TABLE_REGIONS_MAX)
                .forEach(region ->
                        table.row(region.name(), region.respText(), region.httpUrl(), "127.0.0.1:" + region.link()));
        List<String> lines = new ArrayList<>(table.lines("  ", columns));
        if (state.regions().size() > TABLE_REGIONS_MAX) {
            lines.add("  ... and " + (state.regions().size() - TABLE_REGIONS_MAX) + " more: meridian status");
        }
        return lines;
    }

    /** One line that names every region, or their number where they are many. */
    public static String ready(Terminal terminal, List<String> regions, double seconds) {
        String names = regions.size() > MATRIX_REGIONS_MAX
                ? terminal.check() + " " + regions.size() + " regions"
                : String.join(
                        "  ",
                        regions.stream()
                                .map(name -> terminal.check() + " " + name)
                                .toList());
        return String.format(Locale.ROOT, "  %s   ready in %.1f s", names, seconds);
    }

    private static Map<String, String> cells(Map<String, @Nullable Object> wan) {
        var cells = new HashMap<String, String>();
        if (wan.get("directions") instanceof List<?> directions) {
            for (Object each : directions) {
                if (each instanceof Map<?, ?> direction) {
                    cells.put(direction.get("from") + " " + direction.get("to"), cell(direction));
                }
            }
        }
        return cells;
    }

    private static String cell(Map<?, ?> direction) {
        if (Boolean.TRUE.equals(direction.get("cut"))) {
            return "cut";
        }
        Object measured = direction.get("measured_rtt_ms");
        Object configured = direction.get("rtt_ms");
        String mark = Boolean.TRUE.equals(direction.get("rtt_estimated")) ? "~" : "";
        return (measured instanceof Number ms ? Quantities.millis(ms.doubleValue()) : "-") + " / " + mark
                + (configured instanceof Number ms ? Quantities.millis(ms.doubleValue()) : "-") + " ms";
    }
}
