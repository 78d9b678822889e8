package dev.meridian.cli;

import dev.meridian.cli.up.Deployments;
import dev.meridian.cli.up.UpPlan;
import dev.meridian.cli.wan.EmulatedWan.Pair;
import dev.meridian.cli.wan.LinkConditions;
import dev.meridian.config.Configuration;
import dev.meridian.config.Region;
import dev.meridian.config.Setting;
import dev.meridian.config.StarterFile;
import dev.meridian.config.WanLink;
import dev.meridian.config.places.RoundTrip;
import dev.meridian.config.places.RoundTrips;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** From a configuration to what {@code up} runs: regions and the conditions of every link. */
final class UpPlanning {
    private static final Path USUAL = Path.of("meridian.yaml");
    private static final String DEMO = "demo";
    private static final Set<String> PATHS =
            Set.of("security.password_file", "links.certificate", "links.key", "links.authority", "links.revoked");
    private static final Pattern FIRST_KEY =
            Pattern.compile("(?m)(^multi_region:[ \\t]*(?:#.*)?\\n(?:[ \\t]*(?:#.*)?\\n)*)( +)");
    private static final double LOSS_PERCENT_MAX = 99.9;

    private UpPlanning() {}

    /** Reads the file, or meridian.yaml, or the demo where neither is. */
    static UpPlan plan(Meridian meridian, @Nullable Path file, @Nullable String name, Deployments deployments)
            throws IOException {
        Terminal terminal = meridian.terminal();
        Path chosen;
        if (file != null) {
            chosen = terminal.resolve(file);
        } else if (Files.exists(terminal.resolve(USUAL))) {
            chosen = terminal.resolve(USUAL);
        } else {
            chosen = demo(deployments);
        }
        Configuration configuration = Configurations.load(meridian, chosen);
        UpPlan plan =
                of(configuration, chosen, name == null ? configuration.name() : name, Passwords.find(terminal, null));
        Path data = deployments.directory(plan.name()).resolve("data");
        Configurations.requireThatDataAllow(
                configuration,
                chosen,
                plan.regions().stream().map(data::resolve).toList());
        return plan;
    }

    static UpPlan of(Configuration configuration, Path file, String name, @Nullable String password)
            throws IOException {
        var links = new HashMap<Pair, LinkConditions>();
        var estimated = new HashSet<Pair>();
        var sources = new TreeSet<String>();
        for (Region from : configuration.regions()) {
            for (Region to : configuration.regions()) {
                if (!from.name().equals(to.name())) {
                    var pair = new Pair(from.name(), to.name());
                    RoundTrip roundTrip = RoundTrips.between(from, to);
                    WanLink given = configuration.wan(from.name(), to.name());
                    links.put(pair, conditions(given, roundTrip));
                    if (given != null && given.delay() != null) {
                        sources.add("given in the file");
                    } else if (roundTrip.estimated()) {
                        estimated.add(pair);
                        sources.add("~ estimated");
                    } else {
                        sources.add(roundTrip.source());
                    }
                }
            }
        }
        return new UpPlan(
                Names.safe("name of a deployment", name),
                file,
                text(configuration, file),
                password != null || configuration.password() == null
                        ? password
                        : configuration.password().secret(),
                configuration.regions().stream().map(Region::name).toList(),
                links,
                estimated,
                String.join("; ", sources));
    }

    /** The file as it means the same in another directory and under another file's name. */
    private static String text(Configuration configuration, Path file) throws IOException {
        String text = Files.readString(file);
        for (Setting setting : configuration.effective()) {
            Setting.Origin origin = setting.origin();
            if (PATHS.contains(setting.path()) && origin != null && setting.value() != null) {
                String[] lines = text.split("(?<=\n)", -1);
                String line = lines[origin.line() - 1];
                int start = line.offsetByCodePoints(0, origin.column() - 1);
                int end = line.offsetByCodePoints(start, origin.length());
                String name = setting.value().replaceAll("^\"|\"$", "");
                String absolute =
                        Json.line(file.toAbsolutePath().resolveSibling(name).toString());
                lines[origin.line() - 1] = line.substring(0, start) + absolute + line.substring(end);
                text = String.join("", lines);
            }
        }
        boolean named = configuration.effective().stream()
                .anyMatch(setting -> setting.path().equals("name") && setting.origin() != null);
        return named
                ? text
                : FIRST_KEY.matcher(text).replaceFirst("$1$2name: " + configuration.name() + "  # the file's\n$2");
    }

    private static LinkConditions conditions(@Nullable WanLink given, RoundTrip roundTrip) {
        LinkConditions conditions =
                LinkConditions.NONE.withDelay(Duration.ofNanos(Math.round(roundTrip.ms() / 2 * 1e6)));
        if (given == null) {
            return conditions;
        }
        if (given.delay() != null) {
            conditions = conditions.withDelay(given.delay());
        }
        if (given.jitter() != null) {
            conditions = conditions.withJitter(given.jitter());
        }
        if (given.lossPercent() != null) {
            conditions = conditions.withLoss(Math.min(given.lossPercent(), LOSS_PERCENT_MAX) / 100);
        }
        if (given.bytesPerSecond() != null) {
            conditions = conditions.withRate(given.bytesPerSecond());
        }
        return conditions;
    }

    /** The demo's file, written once where its deployment lives, so that one can look at it and change it. */
    private static Path demo(Deployments deployments) throws IOException {
        Path directory = deployments.directory(DEMO);
        Files.createDirectories(directory);
        Path file = directory.resolve("demo.yaml");
        if (!Files.exists(file)) {
            InitCommand.write(file, DEMO, StarterFile.REGIONS);
        }
        return file;
    }
}
