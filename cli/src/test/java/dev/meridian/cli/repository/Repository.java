package dev.meridian.cli.repository;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where the sources under test stand. */
public final class Repository {
    /** The checkout's root: the nearest folder upwards with the start script. */
    public static final Path ROOT = root();

    private Repository() {}

    private static Path root() {
        for (Path path = Path.of("").toAbsolutePath(); path != null; path = path.getParent()) {
            if (Files.isRegularFile(path.resolve("meridian"))) {
                return path;
            }
        }
        throw new IllegalStateException("no checkout around " + Path.of("").toAbsolutePath());
    }
}
