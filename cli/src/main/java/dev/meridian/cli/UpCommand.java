package dev.meridian.cli;

import dev.meridian.cli.up.Banner;
import dev.meridian.cli.up.Deployment;
import dev.meridian.cli.up.Deployments;
import dev.meridian.cli.up.PortPlan;
import dev.meridian.cli.up.UpPlan;
import dev.meridian.cli.up.UpState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "up",
        header = "Run every region of a file on this machine, with an emulated WAN between them.",
        description = "A process a region; Ctrl-C ends them all and keeps their data under ./.meridian/NAME."
                + " Other terminals use status, wan, kill, start, cli and env meanwhile.")
final class UpCommand implements Callable<Integer> {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss");

    private final Meridian meridian;

    UpCommand(Meridian meridian) {
        this.meridian = meridian;
    }

    @Parameters(
            arity = "0..1",
            paramLabel = "FILE",
            description = "The configuration (default: meridian.yaml, else a demo).")
    private @Nullable Path file;

    @Option(names = "--name", paramLabel = "NAME", description = "Name of this deployment (default: that in the file).")
    private @Nullable String name;

    @Option(
            names = "--ports",
            paramLabel = "auto|strict|random|BASE",
            description =
                    "auto moves the whole block when a port is taken, strict fails then (default: auto from 17000).")
    private String ports = "auto";

    @Option(names = "--ephemeral", description = "Forget all data at the end.")
    private boolean ephemeral;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Terminal terminal = meridian.terminal();
        var deployments = new Deployments(terminal.directory());
        UpPlan plan = UpPlanning.plan(meridian, file, name, deployments);
        Path directory = deployments.directory(plan.name());
        PortPlan portPlan = PortPlan.choose(ports, plan.regions());
        if (!meridian.isJson()) {
            data("Meridian " + Meridian.version() + " · " + shownFile(plan) + " · "
                    + counted(plan.regions().size()) + " on this machine · data in "
                    + shown(directory) + (ephemeral ? " (forgotten at the end)" : " (kept; --ephemeral forgets)"));
        }
        if (portPlan.moved() != null) {
            meridian.warn(portPlan.moved());
        }
        Deployment deployment = Deployment.start(plan, portPlan, directory, ephemeral, this::event);
        var hook = new Thread(() -> stop(deployment), "stop");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            present(plan, deployment, secondsSinceTheCommand());
            deployment.awaitStop();
        } finally {
            stop(deployment);
        }
        return ExitCode.DONE;
    }

    private void present(UpPlan plan, Deployment deployment, double seconds) throws InterruptedException {
        Terminal terminal = meridian.terminal();
        UpState state = deployment.state();
        if (!meridian.isJson()) {
            data(Banner.ready(terminal, plan.regions(), seconds));
        }
        Map<String, @Nullable Object> wan = deployment.emulateWan();
        if (meridian.isJson()) {
            Map<String, @Nullable Object> json = state.toJson();
            json.put("ready_s", seconds);
            json.put("wan", wan.get("directions"));
            terminal.out().println(Json.line(json));
            terminal.out().flush();
            return;
        }
        Banner.wan(wan, plan.regions(), terminal.columns()).forEach(this::data);
        Banner.regions(state, terminal.columns()).forEach(this::data);
        data("  Control " + state.control() + "   Logs " + shown(state.logDirectory()) + "   Stop Ctrl-C");
        List<UpState.RegionPorts> regions = state.regions();
        if (regions.size() > 1) {
            int first = regions.getFirst().resp();
            meridian.next(
                    "redis-cli -p " + first + " set greeting hello && redis-cli -p "
                            + regions.get(1).resp() + " get greeting",
                    "meridian status",
                    "meridian wan cut " + regions.getFirst().name() + " "
                            + regions.get(1).name());
        }
    }

    /** Since the process began, which is what somebody at a terminal waits. */
    private static double secondsSinceTheCommand() {
        Instant now = Instant.now();
        Instant started = ProcessHandle.current().info().startInstant().orElse(now);
        return Duration.between(started, now).toMillis() / 1e3;
    }

    private void stop(Deployment deployment) {
        if (deployment.stop()) {
            meridian.say("Stopped. "
                    + (ephemeral
                            ? "Data forgotten."
                            : "Data kept in " + shown(deployment.state().directory()) + "."));
        }
    }

    private void event(String what) {
        meridian.say(TIME.format(LocalTime.now(ZoneOffset.UTC)) + " " + what);
    }

    private void data(String line) {
        if (!meridian.isQuiet()) {
            meridian.terminal().out().println(line);
            meridian.terminal().out().flush();
        }
    }

    private static String shownFile(UpPlan plan) {
        return String.valueOf(plan.file().getFileName());
    }

    private String shown(Path path) {
        Path directory = meridian.terminal().directory();
        return path.startsWith(directory) ? "./" + directory.relativize(path) : path.toString();
    }

    private static String counted(int regions) {
        return regions == 1 ? "1 region" : regions + " regions";
    }
}
