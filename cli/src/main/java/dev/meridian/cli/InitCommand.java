package dev.meridian.cli;

import dev.meridian.config.StarterFile;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "init",
        header = "Write a configuration to begin with.",
        description = "Commented, with a schema beside it in .meridian for editors. Never overwrites a file.")
final class InitCommand implements Callable<Integer> {
    private static final Path SCHEMA = Path.of(".meridian", "meridian.schema.json");

    private final Meridian meridian;

    @Parameters(arity = "0..1", paramLabel = "FILE", description = "Where to write it (default: ${DEFAULT-VALUE}).")
    private Path file = Path.of("meridian.yaml");

    @Option(names = "--name", paramLabel = "NAME", description = "Name of the deployment (default: ${DEFAULT-VALUE}).")
    private String name = "shop";

    @Option(
            names = "--regions",
            split = ",",
            paramLabel = "R",
            description = "Its regions (default: three on three continents).")
    private List<String> regions = StarterFile.REGIONS;

    InitCommand(Meridian meridian) {
        this.meridian = meridian;
    }

    @Override
    public Integer call() throws IOException {
        Names.safe("name of a deployment", name);
        regions.forEach(region -> Names.safe("name of a region", region));
        Path target = meridian.terminal().resolve(file);
        write(target, name, regions);
        meridian.answer(() -> List.of("wrote " + file), () -> {
            Map<String, @Nullable Object> json = Json.ofSchema("meridian.init/1");
            json.put("file", file.toString());
            return json;
        });
        meridian.next("meridian validate " + file, "meridian up " + file);
        return ExitCode.DONE;
    }

    /** Writes the file, and the schema that its first line names, in the folder of the file. */
    static void write(Path target, String name, List<String> regions) throws IOException {
        Path folder = target.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw Trouble.FILE_UNREADABLE.because("there is no directory for " + target);
        }
        try {
            Files.writeString(target, StarterFile.render(name, regions, "./" + SCHEMA), StandardOpenOption.CREATE_NEW);
        } catch (FileAlreadyExistsException e) {
            throw Trouble.WOULD_OVERWRITE.because(
                    target + " is there already", "name another file, or remove that one first");
        }
        Path schema = folder.resolve(SCHEMA);
        Files.createDirectories(schema.getParent());
        Files.writeString(schema, StarterFile.schema());
    }
}
