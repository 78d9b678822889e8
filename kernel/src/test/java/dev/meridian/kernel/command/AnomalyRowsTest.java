package dev.meridian.kernel.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every row of docs/anomalies is played: what is written there is what two regions answer, and both answer the same. */
final class AnomalyRowsTest {
    private static final Path PLAYS = Path.of("src", "test", "resources", "anomalies.txt");
    private static final Path PAGES = Path.of("..", "docs", "anomalies");
    private static final String READS_ONLY = "| what this region has applied |";

    private static Stream<String[]> lines() throws IOException {
        return Files.readAllLines(PLAYS).stream()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.split("\\|", -1));
    }

    private static Stream<String> plays() throws IOException {
        return lines().filter(columns -> columns.length > 4).map(columns -> String.join("|", columns));
    }

    @ParameterizedTest
    @MethodSource("plays")
    void bothRegionsAnswerWhatTheRowSays_V1(String play) {
        String[] columns = play.split("\\|", -1);
        answer(columns, "", columns[6]);
        answer(columns, "crdt:", columns[columns.length - 1]);
    }

    private static void answer(String[] columns, String dataset, String expected) {
        LocalNode a = new LocalNode("a", 1, DataCommands::bind);
        LocalNode b = new LocalNode("b", 2, DataCommands::bind);
        b.nowMs += 10;
        run(b, columns[2], dataset);
        sync(a, b);
        run(a, columns[3], dataset);
        run(b, columns[4], dataset);
        sync(a, b);
        assertThat(run(a, columns[5], dataset)).as("under '%s' in a", dataset).isEqualTo(expected);
        assertThat(run(b, columns[5], dataset)).as("under '%s' in b", dataset).isEqualTo(expected);
        assertThat(a.canonical()).isEqualTo(b.canonical());
    }

    private static void sync(LocalNode a, LocalNode b) {
        LocalNode.sync(a, b);
        LocalNode.sync(a, b);
        a.nowMs += 100;
        b.nowMs += 100;
    }

    private static String run(LocalNode node, String commands, String dataset) {
        StringBuilder answers = new StringBuilder();
        for (String command : commands.isEmpty() ? new String[0] : commands.split(";")) {
            String reply =
                    node.run(command.replaceAll("\\b([KLM])\\b", dataset + "$1").split(" "));
            assertThat(reply).as(command).doesNotStartWith("-");
            answers.append(reply.replaceAll("[$*~%]-?[0-9]+\r\n|[:+,]", "").replace("\r\n", " "));
        }
        return answers.toString().strip();
    }

    @Test
    void everyRowOfTheTablesIsPlayed() throws IOException {
        List<String[]> plays = lines().toList();
        List<String> missing = new ArrayList<>();
        try (Stream<Path> pages = Files.list(PAGES)) {
            for (Path page : pages.sorted().toList()) {
                String name = page.getFileName().toString().replace(".md", "");
                for (String row : Files.readAllLines(page)) {
                    boolean fact = row.startsWith("| ") && !row.startsWith("| command ") && !row.contains(READS_ONLY);
                    if (fact && plays.stream().noneMatch(p -> p[0].equals(name) && row.startsWith("| " + p[1]))) {
                        missing.add(name + ": " + row);
                    }
                }
            }
        }
        assertThat(missing).isEmpty();
        for (String[] elsewhere : plays.stream().filter(p -> p.length == 4).toList()) {
            Path test = Path.of("src", "test", "java", "dev", "meridian", "kernel", elsewhere[2] + ".java");
            assertThat(Files.readString(test)).contains("void " + elsewhere[3] + "(");
        }
    }
}
