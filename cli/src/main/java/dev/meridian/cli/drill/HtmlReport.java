package dev.meridian.cli.drill;

import java.util.List;
import java.util.Locale;

/** Drills as one page that needs nothing else: promises, a bar a kind of request over time, and the timeline. */
public final class HtmlReport {
    private static final int WIDTH = 720;
    private static final int ROW = 16;
    private static final int CELLS = 180;
    private static final String STYLE = """
            body{font:14px/1.5 system-ui,sans-serif;margin:2em auto;max-width:76em;padding:0 1em;color:#222}
            table{border-collapse:collapse;margin:1em 0}td,th{text-align:left;padding:.2em .8em;border-bottom:1px solid #ddd}
            .held{color:#176d2c}.broken{color:#b3261e;font-weight:bold}code,.time{font-family:ui-monospace,monospace}
            svg{display:block;margin:1em 0}svg text{font-size:11px}
            @media(prefers-color-scheme:dark){body{background:#181818;color:#ddd}td,th{border-color:#444}.held{color:#7fd18c}
            .broken{color:#ff9a90}svg text{fill:#ddd}}""";

    private HtmlReport() {}

    /** The page. */
    public static String of(List<DrillReport> reports) {
        var page = new StringBuilder("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">");
        page.append("<title>Meridian drills</title><style>").append(STYLE).append("</style></head><body>\n");
        reports.forEach(report -> append(page, report));
        return page.append("</body></html>\n").toString();
    }

    private static void append(StringBuilder page, DrillReport report) {
        page.append("<h1>")
                .append(escaped(report.drill().word() + " " + String.join(" ", report.hit()) + " · " + report.name()))
                .append("</h1><p>")
                .append(escaped(report.regions() + " regions, the fault lasted "
                        + report.lasts().toMillis() / 1e3 + " s, seed " + report.seed() + ". "))
                .append(
                        report.held()
                                ? "<b class=\"held\">Every promise held.</b>"
                                : "<b class=\"broken\">A promise was broken.</b>")
                .append("</p>\n<table><tr><th>Promise</th><th>Held</th><th>Measured</th><th>Because</th></tr>\n");
        for (Finding finding : report.findings()) {
            row(page, finding.held(), finding.dataset() + ": " + finding.promise(), finding.measured(), finding.why());
        }
        page.append("</table>\n");
        lanes(page, report);
        page.append("<table><tr><th>Requests</th><th>Held</th><th>Promised, measured</th><th>Because</th></tr>\n");
        for (Verdict verdict : report.verdicts()) {
            row(
                    page,
                    verdict.held(),
                    verdict.expectation().lane().words(),
                    verdict.expectation().words() + "; " + verdict.measured(),
                    verdict.expectation().why());
        }
        page.append("</table>\n<table><tr><th>Time</th><th>What</th><th></th></tr>\n");
        for (Timeline.Entry entry : report.timeline()) {
            page.append("<tr><td class=\"time\">")
                    .append(report.clock().text(entry.atNs()))
                    .append("</td><td>")
                    .append(escaped(entry.what()))
                    .append("</td><td>")
                    .append(escaped(entry.text()))
                    .append("</td></tr>\n");
        }
        page.append("</table>\n");
    }

    private static void row(StringBuilder page, boolean held, String what, String measured, String why) {
        page.append("<tr><td>")
                .append(escaped(what))
                .append(held ? "</td><td class=\"held\">yes" : "</td><td class=\"broken\">no")
                .append("</td><td>")
                .append(escaped(measured))
                .append("</td><td>")
                .append(escaped(why).replace("\n", "<br>"))
                .append("</td></tr>\n");
    }

    /** A row a kind of request: green where it was served, and the time of the fault shaded. */
    private static void lanes(StringBuilder page, DrillReport report) {
        Clock clock = report.clock();
        double total = Math.max(1, clock.endNs() - clock.startNs());
        int height = ROW * report.verdicts().size() + ROW;
        page.append(String.format(
                Locale.ROOT,
                "<svg width=\"%d\" height=\"%d\" role=\"img\" aria-label=\"requests served over time\">"
                        + "<rect x=\"%.1f\" width=\"%.1f\" height=\"%d\" fill=\"#f5c6c0\" opacity=\".5\"/>",
                WIDTH + 300,
                height,
                300 + WIDTH * (clock.breakNs() - clock.startNs()) / total,
                WIDTH * (clock.healNs() - clock.breakNs()) / total,
                height));
        for (int i = 0; i < report.verdicts().size(); i++) {
            Verdict verdict = report.verdicts().get(i);
            int y = ROW * i;
            page.append("<text x=\"0\" y=\"")
                    .append(y + 12)
                    .append("\">")
                    .append(escaped(verdict.expectation().lane().words()));
            page.append("</text>");
            boolean[] served = new boolean[CELLS];
            for (long ok : verdict.served().okNs()) {
                int cell = (int) ((ok - clock.startNs()) / total * CELLS);
                if (cell >= 0 && cell < CELLS) {
                    served[cell] = true;
                }
            }
            for (int cell = 0; cell < CELLS; cell++) {
                if (served[cell]) {
                    page.append(String.format(
                            Locale.ROOT,
                            "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"10\" fill=\"#2e9e4a\"/>",
                            300 + (double) WIDTH * cell / CELLS,
                            y + 3,
                            (double) WIDTH / CELLS));
                }
            }
        }
        page.append("</svg>\n");
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
