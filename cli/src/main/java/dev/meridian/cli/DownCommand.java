package dev.meridian.cli;

import dev.meridian.cli.up.ControlClient;
import dev.meridian.cli.up.Deployments;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "down",
        header = "Stop a running `up`, as Ctrl-C in its terminal would.",
        description = "Its data stay. Done already where nothing runs.")
final class DownCommand implements Callable<Integer> {
    private static final long TIMEOUT_MS = 20_000;

    private final Meridian meridian;

    DownCommand(Meridian meridian) {
        this.meridian = meridian;
    }

    @Mixin
    private RunningOption running = new RunningOption();

    @Override
    public Integer call() throws Exception {
        var deployments = new Deployments(meridian.terminal().directory());
        if (deployments.all().stream().noneMatch(found -> found.running().isPresent())) {
            answer(List.of("nothing runs here"), null, false);
            return ExitCode.DONE;
        }
        ControlClient control = running.control(meridian);
        control.post("/v1/down", new LinkedHashMap<>());
        if (!control.state().awaitEnd(TIMEOUT_MS)) {
            throw Trouble.CONTROL_SILENT.because(
                    "process " + control.state().pid() + " of "
                            + control.state().name() + " has not ended after " + TIMEOUT_MS / 1_000 + " s",
                    "its logs are in " + control.state().logDirectory());
        }
        answer(
                List.of(control.state().name() + " stopped; data kept in "
                        + control.state().directory()),
                control.state().name(),
                true);
        return ExitCode.DONE;
    }

    private void answer(List<String> lines, @Nullable String name, boolean changed) {
        meridian.answer(() -> lines, () -> {
            Map<String, @Nullable Object> json = Json.ofSchema("meridian.down/1");
            json.put("name", name);
            json.put("changed", changed);
            return json;
        });
    }
}
