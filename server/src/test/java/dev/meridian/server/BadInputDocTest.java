package dev.meridian.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BadInputDocTest {
    private static final Path HOME = Path.of("..");
    private static final Pattern NAMED = Pattern.compile("`([A-Za-z0-9]+Test)\\.([A-Za-z0-9_]+)`");

    @Test
    void everyTestThatTheTablesOfBadInputNameIsThere_X2() throws IOException {
        Map<String, String> tests = new HashMap<>();
        try (Stream<Path> all = Files.walk(HOME)) {
            all.filter(file -> file.toString().endsWith("Test.java")).forEach(file -> {
                try {
                    tests.put(file.getFileName().toString().replace(".java", ""), Files.readString(file));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
        Matcher named = NAMED.matcher(Files.readString(HOME.resolve("docs/bad-input.md")));
        int count = 0;
        while (named.find()) {
            assertThat(tests).containsKey(named.group(1));
            assertThat(tests.get(named.group(1))).as(named.group()).contains("void " + named.group(2) + "(");
            count++;
        }
        assertThat(count).isGreaterThan(40);
    }
}
