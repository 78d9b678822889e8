package dev.meridian.cli.repository;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.config.Explanations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Documents say what the sources say. */
class DocumentsTest {
    @Test
    void everyFileAndMethodOnTheWayOfOneWriteExists() throws IOException {
        List<MatchResult> steps = Pattern.compile("`([\\w/]+\\.java)`(?: \\|)?(?: `(\\w+)`)?")
                .matcher(Files.readString(Repository.ROOT.resolve("docs/internals/one-write.md")))
                .results()
                .toList();
        assertThat(steps).hasSizeGreaterThan(25);
        for (MatchResult step : steps) {
            Path file = Repository.ROOT.resolve(step.group(1));
            assertThat(file).isRegularFile();
            if (step.group(2) != null) {
                assertThat(Files.readString(file))
                        .as("method %s of %s", step.group(2), step.group(1))
                        .containsPattern("(?m)^ {4}[\\w<>, @?.\\[\\]]*\\b" + step.group(2) + "\\([^;]*\\{$");
            }
        }
    }

    @Test
    void everyDependencyOfThePomsHasItsLineAndNoOther() throws IOException {
        var used = new TreeSet<String>();
        var dependency = Pattern.compile(
                "(?:<dependency>|<path>|<plugin>)\\s*<groupId>([^<]+)</groupId>\\s*<artifactId>([^<]+)</artifactId>(?!.*<version>\\d)");
        try (Stream<Path> modules = Files.list(Repository.ROOT)) {
            for (Path module : modules.filter(path -> Files.exists(path.resolve("pom.xml")))
                    .toList()) {
                add(used, dependency, Files.readString(module.resolve("pom.xml")));
            }
        }
        String parent = Files.readString(Repository.ROOT.resolve("pom.xml"));
        add(used, dependency, parent.replaceFirst("(?s)<dependencyManagement>.*</dependencyManagement>", ""));
        Pattern tools = Pattern.compile(
                "(?:<path>|<plugin>)\\s*<groupId>([^<]+)</groupId>\\s*<artifactId>([^<]+)</artifactId>");
        add(used, tools, parent);

        var told = new TreeSet<String>();
        add(
                told,
                Pattern.compile("(?m)^\\| `([\\w.-]+):([\\w.-]+)` \\|"),
                Files.readString(Repository.ROOT.resolve("docs/dependencies.md")));
        assertThat(told).isEqualTo(used);
    }

    @Test
    void everyPageOfAnomaliesIsNamedByTheirOverview() throws IOException {
        String overview = Files.readString(Repository.ROOT.resolve("docs/anomalies.md"));
        try (Stream<Path> pages = Files.list(Repository.ROOT.resolve("docs/anomalies"))) {
            assertThat(pages.map(page -> "(anomalies/" + page.getFileName() + ")"))
                    .allMatch(overview::contains);
        }
    }

    @Test
    void everyTestThatBadInputNamesExists() throws IOException {
        String page = Files.readString(Repository.ROOT.resolve("docs/bad-input.md"));
        List<Path> tests;
        try (Stream<Path> files = Files.walk(Repository.ROOT)) {
            tests = files.filter(file -> file.toString().endsWith("Test.java")).toList();
        }
        List<MatchResult> named =
                Pattern.compile("`(\\w+Test)\\.(\\w+)`").matcher(page).results().toList();
        assertThat(named).isNotEmpty();
        for (MatchResult name : named) {
            Path file = tests.stream()
                    .filter(test -> test.endsWith(name.group(1) + ".java"))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no test is called " + name.group(1)));
            assertThat(Files.readString(file)).as(name.group()).contains("void " + name.group(2) + "(");
        }
    }

    @Test
    void everyCodeOfANodeIsExplainedAndTheOtherWayRound_G9() throws IOException {
        var raised = new TreeSet<String>();
        try (Stream<Path> files = Files.walk(Repository.ROOT)) {
            for (Path file : files.filter(file -> file.toString().matches(".*/src/main/java/.*\\.java"))
                    .toList()) {
                Pattern.compile("\"(MRD-4\\d{3})\"")
                        .matcher(Files.readString(file))
                        .results()
                        .forEach(code -> raised.add(code.group(1)));
            }
        }
        assertThat(Explanations.codes())
                .filteredOn(code -> code.startsWith("MRD-4"))
                .containsExactlyElementsOf(raised);
    }

    private static void add(TreeSet<String> names, Pattern pattern, String text) {
        pattern.matcher(text)
                .results()
                .filter(match -> !match.group(1).equals("dev.meridian"))
                .forEach(match -> names.add(match.group(1) + ":" + match.group(2)));
    }
}
