package dev.meridian.cli;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;

@Command(
        name = "completion",
        header = "Print a completion script for bash and zsh.",
        description = "source <(meridian completion)")
final class CompletionCommand implements Callable<Integer> {
    private final Meridian meridian;

    CompletionCommand(Meridian meridian) {
        this.meridian = meridian;
    }

    @Override
    public Integer call() {
        String script = AutoComplete.bash("meridian", meridian.commandLine());
        meridian.answer(() -> List.of(script), () -> {
            Map<String, @Nullable Object> json = Json.ofSchema("meridian.completion/1");
            json.put("script", script);
            return json;
        });
        return ExitCode.DONE;
    }
}
