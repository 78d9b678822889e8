package dev.meridian.cli;

import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Runs what every start runs, while ./meridian records the classes that it loads into the AOT cache. */
@Command(name = "warm-up", hidden = true, header = "Load what commands need; part of the build.")
final class WarmUpCommand implements Callable<Integer> {
    private final Meridian meridian;

    WarmUpCommand(Meridian meridian) {
        this.meridian = meridian;
    }

    @Override
    public Integer call() {
        var nowhere = new PrintStream(OutputStream.nullOutputStream());
        var silent = new Terminal(
                nowhere,
                nowhere,
                new ByteArrayInputStream(new byte[0]),
                Map.of(),
                false,
                meridian.terminal().directory());
        for (List<String> commandLine : List.of(
                List.of("--version"),
                List.of("status", "--node", "http://127.0.0.1:1"),
                List.of("ls"),
                List.of("wan", "set", "a", "b", "--delay", "1ms", "-o", "json"))) {
            Meridian.run(silent, commandLine.toArray(String[]::new));
        }
        return ExitCode.DONE;
    }
}
