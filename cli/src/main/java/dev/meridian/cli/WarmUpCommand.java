package dev.meridian.cli;

import dev.meridian.cli.up.PortPlan;
import dev.meridian.cli.up.UpState;
import dev.meridian.cli.wan.EmulatedWan;
import dev.meridian.config.StarterFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
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
    private static final int TRIES = 50;

    private final Meridian meridian;

    @Parameters(paramLabel = "DIR", description = "An empty directory to work in.")
    private Path directory = Path.of("");

    WarmUpCommand(Meridian meridian) {
        this.meridian = meridian;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
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
        PortPlan ports = PortPlan.choose("random", StarterFile.REGIONS);
        UpState.RegionPorts region = ports.regions().getFirst();
        var input = new PipedOutputStream();
        Terminal ofNode =
                new Terminal(nowhere, nowhere, new PipedInputStream(input), Map.of(), false, silent.directory());
        Thread node = Thread.ofPlatform().start(() -> Meridian.run(ofNode, server(file, region)));
        for (int i = 0;
                i < TRIES
                        && node.isAlive()
                        && Meridian.run(silent, "status", "--node", region.httpUrl()) != ExitCode.DONE;
                i++) {
            Thread.sleep(100);
        }
        Meridian.run(silent, "status", "--node", region.httpUrl(), "-o", "json");
        Meridian.run(silent, "ls");
        Meridian.run(silent, "wan", "set", "a", "b", "--delay", "1ms");
        input.close();
        node.join();
        Map<String, InetSocketAddress> links = new LinkedHashMap<>();
        StarterFile.REGIONS.forEach(each -> links.put(each, new InetSocketAddress("127.0.0.1", 1)));
        EmulatedWan.between(links).close();
        return ExitCode.DONE;
    }

    /** A node that ends when its input does. */
    private String[] server(Path file, UpState.RegionPorts region) {
        var words = new ArrayList<>(List.of(
                "server",
                file.toString(),
                "--region=" + region.name(),
                "--data=" + directory.resolve("data"),
                "--resp=" + region.respText(),
                "--http=127.0.0.1:" + region.http(),
                "--link=127.0.0.1:" + region.link(),
                "--control=127.0.0.1:" + region.control(),
                "--supervised",
                "--ephemeral"));
        StarterFile.REGIONS.stream().skip(1).forEach(peer -> words.add("--peer=" + peer + "=127.0.0.1:1"));
        return words.toArray(String[]::new);
    }
}
