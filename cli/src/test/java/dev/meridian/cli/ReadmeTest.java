package dev.meridian.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.meridian.cli.repository.Repository;
import dev.meridian.cli.up.UpState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The tour of the README, played: each command in its order against a real {@code up}, and what it prints compared with
 * what stands there. Figures that differ from run to run are compared as figures; {@code ...} stands for any lines.
 */
class ReadmeTest {
    private static final int FIRST_PORT = 17010;

    @TempDir
    private Path directory;

    /** One command of the tour and what it is said to print. */
    private record Step(String command, String output) {}

    @Test
    void everyCommandOfTheTourPrintsWhatTheReadmeSays() throws Exception {
        List<Step> steps = steps(Files.readString(Repository.ROOT.resolve("README.md")));
        assertThat(steps).hasSizeGreaterThan(25);
        assertThat(steps.getFirst().command()).isEqualTo("./meridian up examples/shop.yaml");
        String shop = Files.readString(Repository.ROOT.resolve("examples/shop.yaml"));

        try (var up = new UpProcess(directory, shop, List.of())) {
            var banner = new StringBuilder();
            for (int i = 0; i < steps.getFirst().output().lines().count(); i++) {
                banner.append(up.firstLine()).append('\n');
            }
            assertThat(shape(banner.toString())).matches(pattern(steps.getFirst()));
            for (Step step : steps.subList(1, steps.size())) {
                play(up, step);
            }
        }
    }

    private void play(UpProcess up, Step step) {
        boolean changes = step.command().matches(".*\\b(SET|SADD|INCR|INCRBY|cut|heal|kill|start)\\b.*");
        if (changes) {
            assertThat(shape(output(up, step.command()))).as(step.command()).matches(pattern(step));
        } else {
            await().atMost(UpProcess.PATIENCE)
                    .untilAsserted(() -> assertThat(shape(output(up, step.command())))
                            .as(step.command())
                            .matches(pattern(step)));
        }
    }

    private String output(UpProcess up, String command) {
        String[] words = command.split(" ");
        if (words[0].equals("./meridian")) {
            return up.run(List.of(words).subList(1, words.length).toArray(String[]::new))
                    .out();
        }
        var call = new ArrayList<>(List.of(words));
        int port = call.indexOf("-p") + 1;
        UpState.RegionPorts region = up.state().regions().get((Integer.parseInt(words[port]) - FIRST_PORT) / 10);
        call.set(port, String.valueOf(region.resp()));
        call.add(1, "--no-raw");
        try {
            Process process = new ProcessBuilder(call).redirectErrorStream(true).start();
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AssertionError("redis-cli cannot be run: ./check installs it, or says how", e);
        }
    }

    private static List<Step> steps(String readme) {
        var steps = new ArrayList<Step>();
        Pattern.compile("(?s)```text\n(.*?)```").matcher(readme).results().forEach(block -> {
            for (String part : block.group(1).split("(?m)^\\$ ")) {
                if (!part.isBlank()) {
                    int end = part.indexOf('\n');
                    steps.add(new Step(part.substring(0, end).strip(), part.substring(end + 1)));
                }
            }
        });
        return steps;
    }

    private static Pattern pattern(Step step) {
        String[] lines = shape(step.output()).split("\n");
        return Pattern.compile(IntStream.range(0, lines.length)
                .mapToObj(i -> lines[i].equals("...") ? "(.*\n)*" : Pattern.quote(lines[i]) + "\n")
                .collect(Collectors.joining()));
    }

    /** What must be equal: figures, runs, blanks and the order of a set's members are not. */
    private static String shape(String output) {
        String shape = output.replaceAll("[0-9a-f]{16}", "RUN")
                .replaceAll("✓|\\bok\\b", "+")
                .replaceAll("·|\\?", "-")
                .replaceAll("127\\.0\\.0\\.1:\\d+", "ADDRESS")
                .replaceAll("(\\d+|-) / \\d+ ms", "MS / MS")
                .replaceAll("[\\d.]+ m?s\\b", "TIME")
                .replaceAll("[\\d.]+k?B held", "BYTES held")
                .replaceAll("(?m)[ \\t]+$", "")
                .replaceAll("[ \\t]+", " ");
        boolean set = shape.lines().allMatch(line -> line.matches("\\d+\\) \"\\w+\""));
        return set
                ? shape.lines()
                        .map(line -> line.replaceFirst("\\d+", "N"))
                        .sorted()
                        .collect(Collectors.joining("\n", "", "\n"))
                : shape;
    }
}
