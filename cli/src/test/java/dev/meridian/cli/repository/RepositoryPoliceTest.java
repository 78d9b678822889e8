package dev.meridian.cli.repository;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RepositoryPoliceTest {
    /** Longer than allowed today. Numbers here only go down; no line is added. */
    private static final Map<String, Integer> LONG_FILES =
            Map.of("kernel/src/main/java/dev/meridian/kernel/data/Keyspace.java", 800);

    private static final Map<String, Integer> LONG_METHODS = Map.of();

    /** Kept byte for byte as its author wrote it. */
    private static final Set<String> UNTOUCHED = Set.of("examples/mission.yaml");

    @Test
    void everyFileOfTheRepositoryKeepsTheRules() throws IOException {
        assertThat(new RepositoryPolice(Repository.ROOT, LONG_FILES, LONG_METHODS, UNTOUCHED).breaches())
                .isEmpty();
    }

    @Test
    void everyRuleFindsItsBreach(@TempDir Path root) throws IOException {
        write(root, "README.md", "No title", "[gone](docs/gone.md) [here](#x) [out](https://example.com/) ");
        write(
                root,
                "kernel/src/main/java/Unused.java",
                "class Unused {",
                "    // TO" + "DO",
                "    void a() throws Exception { Thread.sl" + "eep(1); }",
                "    void b(Exception e) { e.print" + "StackTrace(); }",
                "\tvoid c() { System.out.println(); }",
                "    String d = \"/tm" + "p/wt/x\";",
                "}");
        write(
                root,
                "cli/src/test/java/ATest.java",
                "class ATest {",
                "    @Dis" + "abled @Test",
                "    void a() {}",
                "}");
        write(root, "target/Ignored.java", "\t");
        Files.write(root.resolve("big.bin"), new byte[(1 << 20) + 1]);
        var lines = new ArrayList<>(List.of("class Long {", "    void long_(int a) {"));
        lines.addAll(Collections.nCopies(700, "        a++;"));
        lines.addAll(List.of("    }", "    Long other;", "}"));
        write(root, "kernel/src/main/java/Long.java", lines.toArray(String[]::new));

        assertThat(new RepositoryPolice(root, Map.of("kernel/src/main/java/Unused.java", 700), Map.of(), Set.of())
                        .breaches().stream().map(breach -> breach.replaceAll("matches [^:]*: ", "")))
                .containsExactlyInAnyOrder(
                        "big.bin:1: is larger than 1 MiB: a repository keeps sources",
                        "README.md:1: begins without a title: `# What this is about`",
                        "README.md:2: links to docs/gone.md, which does not exist",
                        "README.md:2: no blanks at the end of a line",
                        "cli/src/test/java/ATest.java:2: a test runs or is deleted",
                        "kernel/src/main/java/Unused.java:1: Unused is used by nothing but tests: delete it",
                        "kernel/src/main/java/Unused.java:1: is no longer too long: take it out of the list of exceptions",
                        "kernel/src/main/java/Unused.java:2: do it, or say in the text what is missing",
                        "kernel/src/main/java/Unused.java:3: schedule it, or wait for the event itself",
                        "kernel/src/main/java/Unused.java:4: log it with its cause, or throw",
                        "kernel/src/main/java/Unused.java:5: a library logs with slf4j or answers its caller",
                        "kernel/src/main/java/Unused.java:5: indent with spaces",
                        "kernel/src/main/java/Unused.java:6: names a machine's own places: leave them out",
                        "kernel/src/main/java/Long.java:1: Long is used by nothing but tests: delete it",
                        "kernel/src/main/java/Long.java:2: a method of 702 lines, more than 100: part it",
                        "kernel/src/main/java/Long.java:601: has 705 lines, more than 600: it has two subjects, part them");
    }

    private static void write(Path root, String path, String... lines) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.write(file, List.of(lines));
    }
}
