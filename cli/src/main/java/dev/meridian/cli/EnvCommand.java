package dev.meridian.cli;

import dev.meridian.cli.up.UpState;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "env",
        header = "Print the addresses of a region as shell variables.",
        description = "For an application's environment: eval \"$(meridian env eu-west-1)\"")
final class EnvCommand implements Callable<Integer> {
    private final Meridian meridian;

    EnvCommand(Meridian meridian) {
        this.meridian = meridian;
    }

    @Mixin
    private RunningOption running = new RunningOption();

    @Parameters(paramLabel = "REGION", description = "The region.")
    private String region = "";

    @Override
    public Integer call() {
        UpState state = running.state(meridian);
        Names.known(state.regionNames(), region);
        var ports = state.region(region).orElseThrow();
        var variables = new LinkedHashMap<String, String>();
        variables.put("MERIDIAN_REGION", region);
        variables.put("MERIDIAN_REDIS_URL", "redis://" + ports.respText());
        variables.put("MERIDIAN_HTTP_URL", ports.httpUrl());
        variables.put("REDIS_URL", "redis://" + ports.respText());
        variables.put("REDIS_HOST", "127.0.0.1");
        variables.put("REDIS_PORT", String.valueOf(ports.resp()));
        meridian.answer(() -> exports(variables), () -> {
            Map<String, @Nullable Object> json = Json.ofSchema("meridian.env/1");
            json.put("variables", variables);
            return json;
        });
        return ExitCode.DONE;
    }

    private static List<String> exports(Map<String, String> variables) {
        return variables.entrySet().stream()
                .map(variable -> "export " + variable.getKey() + "=" + variable.getValue())
                .toList();
    }
}
