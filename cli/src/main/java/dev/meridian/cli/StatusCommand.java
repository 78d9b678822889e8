package dev.meridian.cli;

import dev.meridian.cli.status.NodeStatuses;
import dev.meridian.cli.status.StatusReport;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "status",
        header = "Show regions, groups, how far each is behind, and clocks.",
        description = "Asks every region of a running `up`, or the nodes named with --node.")
final class StatusCommand implements Callable<Integer> {
    private static final long WATCH_MS = 1_000;
    private static final String HOME_AND_CLEAR = "\u001b[H\u001b[2J";

    private final Meridian meridian;

    StatusCommand(Meridian meridian) {
        this.meridian = meridian;
    }

    @Mixin
    private NodesOption nodes = new NodesOption();

    @Option(names = "--vectors", description = "Show version vectors too.")
    private boolean vectors;

    @Option(names = "--watch", description = "Show it again every second, until Ctrl-C.")
    private boolean watch;

    @Override
    public Integer call() throws InterruptedException {
        String name = nodes.deployment(meridian);
        Map<String, String> urls = nodes.urls(meridian);
        tell(name, urls);
        while (watch) {
            Thread.sleep(WATCH_MS);
            tell(name, urls);
        }
        return ExitCode.DONE;
    }

    private void tell(String name, Map<String, String> urls) {
        NodeStatuses statuses = nodes.ask(meridian, urls);
        if (!watch) {
            nodes.wantAnswer(urls, statuses);
        }
        Terminal terminal = meridian.terminal();
        if (watch && terminal.interactive() && !meridian.isJson()) {
            terminal.out().print(HOME_AND_CLEAR);
        }
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        var report = new StatusReport(name, statuses, now);
        meridian.answer(() -> report.lines(terminal, vectors), () -> json(name, urls, statuses, now));
    }

    private static Map<String, @Nullable Object> json(
            String name, Map<String, String> urls, NodeStatuses statuses, Instant now) {
        Map<String, @Nullable Object> json = Json.ofSchema("meridian.deployment_status/1");
        json.put("name", name.isEmpty() ? null : name);
        json.put("at", now.toString());
        var regions = new ArrayList<Map<String, @Nullable Object>>();
        statuses.byRegion().forEach((region, answer) -> {
            var each = new LinkedHashMap<String, @Nullable Object>();
            each.put(
                    "region",
                    answer.status() == null
                            ? region
                            : answer.status().path("region").asString());
            each.put("http", urls.get(region));
            each.put("silence", answer.silence());
            each.put("status", answer.status());
            regions.add(each);
        });
        json.put("regions", regions);
        return json;
    }
}
