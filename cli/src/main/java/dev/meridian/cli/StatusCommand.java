package dev.meridian.cli;

import dev.meridian.cli.status.NodeStatuses;
import dev.meridian.cli.status.StatusReport;
import dev.meridian.cli.up.UpState;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
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
    private RunningOption running = new RunningOption();

    @Option(
            names = "--node",
            paramLabel = "URL",
            description = "HTTP address of a node, such as http://127.0.0.1:17011.")
    private List<String> nodes = new ArrayList<>();

    @Option(names = "--vectors", description = "Show version vectors too.")
    private boolean vectors;

    @Option(names = "--watch", description = "Show it again every second, until Ctrl-C.")
    private boolean watch;

    @Option(names = "--password-file", paramLabel = "FILE", description = "A file whose first line is the password.")
    private @Nullable Path passwordFile;

    private @Nullable String password;

    @Override
    public Integer call() throws InterruptedException {
        String name = nodes.isEmpty() ? running.state(meridian).name() : "";
        Map<String, String> urls = urls();
        tell(name, urls);
        while (watch) {
            Thread.sleep(WATCH_MS);
            tell(name, urls);
        }
        return ExitCode.DONE;
    }

    private Map<String, String> urls() {
        var urls = new LinkedHashMap<String, String>();
        for (String node : nodes) {
            if (!node.matches("https?://[^\\s/]+/?")) {
                throw Trouble.USAGE.because("--node " + node + " is no address", "such as http://127.0.0.1:17011");
            }
            urls.put(node, node.replaceAll("/$", ""));
        }
        if (nodes.isEmpty()) {
            for (UpState.RegionPorts region : running.state(meridian).regions()) {
                urls.put(region.name(), region.httpUrl());
            }
        }
        return urls;
    }

    private NodeStatuses ask(Map<String, String> urls) {
        if (password == null) {
            password = Passwords.find(meridian.terminal(), passwordFile);
        }
        NodeStatuses statuses = NodeStatuses.ask(urls, password);
        if (password == null && nodes.isEmpty() && statuses.passwordWanted()) {
            password = Passwords.ofRunning(running.state(meridian));
            statuses = NodeStatuses.ask(urls, password);
        }
        return statuses;
    }

    private void tell(String name, Map<String, String> urls) {
        NodeStatuses statuses = ask(urls);
        if (!statuses.anyAnswered() && !watch) {
            if (statuses.passwordWanted()) {
                throw Trouble.PASSWORD_WANTED.because(
                        "the nodes want a password" + (password == null ? "" : ", and not this one"), Passwords.MEND);
            }
            var silences = new ArrayList<String>();
            statuses.byRegion().forEach((region, answer) -> silences.add(urls.get(region) + ": " + answer.silence()));
            throw Trouble.NO_NODE_ANSWERED.because(
                    "no status to be had of any node (" + String.join(", ", silences) + ")",
                    nodes.isEmpty() ? "`meridian start REGION` starts one that was killed" : "check the addresses");
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
