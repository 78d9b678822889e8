package dev.meridian.cli;

import dev.meridian.cli.up.Deployments;
import dev.meridian.cli.up.Deployments.Found;
import dev.meridian.cli.up.UpState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

@Command(name = "ls", header = "List the deployments of this directory, running or not.")
final class LsCommand implements Callable<Integer> {
    private final Meridian meridian;

    LsCommand(Meridian meridian) {
        this.meridian = meridian;
    }

    @Override
    public Integer call() {
        List<Found> all = new Deployments(meridian.terminal().directory()).all();
        meridian.answer(() -> lines(all), () -> json(all));
        return ExitCode.DONE;
    }

    private List<String> lines(List<Found> all) {
        if (all.isEmpty()) {
            meridian.say("no deployment here yet: `meridian up FILE` makes one");
            return List.of();
        }
        var table = new Table("name", "state", "regions", "control", "data");
        for (Found found : all) {
            table.row(
                    found.name(),
                    found.running()
                            .map(state -> "running (pid " + state.pid() + ")")
                            .orElse("stopped"),
                    found.running()
                            .map(state -> String.join(", ", state.regionNames()))
                            .orElse("-"),
                    found.running().map(UpState::control).orElse("-"),
                    found.directory().toString());
        }
        return table.lines("", meridian.terminal().columns());
    }

    private static Map<String, @Nullable Object> json(List<Found> all) {
        Map<String, @Nullable Object> json = Json.ofSchema("meridian.ls/1");
        var list = new ArrayList<Map<String, @Nullable Object>>();
        for (Found found : all) {
            var each = new LinkedHashMap<String, @Nullable Object>();
            each.put("name", found.name());
            each.put("directory", found.directory().toString());
            each.put("running", found.running().isPresent());
            each.put("up", found.running().map(UpState::toJson).orElse(null));
            list.add(each);
        }
        json.put("deployments", list);
        return json;
    }
}
