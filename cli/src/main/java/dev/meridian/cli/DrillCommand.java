package dev.meridian.cli;

import dev.meridian.cli.drill.Drill;
import dev.meridian.cli.drill.DrillReport;
import dev.meridian.cli.drill.DrillSetting;
import dev.meridian.cli.drill.HtmlReport;
import dev.meridian.cli.drill.Rehearsal;
import dev.meridian.cli.drill.Timeline;
import dev.meridian.cli.up.Deployments;
import dev.meridian.cli.up.UpPlan;
import dev.meridian.cli.up.UpState;
import dev.meridian.config.Configuration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "drill",
        header = "Rehearse a fault under clients, and compare what the file promises with what they saw.",
        description =
                "Starts the regions of FILE on free ports, with data of their own; clients in every region write and read; then the"
                        + " fault, the heal, and the report. `drill list` says what each drill does. Exit 3 if a promise was broken.",
        subcommands = DrillCommand.ListCommand.class)
final class DrillCommand implements Callable<Integer> {
    private static final long MS = 1_000_000;

    private final Meridian meridian;

    DrillCommand(Meridian meridian) {
        this.meridian = meridian;
    }

    @Parameters(
            arity = "0..*",
            paramLabel = "NAME FILE",
            description = "The drill and the configuration; with --all, configurations.")
    private List<String> words = List.of();

    @Option(names = "--all", description = "Every drill that makes sense, for each FILE.")
    private boolean all;

    @Option(
            names = "--region",
            paramLabel = "R",
            description = "The region to hit, twice where two are (default: a primary's).")
    private List<String> regions = List.of();

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            description = "How long the fault lasts, such as 30s (default: 10s; partition: 1m).")
    private @Nullable String duration;

    @Option(names = "--seed", paramLabel = "N", description = "Draws what clients do (default: any).")
    private @Nullable Long seed;

    @Option(names = "--keep", description = "Keep the directory with logs and data, and say where it is.")
    private boolean keep;

    @Option(names = "--html", paramLabel = "FILE", description = "Write the report as a page, too.")
    private @Nullable Path html;

    @Option(names = "--attach", description = "Use the `up` that runs, with the file it runs with; no FILE then.")
    private boolean attach;

    @Option(names = "--name", paramLabel = "NAME", description = "With --attach: which deployment, where several run.")
    private @Nullable String name;

    /** One drill that is to run. */
    private record Planned(Path file, Configuration configuration, Drill drill, List<String> hit) {
        String words() {
            return drill.word() + " " + String.join(" ", hit);
        }
    }

    /** One that is not, and why. */
    private record LeftOut(String file, String drill, String why) {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        Duration asked = duration == null ? null : Quantities.lasting(duration);
        long drawn = seed == null ? new SplittableRandom().nextInt(1_000_000) : seed;
        List<Planned> planned = new ArrayList<>();
        List<LeftOut> leftOut = new ArrayList<>();
        if (all && (words.isEmpty() || attach || !regions.isEmpty())) {
            throw Trouble.USAGE.because("`drill --all` takes files, and neither --attach nor --region");
        }
        UpState running = attach ? new Deployments(meridian.terminal().directory()).running(name) : null;
        plan(running, planned, leftOut);
        List<DrillReport> reports = new ArrayList<>();
        for (Planned each : planned) {
            DrillReport report = run(each, running, asked == null ? each.drill().usualDuration() : asked, drawn);
            reports.add(report);
            if (!meridian.isJson()) {
                Terminal terminal = meridian.terminal();
                report.lines(terminal.columns(), terminal.check(), terminal.cross())
                        .forEach(terminal.out()::println);
            }
        }
        tell(planned, reports, leftOut);
        return reports.stream().allMatch(DrillReport::held) ? ExitCode.DONE : ExitCode.OBJECTIVE;
    }

    // ---- what is to run ----

    private void plan(@Nullable UpState running, List<Planned> planned, List<LeftOut> leftOut) {
        if (all) {
            words.forEach(file -> planAll(Path.of(file), planned, leftOut));
            if (planned.isEmpty()) {
                throw Trouble.DRILL_UNFIT.because("no drill makes sense for these files: "
                        + leftOut.getFirst().why());
            }
            list(planned, leftOut);
            return;
        }
        int expected = running == null ? 2 : 1;
        if (words.size() != expected) {
            throw Trouble.USAGE.because(
                    running == null
                            ? "a drill takes its name and a file: meridian drill region-loss shop.yaml"
                            : "with --attach a drill takes its name alone",
                    "`meridian drill list` says what there is");
        }
        Drill drill = named(words.getFirst());
        Path file =
                running == null ? Path.of(words.get(1)) : running.directory().resolve("running.yaml");
        Configuration configuration = Configurations.load(meridian, file);
        String why = unfit(configuration);
        why = why == null ? drill.unfit(configuration) : why;
        if (why != null) {
            throw Trouble.DRILL_UNFIT.because("drill " + drill.word() + " cannot run: " + why, "nothing was started");
        }
        if (running != null && drill.needsFaultyMachine()) {
            throw Trouble.DRILL_UNFIT.because(
                    "drill " + drill.word() + " needs regions that it starts itself, so not --attach",
                    "meridian drill " + drill.word() + " FILE");
        }
        planned.add(new Planned(file, configuration, drill, hit(drill, configuration)));
    }

    private void planAll(Path file, List<Planned> planned, List<LeftOut> leftOut) {
        Configuration configuration = Configurations.load(meridian, file);
        String why = unfit(configuration);
        if (why != null) {
            leftOut.add(new LeftOut(file.toString(), "all", why));
            return;
        }
        for (Drill drill : Drill.values()) {
            String reason = drill.unfit(configuration);
            if (reason == null) {
                planned.add(new Planned(file, configuration, drill, drill.usualTargets(configuration)));
            } else {
                leftOut.add(new LeftOut(file.toString(), drill.word(), reason));
            }
        }
    }

    private static @Nullable String unfit(Configuration configuration) {
        if (configuration.password() != null) {
            return "the file asks for a password, and the clients of a drill have none: take `password` out of a copy of it";
        }
        return null;
    }

    private static Drill named(String word) {
        return Arrays.stream(Drill.values())
                .filter(drill -> drill.word().equals(word))
                .findFirst()
                .orElseThrow(() -> Trouble.USAGE.because(
                        "there is no drill `" + Terminal.printable(word) + "`"
                                + Names.nearest(Drill.words(), word)
                                        .map(near -> ": did you mean " + near + "?")
                                        .orElse(""),
                        "`meridian drill list` says what there is"));
    }

    private List<String> hit(Drill drill, Configuration configuration) {
        if (regions.isEmpty()) {
            return drill.usualTargets(configuration);
        }
        List<String> known =
                configuration.regions().stream().map(region -> region.name()).toList();
        List<String> hit = regions.stream()
                .map(region -> Names.known(known, region))
                .distinct()
                .toList();
        if (hit.size() != drill.targets()) {
            throw Trouble.USAGE.because("drill " + drill.word() + " hits " + counted(drill.targets())
                    + ", and --region names " + hit.size());
        }
        return hit;
    }

    private static String counted(int regions) {
        return regions == 1 ? "1 region" : regions + " regions";
    }

    private void list(List<Planned> planned, List<LeftOut> leftOut) {
        meridian.say("Drills to run:");
        planned.forEach(each -> meridian.say("  " + each.file() + "  " + each.words()));
        leftOut.forEach(each -> meridian.say("  left out: " + each.file() + "  " + each.drill() + ": " + each.why()));
    }

    // ---- running it ----

    private DrillReport run(Planned planned, @Nullable UpState running, Duration lasts, long drawn)
            throws IOException, InterruptedException {
        long startNs = System.nanoTime();
        var timeline = new Timeline((what, text) -> meridian.say(String.format(
                Locale.ROOT, "  %7.3f s  %-10s  %s", (System.nanoTime() - startNs) / MS / 1e3, what, text)));
        meridian.say("Drill " + planned.words() + " on " + planned.file() + ": the fault lasts "
                + Quantities.span(lasts.toMillis()) + ", seed " + drawn);
        if (running != null) {
            UpPlan plan = UpPlanning.of(planned.configuration(), planned.file(), running.name(), null);
            return new Rehearsal(
                            planned.drill(),
                            planned.hit(),
                            planned.configuration(),
                            plan,
                            running,
                            null,
                            true,
                            lasts,
                            drawn,
                            timeline)
                    .run(running.directory().resolve("drill-history.jsonl"));
        }
        Path directory = Files.createTempDirectory("meridian-drill");
        boolean kept = keep;
        try {
            UpPlan plan =
                    UpPlanning.of(planned.configuration(), meridian.terminal().resolve(planned.file()), "drill", null);
            DrillReport report = DrillSetting.run(
                    planned.drill(), planned.hit(), planned.configuration(), plan, directory, lasts, drawn, timeline);
            kept |= !report.held();
            return report;
        } catch (IOException | RuntimeException e) {
            kept = true;
            throw e;
        } finally {
            if (kept) {
                meridian.say("  Logs and data are kept in " + directory);
            } else {
                delete(directory);
            }
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    // ---- telling it ----

    private void tell(List<Planned> planned, List<DrillReport> reports, List<LeftOut> leftOut) throws IOException {
        if (html != null) {
            Path file = meridian.terminal().resolve(html);
            Files.writeString(file, HtmlReport.of(reports));
            meridian.say("  The page is " + html);
        }
        Terminal terminal = meridian.terminal();
        meridian.answer(() -> all ? summary(planned, reports, leftOut) : List.of(), () -> {
            Map<String, @Nullable Object> json = Json.ofSchema("meridian.drill/1");
            json.put("held", reports.stream().allMatch(DrillReport::held));
            json.put("drills", drills(planned, reports));
            json.put("left_out", leftOut.stream().map(DrillCommand::json).toList());
            return json;
        });
        terminal.out().flush();
    }

    private List<String> summary(List<Planned> planned, List<DrillReport> reports, List<LeftOut> leftOut) {
        Terminal terminal = meridian.terminal();
        var table = new Table("file", "drill", "held", ">promises", ">longest stop", ">equal after");
        for (int i = 0; i < reports.size(); i++) {
            DrillReport report = reports.get(i);
            table.row(
                    planned.get(i).file().toString(),
                    planned.get(i).words(),
                    report.held() ? terminal.check() : terminal.cross(),
                    report.findings().stream().filter(finding -> finding.held()).count() + "/"
                            + report.findings().size(),
                    report.longestStopNs() == Long.MAX_VALUE
                            ? "for good"
                            : String.format(Locale.ROOT, "%.2f s", report.longestStopNs() / 1e9),
                    String.format(
                            Locale.ROOT,
                            "%.1f s",
                            (report.equalNs() - report.clock().healNs()) / 1e9));
        }
        var lines = new ArrayList<>(table.lines("", terminal.columns()));
        leftOut.forEach(each -> lines.add("left out: " + each.file() + "  " + each.drill() + ": " + each.why()));
        return lines;
    }

    private static List<Map<String, @Nullable Object>> drills(List<Planned> planned, List<DrillReport> reports) {
        List<Map<String, @Nullable Object>> drills = new ArrayList<>();
        for (int i = 0; i < reports.size(); i++) {
            Map<String, @Nullable Object> json = new LinkedHashMap<>();
            json.put("file", planned.get(i).file().toString());
            json.putAll(reports.get(i).json());
            drills.add(json);
        }
        return drills;
    }

    private static Map<String, Object> json(LeftOut each) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("file", each.file());
        json.put("drill", each.drill());
        json.put("why", each.why());
        return json;
    }

    @Command(name = "list", header = "What each drill does, and what it needs.")
    static final class ListCommand implements Callable<Integer> {
        private final Meridian meridian;

        ListCommand(Meridian meridian) {
            this.meridian = meridian;
        }

        @Override
        public Integer call() {
            meridian.answer(
                    () -> {
                        var table = new Table("drill", "needs", "what it does");
                        for (Drill drill : Drill.values()) {
                            table.row(drill.word(), drill.needs(), drill.does());
                        }
                        return table.lines("", meridian.terminal().columns());
                    },
                    () -> {
                        Map<String, @Nullable Object> json = Json.ofSchema("meridian.drill_list/1");
                        json.put(
                                "drills",
                                Arrays.stream(Drill.values())
                                        .map(drill -> Map.of(
                                                "drill", drill.word(), "needs", drill.needs(), "does", drill.does()))
                                        .toList());
                        return json;
                    });
            return ExitCode.DONE;
        }
    }
}
