package dev.meridian.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class InvariantsDocTest {
    private static final Path HOME = Path.of("..");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| ([A-Z][0-9]+) \\|");
    private static final Pattern NAMED = Pattern.compile("`([A-Za-z_0-9]+Test|[a-z_0-9]+\\.txt)`");

    @Test
    void everyPromiseIsInTheTableOnce() throws IOException {
        Matcher row = ROW.matcher(Files.readString(HOME.resolve("docs/invariants.md")));
        Set<String> promises = new TreeSet<>();
        while (row.find()) {
            assertThat(promises.add(row.group(1))).as(row.group(1)).isTrue();
        }
        assertThat(promises).hasSize(70);
    }

    @Test
    void everyTestAndScenarioThatTheTableNamesIsThere() throws IOException {
        Set<String> files;
        try (Stream<Path> all = Files.walk(HOME)) {
            files = all.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
        }
        Matcher named = NAMED.matcher(Files.readString(HOME.resolve("docs/invariants.md")));
        while (named.find()) {
            String name = named.group(1);
            assertThat(files).contains(name.endsWith(".txt") ? name : name + ".java");
        }
    }
}
