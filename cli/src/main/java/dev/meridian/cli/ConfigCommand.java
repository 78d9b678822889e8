package dev.meridian.cli;

import dev.meridian.config.Configuration;
import dev.meridian.config.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "config",
        header = "Show what a configuration means.",
        subcommands = ConfigCommand.Show.class,
        synopsisSubcommandLabel = "show")
final class ConfigCommand implements Callable<Integer> {
    @Override
    public Integer call() {
        throw Trouble.USAGE.because("config needs a subcommand", "meridian config show FILE --effective");
    }

    @Command(
            name = "show",
            header = "Print a configuration, or with --effective what it comes to.",
            description = "--effective fills in every default and derivation, each with its reason.")
    static final class Show implements Callable<Integer> {
        private final Meridian meridian;

        Show(Meridian meridian) {
            this.meridian = meridian;
        }

        @Parameters(paramLabel = "FILE", description = "The configuration.")
        private Path file = Path.of("");

        @Option(names = "--effective", description = "Every value that holds, and why.")
        private boolean effective;

        @Override
        public Integer call() throws IOException {
            Configuration configuration = Configurations.load(meridian, file);
            String text = effective
                    ? configuration.effectiveYaml()
                    : Files.readString(meridian.terminal().resolve(file));
            meridian.answer(() -> text.lines().toList(), () -> json(configuration));
            return ExitCode.DONE;
        }

        private static Map<String, @Nullable Object> json(Configuration configuration) {
            Map<String, @Nullable Object> json = Json.ofSchema("meridian.config/1");
            json.put("name", configuration.name());
            json.put("hash", configuration.hash());
            List<Map<String, @Nullable Object>> settings = new ArrayList<>();
            for (Setting setting : configuration.effective()) {
                Map<String, @Nullable Object> each = new LinkedHashMap<>();
                each.put("path", setting.path());
                each.put("value", setting.value());
                each.put("reason", setting.reason());
                each.put(
                        "line",
                        setting.origin() == null ? null : setting.origin().line());
                settings.add(each);
            }
            json.put("settings", settings);
            return json;
        }
    }
}
