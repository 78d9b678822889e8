package dev.meridian.config.yaml;

import dev.meridian.config.Problem;
import dev.meridian.config.Severity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects all that is wrong with one source. Not for use by several threads. */
public final class Problems {
    /** A file with more than these is another kind of file, and nobody reads on. */
    private static final int MOST = 200;

    private static final int LONGEST = 600;

    private final Source source;
    private final List<Problem> found = new ArrayList<>();

    public Problems(Source source) {
        this.source = source;
    }

    public Source source() {
        return source;
    }

    public void error(String code, Span span, String message, @Nullable String note, @Nullable String help) {
        add(code, Severity.ERROR, span, message, note, help);
    }

    public void warning(String code, Span span, String message, @Nullable String note, @Nullable String help) {
        add(code, Severity.WARNING, span, message, note, help);
    }

    private void add(
            String code, Severity severity, Span span, String message, @Nullable String note, @Nullable String help) {
        if (isFull()) {
            return;
        }
        Problem problem = new Problem(
                code,
                severity,
                said(message),
                source.name(),
                span.line(),
                span.column(),
                span.length(),
                source.shown(span.line()),
                note == null ? null : said(note),
                help == null ? null : said(help));
        if (!found.contains(problem)) {
            found.add(problem);
        }
    }

    /** Fit for a terminal and of a length that somebody reads, whatever the file holds. */
    private static String said(String text) {
        boolean fits = text.length() <= LONGEST;
        return Source.shown(fits ? text : text.substring(0, text.offsetByCodePoints(0, LONGEST / 2)) + "...");
    }

    /** Whether further problems would not be kept. */
    public boolean isFull() {
        return found.size() >= MOST;
    }

    public boolean hasErrors() {
        return found.stream().anyMatch(Problem::isError);
    }

    /** In the order of the file. */
    public List<Problem> sorted() {
        return found.stream()
                .sorted(Comparator.comparingInt(Problem::line)
                        .thenComparingInt(Problem::column)
                        .thenComparing(Problem::code))
                .toList();
    }
}
