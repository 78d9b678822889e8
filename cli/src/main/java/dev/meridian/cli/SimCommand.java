package dev.meridian.cli;

import dev.meridian.simulator.Main;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "sim",
        header = "Play seeds or scenarios in the simulator.",
        description = "Such as --seeds 1000 [--from SEED], --seed SEED, or scenario files.")
final class SimCommand implements Callable<Integer> {
    private final Meridian meridian;

    @Parameters(arity = "0..*", paramLabel = "ARGUMENT", description = "Handed to the simulator as they are.")
    private List<String> arguments = new ArrayList<>();

    SimCommand(Meridian meridian) {
        this.meridian = meridian;
    }

    @Override
    public Integer call() {
        Terminal terminal = meridian.terminal();
        if (!meridian.isJson()) {
            return Main.run(arguments.toArray(String[]::new), terminal.out(), terminal.err());
        }
        var report = new ByteArrayOutputStream();
        int exitCode = Main.run(
                arguments.toArray(String[]::new),
                new PrintStream(report, true, StandardCharsets.UTF_8),
                terminal.err());
        Map<String, @Nullable Object> json = Json.ofSchema("meridian.sim/1");
        json.put("held", exitCode == ExitCode.DONE);
        json.put("exit_code", exitCode);
        json.put("report", report.toString(StandardCharsets.UTF_8).lines().toList());
        meridian.answer(List::of, () -> json);
        return exitCode;
    }
}
