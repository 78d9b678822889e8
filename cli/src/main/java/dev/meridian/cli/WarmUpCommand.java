package dev.meridian.cli;

import dev.meridian.cli.wan.EmulatedWan;
import dev.meridian.config.StarterFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Runs what every start runs, while ./meridian records the classes that it loads into the AOT cache. */
@Command(name = "warm-up", hidden = true, header = "Load what commands need; part of the build.")
final class WarmUpCommand implements Callable<Integer> {
    private final Meridian meridian;

    @Parameters(paramLabel = "DIR", description = "An empty directory to work in.")
    private Path directory = Path.of("");

    WarmUpCommand(Meridian meridian) {
        this.meridian = meridian;
    }

    @Override
    public Integer call() throws IOException {
        var nowhere = new PrintStream(OutputStream.nullOutputStream());
        var silent = new Terminal(
                nowhere,
                nowhere,
                new ByteArrayInputStream(new byte[0]),
                Map.of(),
                false,
                meridian.terminal().directory());
        Path file = meridian.terminal().resolve(directory).resolve("warm-up.yaml");
        InitCommand.write(file, "warm-up", StarterFile.REGIONS);
        for (List<String> commandLine : List.of(
                List.of("--version"),
                List.of("status", "--node", "http://127.0.0.1:1"),
                List.of("ls"),
                List.of("wan", "set", "a", "b", "--delay", "1ms", "-o", "json"),
                server(file))) {
            Meridian.run(silent, commandLine.toArray(String[]::new));
        }
        Map<String, InetSocketAddress> links = new LinkedHashMap<>();
        StarterFile.REGIONS.forEach(region -> links.put(region, new InetSocketAddress("127.0.0.1", 1)));
        EmulatedWan.between(links).close();
        return ExitCode.DONE;
    }

    /** A node that ends at once, since its input is empty. */
    private List<String> server(Path file) {
        var words = new ArrayList<>(List.of(
                "server",
                file.toString(),
                "--region=" + StarterFile.REGIONS.getFirst(),
                "--data=" + directory.resolve("data"),
                "--supervised",
                "--ephemeral"));
        for (String door : List.of("--resp", "--http", "--link")) {
            words.add(door + "=127.0.0.1:0");
        }
        StarterFile.REGIONS.stream().skip(1).forEach(region -> words.add("--peer=" + region + "=127.0.0.1:1"));
        return words;
    }
}
