package dev.meridian.cli.chaos;

import dev.meridian.cli.Json;
import dev.meridian.cli.Table;
import dev.meridian.simulator.history.Anomaly;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a run came to.
 *
 * @param seconds of load; 0 if a history was checked again
 * @param troubles what went wrong besides anomalies: regions that do not agree or ended by themselves
 * @param leftOut faults that this machine could not have
 */
public record Report(
        long seed,
        double seconds,
        double checkedInSeconds,
        Ledger ledger,
        Map<Fault, Integer> faults,
        int moves,
        List<Anomaly> anomalies,
        List<String> troubles,
        List<String> leftOut) {
    private static final int SHOWN = 10;
    private static final int OPERATIONS_SHOWN = 6;

    /** Whether every promise held. */
    public boolean held() {
        return anomalies.isEmpty() && troubles.isEmpty();
    }

    private long lost() {
        return anomalies.stream()
                .filter(anomaly -> anomaly.invariant().equals("D1"))
                .count();
    }

    /** For a person. */
    public List<String> lines(int columns) {
        var lines = new ArrayList<String>();
        var table = new Table("operation", ">ok", ">refused", ">unknown");
        for (String kind : ledger.kinds.keySet()) {
            Map<String, Long> outcomes = ledger.outcomes(kind);
            table.row(kind, text(outcomes, "ok"), text(outcomes, "refused"), text(outcomes, "unknown"));
        }
        lines.addAll(table.lines("  ", columns));
        if (!ledger.errors.isEmpty()) {
            lines.add("  refused with: " + counted(ledger.errors));
        }
        if (!faults.isEmpty()) {
            var counts = new TreeMap<String, Integer>();
            faults.forEach((fault, count) -> counts.put(fault.words(), count));
            lines.add("  faults: " + counted(counts));
        }
        if (!ledger.exact.isEmpty()) {
            lines.add("  judged as one copy: " + counted(ledger.exact) + " operations"
                    + (faults.isEmpty()
                            ? ""
                            : ", through "
                                    + faults.values().stream().mapToInt(n -> n).sum() + " faults"));
        }
        leftOut.forEach(what -> lines.add("  left out: " + what));
        lines.add("  acknowledged writes: " + ledger.acknowledgedWrites + "   lost: " + lost()
                + "   excused: 0   sessions moved: " + moves);
        lines.add(String.format(
                java.util.Locale.ROOT,
                "  %d operations%s, checked in %.1f s",
                ledger.operations(),
                seconds > 0
                        ? String.format(
                                java.util.Locale.ROOT,
                                " in %.0f s, %.0f a second",
                                seconds,
                                ledger.operations() / seconds)
                        : "",
                checkedInSeconds));
        troubles.forEach(trouble -> lines.add("  ✗ " + trouble));
        for (Anomaly anomaly : anomalies.subList(0, Math.min(SHOWN, anomalies.size()))) {
            lines.add("  ✗ " + anomaly.invariant() + " " + anomaly.text());
            anomaly.operations().stream()
                    .limit(OPERATIONS_SHOWN)
                    .forEach(operation -> lines.add("      " + shortened(operation.toString())));
        }
        if (anomalies.size() > SHOWN) {
            lines.add("  and " + (anomalies.size() - SHOWN) + " more anomalies: " + counted(byInvariant()));
        }
        lines.add(
                held()
                        ? "  ✓ every promise held"
                        : "  ✗ broken: " + (anomalies.size() + troubles.size()) + " findings, seed " + seed);
        return lines;
    }

    /** For a program: schema {@code meridian.chaos/1}. */
    public Map<String, @Nullable Object> json() {
        Map<String, @Nullable Object> json = Json.ofSchema("meridian.chaos/1");
        json.put("seed", seed);
        json.put("held", held());
        json.put("seconds", seconds);
        json.put("checked_in_seconds", checkedInSeconds);
        json.put("operations_total", ledger.operations());
        var operations = new LinkedHashMap<String, Object>();
        ledger.kinds.keySet().forEach(kind -> operations.put(kind, ledger.outcomes(kind)));
        json.put("operations", operations);
        json.put("errors", ledger.errors);
        var made = new LinkedHashMap<String, Object>();
        faults.forEach((fault, count) -> made.put(fault.name().toLowerCase(java.util.Locale.ROOT), count));
        json.put("faults", made);
        json.put("judged_as_one_copy", ledger.exact);
        json.put("left_out", leftOut);
        json.put("acknowledged_writes", ledger.acknowledgedWrites);
        json.put("lost", lost());
        json.put("sessions_moved", moves);
        json.put("troubles", troubles);
        json.put("anomalies_total", anomalies.size());
        json.put("anomalies_by_invariant", byInvariant());
        json.put("anomalies", anomalies.stream().limit(SHOWN).map(Report::json).toList());
        return json;
    }

    private static Map<String, Object> json(Anomaly anomaly) {
        var json = new LinkedHashMap<String, Object>();
        json.put("invariant", anomaly.invariant());
        json.put("text", anomaly.text());
        json.put(
                "operations",
                anomaly.operations().stream()
                        .limit(OPERATIONS_SHOWN)
                        .map(Object::toString)
                        .toList());
        return json;
    }

    private Map<String, Integer> byInvariant() {
        var counts = new TreeMap<String, Integer>();
        anomalies.forEach(anomaly -> counts.merge(anomaly.invariant(), 1, Integer::sum));
        return counts;
    }

    private static String text(Map<String, Long> outcomes, String outcome) {
        return String.valueOf(outcomes.get(outcome));
    }

    private static String counted(Map<String, ? extends Number> counts) {
        var parts = new ArrayList<String>();
        counts.forEach((what, count) -> parts.add(what + " " + count));
        return String.join(", ", parts);
    }

    private static String shortened(String text) {
        return text.length() <= 400 ? text : text.substring(0, 400) + " ...";
    }
}
