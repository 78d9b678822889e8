package dev.meridian.config;

import java.util.List;

/** Problems as a person reads them: the place, the line, a caret, what is allowed, the mend. */
public final class ProblemText {
    private static final String RED = "\u001b[1;31m";
    private static final String YELLOW = "\u001b[1;33m";
    private static final String BLUE = "\u001b[1;34m";
    private static final String BOLD = "\u001b[1m";
    private static final String PLAIN = "\u001b[0m";

    private static final int WIDEST = 160;
    private static final int NOTE_COLUMN = 110;

    private final boolean colour;

    private ProblemText(boolean colour) {
        this.colour = colour;
    }

    /** All problems, a blank line between; empty for none. Ends with a line break otherwise. */
    public static String render(List<Problem> problems, boolean colour) {
        ProblemText text = new ProblemText(colour);
        return String.join("\n", problems.stream().map(text::render).toList());
    }

    private String render(Problem problem) {
        boolean error = problem.isError();
        String mark = error ? RED : YELLOW;
        StringBuilder out = new StringBuilder();
        out.append(paint(mark, (error ? "error[" : "warning[") + problem.code() + "]"))
                .append(paint(BOLD, ": " + problem.message()))
                .append('\n');
        String number = problem.line() == 0 ? "" : Integer.toString(problem.line());
        String margin = " ".repeat(number.length());
        String place =
                problem.line() == 0 ? problem.file() : problem.file() + ":" + problem.line() + ":" + problem.column();
        out.append(margin).append(paint(BLUE, "--> ")).append(place).append('\n');
        if (problem.line() > 0) {
            Window window = Window.of(problem);
            out.append(margin).append(paint(BLUE, " |")).append('\n');
            out.append(paint(BLUE, number + " |"))
                    .append((" " + window.line).stripTrailing())
                    .append('\n');
            String note = problem.note() == null || isLong(problem) ? "" : " " + problem.note();
            out.append(margin)
                    .append(paint(BLUE, " |"))
                    .append(" ".repeat(window.column))
                    .append(paint(mark, "^".repeat(window.length) + note))
                    .append('\n');
        }
        if (problem.note() != null && (isLong(problem) || problem.line() == 0)) {
            out.append(margin)
                    .append(paint(BLUE, " = "))
                    .append("note: ")
                    .append(wrapped(problem.note(), margin.length()))
                    .append('\n');
        }
        if (problem.help() != null) {
            out.append(margin)
                    .append(paint(BLUE, " = "))
                    .append("help: ")
                    .append(problem.help())
                    .append('\n');
        }
        out.append(margin)
                .append(paint(BLUE, " = "))
                .append("more: meridian explain ")
                .append(problem.code())
                .append('\n');
        return out.toString();
    }

    private static boolean isLong(Problem problem) {
        return problem.note() != null
                && problem.column() + problem.length() + problem.note().length() > NOTE_COLUMN;
    }

    private static String wrapped(String note, int margin) {
        StringBuilder out = new StringBuilder();
        int column = margin + 9;
        for (String word : note.split(" ", -1)) {
            if (column + word.length() > NOTE_COLUMN && !out.isEmpty()) {
                out.append("\n").append(" ".repeat(margin + 9));
                column = margin + 9;
            } else if (!out.isEmpty()) {
                out.append(' ');
            }
            out.append(word);
            column += word.length() + 1;
        }
        return out.toString();
    }

    private String paint(String code, String text) {
        return colour ? code + text + PLAIN : text;
    }

    /** The part of a long line that holds the caret. */
    private record Window(String line, int column, int length) {
        static Window of(Problem problem) {
            int[] points = problem.sourceLine().codePoints().toArray();
            int start = Math.min(problem.column() - 1, points.length);
            int length = Math.max(1, Math.min(problem.length(), Math.max(1, points.length - start)));
            if (points.length <= WIDEST) {
                return new Window(problem.sourceLine(), problem.column(), length);
            }
            int from = Math.max(0, Math.min(start - 40, points.length - WIDEST));
            int to = Math.min(points.length, from + WIDEST);
            String shown = new String(points, from, to - from);
            String before = from > 0 ? "..." : "";
            return new Window(
                    before + shown + (to < points.length ? "..." : ""),
                    before.length() + start - from + 1,
                    Math.min(length, to - start + 1));
        }
    }
}
