package dev.meridian.config.yaml;

import dev.meridian.config.Problem;
import dev.meridian.config.Severity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects all that is wrong with one source. Not for use by several threads. */
public final class Problems {
    /** More than this and the rest is only counted by nobody: a file that wrong is another file. */
    private static final int MOST = 200;

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
        if (found.size() >= MOST) {
            return;
        }
        Problem problem = new Problem(
                code,
                severity,
                Source.printable(message),
                source.name(),
                span.line(),
                span.column(),
                span.length(),
                source.shown(span.line()),
                note,
                help);
        if (!found.contains(problem)) {
            found.add(problem);
        }
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
