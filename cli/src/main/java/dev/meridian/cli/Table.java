package dev.meridian.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Rows in aligned columns. Where the line is too short, columns drop from the right; names are never cut.
 */
public final class Table {
    private static final String GAP = "  ";
    private final boolean[] rightAligned;
    private final List<String[]> rows = new ArrayList<>();

    /** A column whose heading begins with {@code >} is aligned right, as numbers are. */
    public Table(String... headings) {
        rightAligned = new boolean[headings.length];
        for (int i = 0; i < headings.length; i++) {
            rightAligned[i] = headings[i].startsWith(">");
        }
        rows.add(Arrays.stream(headings)
                .map(heading -> heading.startsWith(">") ? heading.substring(1) : heading)
                .toArray(String[]::new));
    }

    public Table row(String... cells) {
        if (cells.length != rightAligned.length) {
            throw new IllegalArgumentException(
                    cells.length + " cells in a table of " + rightAligned.length + " columns");
        }
        rows.add(Arrays.stream(cells).map(Terminal::printable).toArray(String[]::new));
        return this;
    }

    /** The lines, headings first, indented and without blanks at their ends. */
    public List<String> lines(String indent, int columns) {
        int[] widths = new int[rightAligned.length];
        for (String[] row : rows) {
            for (int i = 0; i < row.length; i++) {
                widths[i] = Math.max(widths[i], width(row[i]));
            }
        }
        int shown = 1;
        int used = indent.length() + widths[0];
        while (shown < widths.length && used + GAP.length() + widths[shown] <= columns) {
            used += GAP.length() + widths[shown++];
        }
        var lines = new ArrayList<String>();
        for (String[] row : rows) {
            var line = new StringBuilder(indent);
            for (int i = 0; i < shown; i++) {
                String pad = " ".repeat(widths[i] - width(row[i]));
                line.append(i == 0 ? "" : GAP).append(rightAligned[i] ? pad + row[i] : row[i] + pad);
            }
            lines.add(line.toString().stripTrailing());
        }
        return lines;
    }

    private static int width(String text) {
        return text.codePointCount(0, text.length());
    }
}
