package dev.meridian.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every file under {@code broken/} gets the answer beside it (bad input 4.5). To record answers anew:
 * {@code -Dmeridian.rewrite=true}; then read the difference, and keep it only if you want it.
 * Rules of conflicts are judged by {@link DollarlessResolvers}.
 */
class BrokenFilesTest {
    static final Path CORPUS = Path.of("src/test/resources/broken");
    private static final Map<String, String> ENVIRONMENT = Map.of("SET", "a-secret", "EMPTY", "");
    private static final boolean REWRITE = Boolean.getBoolean("meridian.rewrite");

    @TempDir
    Path directory;

    static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(CORPUS)) {
            return files.filter(f -> f.toString().endsWith(".yaml")).sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void everyBrokenFileGetsItsAnswer(Path file) throws IOException {
        Path expected = file.resolveSibling(file.getFileName().toString().replace(".yaml", ".expected"));
        String answer = ProblemText.render(problems(file), false);

        if (REWRITE) {
            assertThat(System.getenv("CI")).as("answers are not recorded in CI").isNotEqualTo("true");
            Files.writeString(expected, answer);
        }
        assertThat(answer).isEqualTo(Files.readString(expected)).doesNotContain("hunter2");
    }

    @Test
    void theCorpusKnowsEveryCode() throws IOException {
        Set<String> seen = new TreeSet<>();
        for (Path file : files()) {
            problems(file).forEach(p -> seen.add(p.code()));
        }
        Set<String> elsewhere =
                Set.of(ErrorCodes.UNREADABLE, ErrorCodes.TOO_LARGE, ErrorCodes.SECRET_READABLE, ErrorCodes.IMMUTABLE);
        Set<String> all = new TreeSet<>(ExplanationsTest.declaredCodes());
        all.removeAll(elsewhere);
        assertThat(seen).isEqualTo(all);
        assertThat(files()).hasSizeGreaterThanOrEqualTo(60);
    }

    private List<Problem> problems(Path file) throws IOException {
        Path copy = directory.resolve(file.getFileName());
        Files.copy(file, copy, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rw-------"));
        return ConfigurationFile.load(copy, ENVIRONMENT::get).problems().stream()
                .map(p -> new Problem(
                        p.code(),
                        p.severity(),
                        p.message(),
                        file.getFileName().toString(),
                        p.line(),
                        p.column(),
                        p.length(),
                        p.sourceLine(),
                        p.note(),
                        p.help()))
                .toList();
    }
}
