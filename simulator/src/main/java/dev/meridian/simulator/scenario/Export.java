package dev.meridian.simulator.scenario;

import dev.meridian.simulator.Deployment;
import dev.meridian.simulator.Step;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/** Writes steps as a scenario that does them at their times, ends every fault, and checks. */
public final class Export {
    private Export() {}

    /**
     * The text of a scenario.
     *
     * @param why what it is for
     * @param guards the invariants that it may break
     * @param durationMs how long it goes on before faults end
     */
    public static String text(String why, String guards, Deployment deployment, List<Step> steps, long durationMs) {
        List<String> lines = new ArrayList<>();
        lines.add("# Why: " + why.lines().findFirst().orElse(""));
        lines.add("# Guards: " + guards);
        lines.addAll(ClusterCommand.text(deployment));
        lines.add("");
        long at = 0;
        for (Step step : steps) {
            wait(lines, step.atNs() - at);
            at = step.atNs();
            step.action().text().lines().forEach(lines::add);
            if (step.action().text().contains("\n")) {
                lines.add("");
            }
        }
        wait(lines, durationMs * 1_000_000L - at);
        lines.add("settle");
        lines.add("check all");
        lines.add("----");
        int groups = deployment.groupCount();
        lines.add("ok: " + deployment.regions().size() + " regions, " + groups
                + (groups == 1 ? " group equal" : " groups equal"));
        return String.join("\n", lines) + "\n";
    }

    private static void wait(List<String> lines, long ns) {
        if (ns > 0) {
            lines.add("run " + BigDecimal.valueOf(ns, 6).stripTrailingZeros().toPlainString() + "ms");
        }
    }
}
