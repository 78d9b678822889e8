package dev.meridian.server.fuzz;

import dev.meridian.config.ConfigurationFile;
import dev.meridian.config.LoadResult;
import dev.meridian.config.ProblemText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Configuration files that nobody meant (X2, bad input of YAML): a reader that answers with problems and nothing else. */
class ConfigurationFuzzTest {
    private static final class Rejected extends Exception {
        Rejected(String codes) {
            super(codes);
        }
    }

    private static List<byte[]> files() throws IOException {
        List<byte[]> files = new ArrayList<>();
        for (String directory : List.of("../examples", "../config/src/test/resources/broken")) {
            try (Stream<Path> all = Files.list(Path.of(directory))) {
                for (Path file :
                        all.filter(f -> f.toString().endsWith(".yaml")).sorted().toList()) {
                    if (Files.size(file) < 20_000) {
                        files.add(Files.readAllBytes(file));
                    }
                }
            }
        }
        return files;
    }

    @Test
    void everyTextIsAConfigurationOrHasItsProblemsNamed_X2() throws IOException {
        new Fuzzer("ConfigurationFuzzTest", Rejected.class)
                .samples(files())
                .words(
                        "&a ",
                        "*a",
                        "- ",
                        ": ",
                        "\n",
                        "  ",
                        "? ",
                        "| ",
                        "> ",
                        "!!str ",
                        "${HOME}",
                        "[",
                        "{",
                        "}",
                        "\t",
                        "#",
                        "\ufeff",
                        "multi_region:",
                        "regions:",
                        "datasets:",
                        "name:",
                        "topology:",
                        "primary: true",
                        "5s",
                        "1e400",
                        "yes",
                        "&a [*a, *a]",
                        "---\n",
                        "...\n",
                        "<<: *a")
                .budget(48 << 20, 20_000, 1 << 14)
                .run(1_500, () -> input -> {
                    String text = new String(input, StandardCharsets.UTF_8);
                    LoadResult result = ConfigurationFile.parse("fuzz.yaml", text, Map.of("SET", "secret")::get);
                    String rendered = ProblemText.render(result.problems(), false);
                    if (result instanceof LoadResult.Rejected rejected) {
                        if (rejected.problems().isEmpty() || rendered.isBlank()) {
                            throw new AssertionError("rejected without a problem");
                        }
                        throw new Rejected(rejected.problems().getFirst().code());
                    }
                    return ((LoadResult.Loaded) result).configuration().hash();
                });
    }
}
