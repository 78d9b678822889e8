package dev.meridian.config;

import dev.meridian.config.grammar.FileReading;
import dev.meridian.config.grammar.Section;
import dev.meridian.config.yaml.Problems;
import dev.meridian.config.yaml.Source;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads configuration files. Every problem of a file is reported at once; nothing is guessed and
 * nothing is ignored. Safe with any input: it builds no objects, follows aliases within limits, and
 * reads at most {@link #MOST_BYTES} bytes. Thread-safe.
 */
public final class ConfigurationFile {
    /** The largest file that is read. */
    public static final int MOST_BYTES = 1 << 20;

    private ConfigurationFile() {}

    /** Reads a file; it may take values from the environment and a password from a file beside it. */
    public static LoadResult load(Path path) {
        return load(path, System::getenv);
    }

    /** As {@link #load(Path)}, with this environment. */
    public static LoadResult load(Path path, Function<String, @Nullable String> environment) {
        String name = path.toString();
        byte[] bytes;
        try (InputStream in = Files.newInputStream(path)) {
            bytes = in.readNBytes(MOST_BYTES + 1);
        } catch (NoSuchFileException e) {
            return unreadable(name, "there is no file " + name, "`meridian init` writes one to begin with");
        } catch (IOException e) {
            String why = Files.isDirectory(path) ? "it is a directory" : "reading it failed: " + e.getMessage();
            return unreadable(name, "the file " + name + " cannot be read", why);
        }
        return switch (SourceText.decode(name, bytes)) {
            case SourceText.Decoded decoded ->
                parse(decoded.source(), environment, path.toAbsolutePath().getParent());
            case SourceText.Refused refused -> new LoadResult.Rejected(refused.problems());
        };
    }

    /** Reads a text as if it stood in a file of this name. */
    public static LoadResult parse(String name, String text) {
        return parse(name, text, System::getenv);
    }

    /** As {@link #parse(String, String)}, with this environment. */
    public static LoadResult parse(String name, String text, Function<String, @Nullable String> environment) {
        return parse(new Source(name, text), environment, null);
    }

    private static LoadResult parse(
            Source source, Function<String, @Nullable String> environment, @Nullable Path directory) {
        Problems problems = new Problems(source);
        Section file = SourceText.check(problems) ? FileReading.read(problems, environment) : null;
        if (file == null) {
            return new LoadResult.Rejected(problems.sorted());
        }
        Section root = file.table("multi_region");
        boolean usable = root.isComplete() && root.mentions("regions");
        Configuration configuration = usable ? ConfigurationDerivation.derive(problems, root, directory) : null;
        return configuration == null || problems.hasErrors()
                ? new LoadResult.Rejected(problems.sorted())
                : new LoadResult.Loaded(configuration, problems.sorted());
    }

    private static LoadResult unreadable(String name, String message, String help) {
        return new LoadResult.Rejected(
                List.of(new Problem(ErrorCodes.UNREADABLE, Severity.ERROR, message, name, 0, 0, 1, "", null, help)));
    }
}
