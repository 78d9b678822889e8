package dev.meridian.server.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.kernel.command.CommandSpec;
import dev.meridian.kernel.command.CommandTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol;

/** The table in docs/redis.md is what a node serves; {@code -Dmeridian.rewrite=true} writes it anew. */
class RedisDocTest {
    private static final Path DOC = Path.of("..", "docs", "redis.md");
    private static final String BEGIN = "<!-- commands: begin -->\n";
    private static final String END = "<!-- commands: end -->\n";

    @TempDir
    private static Path directory;

    @Test
    void theDocumentListsWhatANodeServes() throws IOException {
        String text = Files.readString(DOC);
        int begin = text.indexOf(BEGIN);
        int end = text.indexOf(END);
        assertThat(begin).as(BEGIN).isPositive();
        assertThat(end).as(END).isGreaterThan(begin);
        String expected = text.substring(0, begin + BEGIN.length()) + served() + text.substring(end);
        if (Boolean.getBoolean("meridian.rewrite")) {
            Files.writeString(DOC, expected);
        }
        assertThat(Files.readString(DOC))
                .as("docs/redis.md differs from what is served: run this test with -Dmeridian.rewrite=true")
                .isEqualTo(expected);
    }

    private static String served() throws IOException {
        List<CommandSpec> all = new CommandTable<>().all();
        try (StagedNode node = StagedNode.open(directory);
                Jedis redis = new Jedis("127.0.0.1", node.port())) {
            String[] names = all.stream().map(CommandSpec::name).toArray(String[]::new);
            List<?> infos = (List<?>) redis.sendCommand(Protocol.Command.COMMAND, words("INFO", names));
            return table(IntStream.range(0, names.length)
                    .filter(i -> infos.get(i) != null)
                    .mapToObj(all::get)
                    .toList());
        }
    }

    private static String[] words(String first, String[] rest) {
        return Stream.concat(Stream.of(first), Stream.of(rest)).toArray(String[]::new);
    }

    private static String table(List<CommandSpec> specs) {
        StringBuilder table = new StringBuilder();
        String group = "";
        for (CommandSpec spec : specs) {
            if (!spec.group().equals(group)) {
                group = spec.group();
                table.append("\n### ")
                        .append(title(group))
                        .append("\n\n| command | arguments | what it does |\n| --- | --- | --- |\n");
            }
            String name = spec.name().replace('|', ' ').toUpperCase(Locale.ROOT);
            table.append("| `")
                    .append(name)
                    .append("` | ")
                    .append(arguments(spec))
                    .append(" | ");
            table.append(spec.summary()).append(" |\n");
        }
        return table.append('\n').toString();
    }

    private static String title(String group) {
        return group.substring(0, 1).toUpperCase(Locale.ROOT) + group.substring(1);
    }

    private static String arguments(CommandSpec spec) {
        int words = spec.name().contains("|") ? 2 : 1;
        int arguments = Math.abs(spec.arity()) - words;
        return spec.arity() > 0 ? Integer.toString(arguments) : arguments + " or more";
    }
}
