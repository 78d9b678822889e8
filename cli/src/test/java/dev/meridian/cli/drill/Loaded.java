package dev.meridian.cli.drill;

import dev.meridian.config.Configuration;
import dev.meridian.config.ConfigurationFile;
import dev.meridian.config.LoadResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A configuration from its text. */
final class Loaded {
    private Loaded() {}

    static Configuration of(Path directory, String text) throws IOException {
        Path file = Files.writeString(directory.resolve("loaded.yaml"), text);
        LoadResult result = ConfigurationFile.load(file);
        if (result instanceof LoadResult.Loaded loaded) {
            return loaded.configuration();
        }
        throw new AssertionError(result.toString());
    }
}
