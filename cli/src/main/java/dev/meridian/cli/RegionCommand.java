package dev.meridian.cli;

import dev.meridian.cli.up.ControlClient;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** Kills and starts a region's process of a running {@code up}; doing either twice is doing it once. */
abstract class RegionCommand implements Callable<Integer> {
    private final Meridian meridian;

    RegionCommand(Meridian meridian) {
        this.meridian = meridian;
    }

    @Mixin
    private RunningOption running = new RunningOption();

    @Parameters(paramLabel = "REGION", description = "The region.")
    private String region = "";

    abstract String path();

    abstract String told(String region, boolean changed);

    abstract String[] next(String region);

    @Override
    public Integer call() {
        ControlClient control = running.control(meridian);
        Names.known(control.state().regionNames(), region);
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("region", region);
        JsonNode answer = control.post(path(), body);
        boolean changed = answer.path("changed").asBoolean();
        meridian.answer(() -> List.of(told(region, changed)), () -> {
            Map<String, @Nullable Object> json = Json.ofSchema("meridian.region/1");
            json.put("region", region);
            json.put("process", answer.path("process").asString());
            json.put("changed", changed);
            return json;
        });
        meridian.next(next(region));
        return ExitCode.DONE;
    }

    @Command(
            name = "kill",
            header = "Kill a region's process at once, as a lost machine would.",
            description = "SIGKILL; its data stay. `meridian start` brings it back.")
    static final class Kill extends RegionCommand {
        Kill(Meridian meridian) {
            super(meridian);
        }

        @Override
        String path() {
            return "/v1/kill";
        }

        @Override
        String told(String region, boolean changed) {
            return changed ? region + " killed" : region + " was down already";
        }

        @Override
        String[] next(String region) {
            return new String[] {"meridian status", "meridian start " + region};
        }
    }

    @Command(name = "start", header = "Start a region that was killed or died, and wait until it is ready.")
    static final class Start extends RegionCommand {
        Start(Meridian meridian) {
            super(meridian);
        }

        @Override
        String path() {
            return "/v1/start";
        }

        @Override
        String told(String region, boolean changed) {
            return changed ? region + " started and ready" : region + " runs already";
        }

        @Override
        String[] next(String region) {
            return new String[] {"meridian status"};
        }
    }
}
