package dev.meridian.cli;

import dev.meridian.config.ConfigurationFile;
import dev.meridian.config.LoadResult;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "validate",
        header = "Check a configuration: every error, with its place and its mend.",
        description = "Reads the file and nothing else; exit 65 if it has errors. Ports and peers are not checked.")
final class ValidateCommand implements Callable<Integer> {
    private final Meridian meridian;

    ValidateCommand(Meridian meridian) {
        this.meridian = meridian;
    }

    @Parameters(paramLabel = "FILE", description = "The configuration.")
    private Path file = Path.of("");

    @Override
    public Integer call() {
        LoadResult result = ConfigurationFile.load(meridian.terminal().resolve(file));
        boolean valid = result instanceof LoadResult.Loaded;
        Configurations.tell(meridian, result.problems());
        meridian.answer(() -> valid ? List.of(file + " is valid" + summary(result)) : List.of(), () -> {
            Map<String, @Nullable Object> json = Json.ofSchema("meridian.validate/1");
            json.put("file", file.toString());
            json.put("valid", valid);
            json.put("problems", Configurations.toJson(result.problems()));
            return json;
        });
        return valid ? ExitCode.DONE : ExitCode.CONFIGURATION;
    }

    private static String summary(LoadResult result) {
        if (result instanceof LoadResult.Loaded loaded) {
            var configuration = loaded.configuration();
            return ": " + configuration.name() + ", " + configuration.regions().size() + " regions, "
                    + configuration.datasets().size() + " datasets in "
                    + configuration.groups().size()
                    + " replication groups";
        }
        return "";
    }
}
