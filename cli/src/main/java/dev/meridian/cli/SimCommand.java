package dev.meridian.cli;

import dev.meridian.simulator.Main;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
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
        return Main.run(
                arguments.toArray(String[]::new),
                meridian.terminal().out(),
                meridian.terminal().err());
    }
}
