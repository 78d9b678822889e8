package dev.meridian.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are too large, too deep, in the wrong hands, or no files at all (bad input 4.5). */
class LimitsTest {
    private static final String REGIONS = "multi_region:\n  regions: [{name: us-east-1}]\n";

    @TempDir
    Path directory;

    @Test
    void aFileThatIsNotThereIsAProblemOfItsOwn() {
        assertThat(ConfigurationFile.load(directory.resolve("shpo.yaml")).problems())
                .extracting(Problem::code)
                .containsExactly(ErrorCodes.UNREADABLE);
        assertThat(ConfigurationFile.load(directory).problems())
                .extracting(Problem::code)
                .containsExactly(ErrorCodes.UNREADABLE);
    }

    @Test
    void aFileOfAHundredMegabytesIsRefusedWithoutReadingIt() throws IOException {
        Path large = directory.resolve("large.yaml");
        try (RandomAccessFile file = new RandomAccessFile(large.toFile(), "rw")) {
            file.setLength(100_000_000);
        }

        assertThat(ConfigurationFile.load(large).problems())
                .extracting(Problem::code)
                .containsExactly(ErrorCodes.TOO_LARGE);
    }

    @Test
    void tenThousandLevelsAreRefused() {
        String flow = "multi_region: " + "[".repeat(10_000);
        StringBuilder block = new StringBuilder();
        for (int depth = 0; depth < 1_000; depth++) {
            block.append(" ".repeat(depth)).append("a:\n");
        }

        assertThat(Examples.problems(flow)).extracting(Problem::code).contains(ErrorCodes.TOO_DEEP);
        assertThat(Examples.problems(block.toString()))
                .extracting(Problem::code)
                .contains(ErrorCodes.TOO_DEEP);
    }

    @Test
    void aPasswordInPlainTextNeedsAFileThatOthersCannotRead() throws IOException {
        Path file = directory.resolve("shop.yaml");
        Files.writeString(file, REGIONS + "  security: {password: hunter2}\n");

        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        LoadResult readable = ConfigurationFile.load(file);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        LoadResult kept = ConfigurationFile.load(file);

        assertThat(readable).isInstanceOf(LoadResult.Rejected.class);
        assertThat(readable.problems()).extracting(Problem::code).containsExactly(ErrorCodes.SECRET_READABLE);
        assertThat(kept).isInstanceOf(LoadResult.Loaded.class);
        assertThat(kept.problems()).extracting(Problem::code).containsExactly(ErrorCodes.SECRET_IN_PLAIN_TEXT);
        assertThat(ProblemText.render(kept.problems(), true)).doesNotContain("hunter2");
    }

    @Test
    void aPasswordFileGivesItsFirstLine() throws IOException {
        Path file = directory.resolve("shop.yaml");
        Path secret = directory.resolve("redis.password");
        Files.writeString(file, REGIONS + "  security: {password_file: redis.password}\n");
        Files.writeString(secret, "open sesame\nsecond line\n");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));

        LoadResult result = ConfigurationFile.load(file);

        assertThat(result.problems()).isEmpty();
        assertThat(Examples.loaded(result).password()).isEqualTo(new Password("open sesame"));
        assertThat(Examples.loaded(result).effectiveYaml()).doesNotContain("sesame");

        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(ConfigurationFile.load(file).problems())
                .extracting(Problem::code)
                .containsExactly(ErrorCodes.SECRET_IN_PLAIN_TEXT);
        Files.writeString(secret, "\n");
        assertThat(ConfigurationFile.load(file).problems())
                .extracting(Problem::code)
                .containsExactly(ErrorCodes.PASSWORD_FILE);
    }

    @Test
    void everyTruncationOfAFileGetsAnAnswer() throws IOException {
        String text = Files.readString(Examples.example("shop.yaml"));
        for (int length = 0; length < text.length(); length += 3) {
            LoadResult result = ConfigurationFile.parse("cut.yaml", text.substring(0, length));
            boolean answered =
                    result instanceof LoadResult.Loaded || !result.problems().isEmpty();
            assertThat(answered).as("cut at %d", length).isTrue();
        }
    }

    @Test
    void everyMutationOfAFileGetsAnAnswerWithinTheText() throws IOException {
        String text = Files.readString(Examples.example("shop.yaml"));
        String signs = "{}[]:-#&*!|>'\"%@`,? \n\t0xé\u0000~$";
        Random random = new Random(7);
        for (int round = 0; round < 600; round++) {
            StringBuilder mutated = new StringBuilder(text);
            for (int edit = 0; edit < 1 + random.nextInt(4); edit++) {
                mutated.setCharAt(random.nextInt(mutated.length()), signs.charAt(random.nextInt(signs.length())));
            }
            LoadResult result = ConfigurationFile.parse("x.yaml", mutated.toString(), Map.<String, String>of()::get);
            assertThat(result instanceof LoadResult.Loaded || !result.problems().isEmpty())
                    .as("round %d of seed 7", round)
                    .isTrue();
            assertThat(result.problems()).as("round %d of seed 7", round).allSatisfy(p -> {
                assertThat(p.line()).isBetween(0, 200);
                assertThat(p.length()).isPositive();
                assertThat(p.column() - 1).isLessThanOrEqualTo(p.sourceLine().length());
            });
            assertThat(ProblemText.render(result.problems(), false)).doesNotContain("\u0000");
        }
    }

    @Test
    void aLongLineIsShownAroundTheCaret() {
        String text = REGIONS + "  name: " + "x".repeat(5_000) + "\n";

        String shown = ProblemText.render(Examples.problems(text), false);

        assertThat(shown.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThan(260));
    }

    @Test
    void coloursAreThereOnlyWhenAsked() {
        var problems = Examples.problems("x: 1\n");

        assertThat(ProblemText.render(problems, true)).contains("\u001b[1;31m");
        assertThat(ProblemText.render(problems, false)).doesNotContain("\u001b");
        assertThat(ProblemText.render(List.of(), true)).isEmpty();
    }

    @Test
    void aMegabyteOfAnythingGetsAnAnswer() {
        String word = "a".repeat(1_000_000);
        String keys =
                IntStream.range(0, 60_000).mapToObj(i -> "nam" + i + ": 1\n").collect(Collectors.joining());
        List<String> hostile = List.of(
                word,
                "multi_region: " + word,
                "multi_region: {name: " + "9".repeat(900_000) + "}",
                REGIONS + "  routing: {failover_threshold: " + "9".repeat(900_000) + "}\n",
                REGIONS + "  routing: {failover_threshold: \"" + "9".repeat(900_000) + "\"}\n",
                REGIONS + "  replication: {lease: " + "9".repeat(900_000) + "}\n",
                REGIONS + "  name: \"" + " ".repeat(900_000) + "\"\n",
                "multi_region:\n" + keys.indent(2),
                "[".repeat(1_000_000),
                "- ".repeat(500_000),
                "# ".repeat(500_000),
                "\n".repeat(1_000_000),
                "? ".repeat(500_000),
                "\"" + "\\".repeat(900_000));

        for (String text : hostile) {
            LoadResult result = ConfigurationFile.parse("hostile.yaml", text);
            String start = text.substring(0, 60);
            assertThat(result.problems().size()).as("problems of %s", start).isBetween(1, 200);
            assertThat(ProblemText.render(result.problems(), false).length())
                    .as("answer to %s", start)
                    .isLessThan(400_000);
        }
    }

    @Test
    void windowsLineEndsCountAsOneLine() {
        String text = (REGIONS + "  rooting: {}\n  nmae: x\n").replace("\n", "\r\n");

        assertThat(Examples.problems(text)).extracting(Problem::line).containsExactly(3, 4);
        assertThat(Examples.problems(text).getFirst().sourceLine()).isEqualTo("  rooting: {}");
    }

    @Test
    void aSecretOnAWrongLineIsNotRepeatedInTheMend() {
        for (String line :
                List.of("security: password:hunter2", "security: {pasword: hunter2, x: ]", "password : 'hunter2, #'")) {
            String shown = ProblemText.render(Examples.problems(REGIONS + "  " + line + "\n"), false);
            assertThat(shown).contains("error[").doesNotContain("hunter2");
        }
    }
}
