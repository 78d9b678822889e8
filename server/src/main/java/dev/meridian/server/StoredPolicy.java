package dev.meridian.server;

import dev.meridian.config.Configuration;
import dev.meridian.config.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the configuration that the data were written under can never change (how conflicts are resolved, where data may
 * be), kept beside the data, a line {@code path=value} each. A file that says otherwise is refused at the start.
 */
public final class StoredPolicy {
    private static final String FILE = "policy";

    private StoredPolicy() {}

    /** What of the configuration the data in a directory do not allow; nothing where there are no data yet. */
    public static List<Problem> contradictions(Path directory, Configuration configuration) throws IOException {
        Path file = directory.resolve(FILE);
        if (!Files.exists(file)) {
            return List.of();
        }
        SortedMap<String, String> before = new TreeMap<>();
        for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
            int at = line.indexOf('=');
            if (at > 0) {
                before.put(line.substring(0, at), line.substring(at + 1));
            }
        }
        return configuration.compatibleWith(before);
    }

    /** Compares, or on the first start writes. */
    static void check(Path directory, Configuration configuration) throws IOException {
        List<Problem> problems = contradictions(directory, configuration);
        if (!problems.isEmpty()) {
            throw new IOException("the configuration contradicts the data in " + directory + ": "
                    + problems.getFirst().message());
        }
        Path file = directory.resolve(FILE);
        StringBuilder text = new StringBuilder();
        configuration
                .immutables()
                .forEach((path, value) ->
                        text.append(path).append('=').append(value).append('\n'));
        Path written = directory.resolve(FILE + ".new");
        Files.writeString(written, text, StandardCharsets.UTF_8);
        Files.move(written, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }
}
