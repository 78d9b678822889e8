package dev.meridian.cli;

import dev.meridian.cli.operator.Fleet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.JsonNode;

@Command(name = "audit", header = "Show what was decided, who asked for it and why, and what was refused.")
final class AuditCommand implements Callable<Integer> {
    private final Meridian meridian;

    AuditCommand(Meridian meridian) {
        this.meridian = meridian;
    }

    @Mixin
    private NodesOption nodes = new NodesOption();

    @Override
    public Integer call() {
        Map<String, String> urls = nodes.urls(meridian);
        var statuses = nodes.ask(meridian, urls);
        nodes.wantAnswer(urls, statuses);
        Fleet fleet = Fleet.of(urls, statuses, nodes.password());
        // Who has heard most.
        String region = fleet.byRegion().entrySet().stream()
                .max(Comparator.comparingLong(each ->
                        each.getValue().path("control").path("applied_index").asLong(-1)))
                .orElseThrow()
                .getKey();
        JsonNode lines = fleet.get(region, "/v1/audit").path("lines");
        meridian.answer(
                () -> {
                    var all = new ArrayList<String>();
                    for (JsonNode line : lines) {
                        all.add(text(line, "at") + "  " + text(line, "what"));
                        all.add("    " + text(line, "verdict") + "; asked by " + text(line, "by") + " as "
                                + text(line, "operation") + ": " + text(line, "reason"));
                    }
                    return all;
                },
                () -> {
                    Map<String, @Nullable Object> json = Json.ofSchema("meridian.audit/1");
                    json.put("region", region);
                    json.put("lines", lines);
                    return json;
                });
        return ExitCode.DONE;
    }

    private static String text(JsonNode line, String member) {
        return Terminal.printable(line.path(member).asString());
    }
}
