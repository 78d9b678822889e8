import java.util.List;
import java.util.Locale;

/** Several measurements of one thing, sorted. */
record Figures(List<Double> sorted) {
    static Figures of(List<Double> values) {
        return new Figures(values.stream().sorted().toList());
    }

    double at(double quantile) {
        return sorted.get((int) Math.min(sorted.size() - 1, Math.round(quantile * (sorted.size() - 1))));
    }

    double median() {
        return at(0.5);
    }

    /** Median (least-most), in thousands. */
    String thousands() {
        return String.format(Locale.ROOT, "%.0f (%.0f-%.0f)", median() / 1e3, at(0) / 1e3, at(1) / 1e3);
    }

    /** p50 / p99, in the unit of the values. */
    String halfAndMost() {
        return String.format(Locale.ROOT, "%.2f / %.2f", median(), at(0.99));
    }
}
