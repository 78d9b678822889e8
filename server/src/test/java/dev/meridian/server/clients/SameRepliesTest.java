package dev.meridian.server.clients;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.server.redis.RealRedis;
import dev.meridian.server.redis.Wire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A whole node and a real Redis are sent the same commands, right and wrong ones, and answer the same; {@code
 * -Dmeridian.commands=N} sends more, {@code -Dmeridian.seed=N} others.
 */
class SameRepliesTest {
    private static final Path GRAMMAR = Path.of("src", "test", "resources", "redis", "grammar.txt");
    private static final int BATCH = 100;

    /** Compared by {@code ConnectionDifferentialTest} or {@code RespServerTest}: they change what a connection is, or say who it is. */
    private static final Set<String> ELSEWHERE = Set.of(
            "hello",
            "quit",
            "reset",
            "role",
            "info",
            "readonly",
            "readwrite",
            "command",
            "slowlog|get",
            "slowlog|reset",
            "client|id",
            "client|info",
            "client|list",
            "client|setinfo",
            "client|no-touch",
            "client|tracking",
            "command|count",
            "command|docs",
            "command|info",
            "command|list",
            "config|set",
            "latency|reset",
            "module",
            "module|list",
            "psubscribe",
            "punsubscribe",
            "subscribe",
            "unsubscribe",
            "ssubscribe",
            "sunsubscribe");

    @TempDir
    private static Path directory;

    @ParameterizedTest
    @CsvSource({"2, ''", "3, ''", "2, carts:", "3, locks:"})
    void everyCommandAnswersAsRedisDoes(String protocol, String prefix) throws IOException {
        int commands = Integer.getInteger("meridian.commands", 4_000);
        long seed = Long.getLong("meridian.seed", 1);
        Path own = Files.createTempDirectory(directory, "redis");
        try (StagedNode node = StagedNode.open(own.resolve("node"));
                RealRedis redis = new RealRedis(own);
                Wire ours = new Wire(node.port());
                Wire theirs = new Wire(redis.port)) {
            ours.call("HELLO", protocol);
            theirs.call("HELLO", protocol);
            ReplyComparison comparison = new ReplyComparison();
            CommandGrammar grammar = new CommandGrammar(Files.readAllLines(GRAMMAR), prefix, seed);
            for (int sent = 0; sent < commands && comparison.differences.size() < 20; sent += BATCH) {
                List<List<String>> batch = new ArrayList<>();
                while (batch.size() < BATCH) {
                    List<String> command = grammar.next();
                    batch.add(command);
                    if (command.get(0).equalsIgnoreCase("SPOP") && command.size() > 1) {
                        // They popped different members.
                        batch.add(List.of("DEL", command.get(1)));
                    }
                }
                ours.send(encoded(batch));
                theirs.send(encoded(batch));
                for (List<String> command : batch) {
                    Object here = replied(ours, "Meridian", command, batch);
                    comparison.compare(command, here, replied(theirs, "Redis", command, batch));
                }
            }
            assertThat(comparison.differences).isEmpty();
        }
    }

    private static Object replied(Wire wire, String who, List<String> command, List<List<String>> batch) {
        try {
            return wire.reply();
        } catch (UncheckedIOException silence) {
            throw new AssertionError(who + " did not answer " + command + " of " + batch, silence);
        }
    }

    private static byte[] encoded(List<List<String>> batch) {
        StringBuilder bytes = new StringBuilder();
        for (List<String> command : batch) {
            bytes.append(new String(Wire.encode(command.toArray(String[]::new)), ISO_8859_1));
        }
        return bytes.toString().getBytes(ISO_8859_1);
    }

    @Test
    void everyCommandServedIsInTheGrammar() throws IOException {
        Set<String> served = new TreeSet<>();
        try (StagedNode node = StagedNode.open(directory.resolve("served"));
                Wire wire = new Wire(node.port())) {
            for (Object name : (List<?>) wire.call("COMMAND", "LIST")) {
                served.add(name.toString());
                List<?> info = (List<?>) ((List<?>) wire.call("COMMAND", "INFO", name.toString())).get(0);
                ((List<?>) info.get(9))
                        .forEach(sub -> served.add(((List<?>) sub).get(0).toString()));
            }
        }
        Set<String> compared = new CommandGrammar(Files.readAllLines(GRAMMAR), "", 1).names();
        served.removeIf(name -> name.startsWith("meridian.")
                || name.startsWith("cluster")
                || name.endsWith("|help")
                || ELSEWHERE.contains(name)
                || compared.contains(name));
        assertThat(served).isEmpty();
    }
}
