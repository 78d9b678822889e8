package dev.meridian.cli;

import dev.meridian.cli.chaos.Chaos;
import dev.meridian.cli.chaos.Report;
import dev.meridian.cli.up.Deployments;
import dev.meridian.cli.up.UpPlan;
import dev.meridian.config.Configuration;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "chaos",
        header = "Break real regions under real clients, and check every promise.",
        description =
                "Starts the regions of FILE (default: one dataset for each way of replicating) on free ports, with data of their own,"
                        + " kills, stops, cuts and slows them, heals them, and judges all that clients were told. Exit 1 if a promise was broken.")
final class ChaosCommand implements Callable<Integer> {
    private static final String NAME = "chaos";

    private final Meridian meridian;

    ChaosCommand(Meridian meridian) {
        this.meridian = meridian;
    }

    @Parameters(arity = "0..1", paramLabel = "FILE", description = "The configuration (default: made for this).")
    private @Nullable Path file;

    @Option(names = "--minutes", paramLabel = "N", description = "How long faults go on, such as 0.5 (default: 10).")
    private double minutes = 10;

    @Option(names = "--seed", paramLabel = "N", description = "Draws the faults and what clients do (default: any).")
    private @Nullable Long seed;

    @Option(names = "--no-disks", description = "Leave full and failing disks out.")
    private boolean withoutDisks;

    @Option(names = "--check", paramLabel = "FILE", description = "Only check a history that an earlier run kept.")
    private @Nullable Path check;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (check != null) {
            return tell(Chaos.check(meridian.terminal().resolve(check)), null);
        }
        if (!(minutes > 0 && minutes <= 24 * 60)) {
            throw Trouble.USAGE.because("--minutes " + minutes + " is not above 0 and at most 1440");
        }
        long drawn = seed == null ? new SplittableRandom().nextInt(1_000_000) : seed;
        Path directory = new Deployments(meridian.terminal().directory()).directory(NAME);
        Files.createDirectories(directory);
        Path chosen = file == null ? usual(directory) : meridian.terminal().resolve(file);
        Configuration configuration = Configurations.load(meridian, chosen);
        if (configuration.password() != null) {
            throw Trouble.USAGE.because(
                    "chaos has clients without a password, and the file asks for one",
                    "take `password` out of a copy of it");
        }
        UpPlan plan = UpPlanning.of(configuration, chosen, NAME, null);
        meridian.say("Chaos in " + plan.regions().size() + " regions for " + minutes + " minutes, seed " + drawn);
        Path kept = directory.resolve("history-" + drawn + ".jsonl");
        var chaos = new Chaos(plan, configuration, drawn, !withoutDisks, line -> meridian.say("  " + line));
        return tell(chaos.run(directory, Duration.ofMillis(Math.round(minutes * 60_000)), kept), kept);
    }

    private int tell(Report report, @Nullable Path kept) {
        meridian.answer(() -> report.lines(meridian.terminal().columns()), () -> {
            var json = report.json();
            json.put("history", report.held() || kept == null ? null : kept.toString());
            return json;
        });
        if (!report.held() && kept != null) {
            meridian.say("  The history is kept: `meridian chaos --check " + kept + "` checks it again");
        }
        return report.held() ? ExitCode.DONE : ExitCode.FAILED;
    }

    private static Path usual(Path directory) throws IOException {
        Path file = directory.resolve("chaos.yaml");
        try (InputStream in = Objects.requireNonNull(ChaosCommand.class.getResourceAsStream("/chaos/chaos.yaml"))) {
            Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
        }
        return file;
    }
}
