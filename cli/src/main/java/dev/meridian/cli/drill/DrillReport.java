package dev.meridian.cli.drill;

import dev.meridian.cli.Table;
import dev.meridian.simulator.history.Operation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a drill came to: promises beside measurements.
 *
 * @param exposures by dataset, where regions were lost to the others
 * @param lost acknowledged writes that are gone, by dataset
 * @param waiting late writes that wait for somebody to decide, by dataset
 */
public record DrillReport(
        Drill drill,
        List<String> hit,
        String name,
        int regions,
        long seed,
        Duration lasts,
        Clock clock,
        long equalNs,
        List<Timeline.Entry> timeline,
        List<Verdict> verdicts,
        List<Finding> findings,
        Map<String, Exposure> exposures,
        Map<String, Integer> lost,
        Map<String, Long> waiting,
        List<Primaries.Split> splits) {

    /** Whether every promise held. */
    public boolean held() {
        return findings.stream().allMatch(Finding::held);
    }

    /** The longest time for which a kind of request stopped, in nanoseconds; {@link Operation#NEVER} if one did not go on. */
    public long longestStopNs() {
        return verdicts.stream()
                .mapToLong(
                        verdict -> verdict.stop() == null ? 0 : verdict.stop().lengthNs())
                .max()
                .orElse(0);
    }

    /** For a person. */
    public List<String> lines(int columns, String check, String cross) {
        var lines = new ArrayList<String>();
        lines.add("Drill " + drill.word() + " " + String.join(" ", hit) + " · " + name + " · " + regions + " regions · "
                + lasts.toMillis() / 1e3 + " s · seed " + seed);
        for (Timeline.Entry entry : timeline) {
            lines.add(String.format(
                    Locale.ROOT, "  %s  %-14s  %s", clock.text(entry.atNs()), entry.what(), entry.text()));
        }
        var requests = new Table("requests", "promised", "measured", ">ok", "errors", ">unanswered", "held", "because");
        for (Verdict verdict : verdicts) {
            requests.row(
                    verdict.expectation().lane().words(),
                    verdict.expectation().words(),
                    verdict.measured(),
                    String.valueOf(verdict.served().okNs().size()),
                    verdict.served().errorWords(),
                    String.valueOf(verdict.served().unanswered()),
                    verdict.held() ? check : cross,
                    verdict.expectation().why());
        }
        lines.addAll(requests.lines("  ", columns));
        for (Primaries.Split split : splits) {
            lines.add("  " + split.dataset() + ": " + split.primary() + " is primary now" + parts(split));
        }
        exposures.forEach((dataset, exposure) -> lines.add(String.format(
                Locale.ROOT,
                "  %s: of %d writes that %s had acknowledged %d were nowhere else, the oldest for %.3f s: merged %d, waiting %d, lost %d",
                dataset,
                exposure.acknowledged(),
                String.join(" and ", hit),
                exposure.late(),
                exposure.oldestNs() / 1e9,
                merged(dataset, exposure),
                waiting.getOrDefault(dataset, 0L),
                lost.getOrDefault(dataset, 0))));
        var promises = new Table("promise", "held", "measured", "because");
        for (Finding finding : findings) {
            promises.row(
                    finding.dataset() + ": " + finding.promise(),
                    finding.held() ? check : cross,
                    finding.measured(),
                    finding.why().lines().findFirst().orElse(""));
        }
        lines.addAll(promises.lines("  ", columns));
        findings.stream()
                .filter(finding -> !finding.held())
                .forEach(finding -> lines.add(
                        "  " + cross + " " + finding.dataset() + ": " + finding.promise() + ": " + finding.why()));
        lines.add(held() ? "  " + check + " every promise held" : "  " + cross + " broken: see above");
        return lines;
    }

    private long merged(String dataset, Exposure exposure) {
        return Math.max(0, exposure.late() - waiting.getOrDefault(dataset, 0L) - lost.getOrDefault(dataset, 0));
    }

    private static String parts(Primaries.Split split) {
        var parts = new StringBuilder();
        append(parts, "detect", split.detectNs());
        append(parts, "elect", split.electNs());
        append(parts, "route", split.routeNs());
        String rto = "";
        if (split.rtoNs() != null && split.boundNs() != null) {
            rto = String.format(
                    Locale.ROOT, ", writes back after %.2f s of %.1f s", split.rtoNs() / 1e9, split.boundNs() / 1e9);
        }
        return rto + (parts.isEmpty() ? "" : ": " + parts.substring(2));
    }

    private static void append(StringBuilder parts, String name, @Nullable Long ns) {
        if (ns != null) {
            parts.append(String.format(Locale.ROOT, ", %s %.2f s", name, ns / 1e9));
        }
    }

    /** For a program: an element of {@code drills} in schema {@code meridian.drill/1}. */
    public Map<String, @Nullable Object> json() {
        var json = new LinkedHashMap<String, @Nullable Object>();
        json.put("drill", drill.word());
        json.put("regions", hit);
        json.put("name", name);
        json.put("seed", seed);
        json.put("held", held());
        json.put("fault_ms", lasts.toMillis());
        json.put(
                "longest_stop_ms",
                longestStopNs() == Operation.NEVER ? null : Long.valueOf(longestStopNs() / 1_000_000));
        json.put("equal_after_ms", (equalNs - clock.healNs()) / 1_000_000);
        json.put("timeline", timeline.stream().map(this::json).toList());
        json.put("requests", verdicts.stream().map(this::json).toList());
        json.put("promises", findings.stream().map(DrillReport::json).toList());
        json.put("exposure", exposed());
        json.put("failovers", splits.stream().map(DrillReport::json).toList());
        return json;
    }

    private Map<String, Object> json(Timeline.Entry entry) {
        var json = new LinkedHashMap<String, Object>();
        json.put("at_ms", Math.max(0, (entry.atNs() - clock.startNs()) / 1_000_000));
        json.put("what", entry.what());
        json.put("text", entry.text());
        return json;
    }

    private Map<String, @Nullable Object> json(Verdict verdict) {
        var json = new LinkedHashMap<String, @Nullable Object>();
        Lane lane = verdict.expectation().lane();
        Served.Stop stop = verdict.stop();
        json.put("dataset", lane.dataset());
        json.put("region", lane.region());
        json.put("kind", lane.writes() ? "writes" : "reads");
        json.put("promised", verdict.expectation().words());
        json.put("because", verdict.expectation().why());
        json.put("held", verdict.held());
        json.put("stopped_ms", stop == null ? Long.valueOf(0) : until(stop, stop.fromNs()));
        json.put("back_after_fault_ms", stop == null ? Long.valueOf(0) : until(stop, clock.breakNs()));
        json.put("ok", verdict.served().okNs().size());
        json.put("errors", new TreeMap<>(verdict.served().errors()));
        json.put("unanswered", verdict.served().unanswered());
        return json;
    }

    private static @Nullable Long until(Served.Stop stop, long sinceNs) {
        return stop.toNs() == Operation.NEVER ? null : Long.valueOf((stop.toNs() - sinceNs) / 1_000_000);
    }

    private static Map<String, Object> json(Finding finding) {
        var json = new LinkedHashMap<String, Object>();
        json.put("dataset", finding.dataset());
        json.put("promise", finding.promise());
        json.put("held", finding.held());
        json.put("measured", finding.measured());
        json.put("because", finding.why());
        return json;
    }

    private static Map<String, @Nullable Object> json(Primaries.Split split) {
        var json = new LinkedHashMap<String, @Nullable Object>();
        json.put("dataset", split.dataset());
        json.put("primary", split.primary());
        json.put("detect_ms", ms(split.detectNs()));
        json.put("elect_ms", ms(split.electNs()));
        json.put("route_ms", ms(split.routeNs()));
        json.put("rto_ms", ms(split.rtoNs()));
        json.put("bound_ms", ms(split.boundNs()));
        return json;
    }

    private static @Nullable Long ms(@Nullable Long ns) {
        return ns == null ? null : ns / 1_000_000;
    }

    private Map<String, Object> exposed() {
        var json = new TreeMap<String, Object>();
        exposures.forEach((dataset, exposure) -> {
            var each = new LinkedHashMap<String, Object>();
            each.put("acknowledged", exposure.acknowledged());
            each.put("late", exposure.late());
            each.put("oldest_ms", exposure.oldestNs() / 1_000_000);
            each.put("merged", merged(dataset, exposure));
            each.put("waiting", waiting.getOrDefault(dataset, 0L));
            each.put("lost", lost.getOrDefault(dataset, 0));
            json.put(dataset, each);
        });
        return json;
    }
}
