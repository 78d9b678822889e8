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
final class StoredPolicy {
    private static final String FILE = "policy";

    private StoredPolicy() {}

    /** Compares, or on the first start writes. */
    static void check(Path directory, Configuration configuration) throws IOException {
        Path file = directory.resolve(FILE);
        if (Files.exists(file)) {
            SortedMap<String, String> before = new TreeMap<>();
            for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
                int at = line.indexOf('=');
                if (at > 0) {
                    before.put(line.substring(0, at), line.substring(at + 1));
                }
            }
            List<Problem> problems = configuration.compatibleWith(before);
            if (!problems.isEmpty()) {
                throw new IOException("the configuration contradicts the data in " + directory + ": "
                        + problems.getFirst().message());
            }
        }
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
