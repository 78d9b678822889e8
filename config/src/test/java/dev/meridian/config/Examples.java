package dev.meridian.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The files of the repository that tests read, and short ways to load a text. */
final class Examples {
    static final Path REPOSITORY =
            Path.of("").toAbsolutePath().getFileName().toString().equals("config") ? Path.of("..") : Path.of("");

    private Examples() {}

    static Path example(String name) {
        return REPOSITORY.resolve("examples").resolve(name);
    }

    static List<Path> all() {
        try (Stream<Path> files = Files.list(REPOSITORY.resolve("examples"))) {
            return files.filter(f -> f.toString().endsWith(".yaml")).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Configuration load(Path path) {
        return loaded(ConfigurationFile.load(path));
    }

    static Configuration parse(String text) {
        return loaded(ConfigurationFile.parse("test.yaml", text, Map.of("SET", "a-secret")::get));
    }

    static List<Problem> problems(String text) {
        return ConfigurationFile.parse("test.yaml", text, Map.of("SET", "a-secret")::get)
                .problems();
    }

    static Configuration loaded(LoadResult result) {
        assertThat(result)
                .withFailMessage(() -> ProblemText.render(result.problems(), false))
                .isInstanceOf(LoadResult.Loaded.class);
        return ((LoadResult.Loaded) result).configuration();
    }
}
