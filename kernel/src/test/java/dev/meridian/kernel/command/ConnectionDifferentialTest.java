package dev.meridian.kernel.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.kernel.KernelWorld;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What connections say of themselves and ask, side by side with redis-server. */
class ConnectionDifferentialTest {
    /** Words from which commands are made at random; only those whose answers do not name the node itself. */
    private static final List<List<String>> BEGINNINGS = List.of(
            List.of("PING"),
            List.of("ECHO"),
            List.of("SELECT"),
            List.of("AUTH"),
            List.of("CLIENT", "SETNAME"),
            List.of("CLIENT", "GETNAME"),
            List.of("CLIENT", "NO-EVICT"),
            List.of("CLIENT", "REPLY"),
            List.of("CLIENT", "UNBLOCK"),
            List.of("CLIENT", "GETREDIR"),
            List.of("CLIENT", "TRACKINGINFO"),
            List.of("CLIENT", "TRACKING", "OFF"),
            List.of("CLIENT", "CACHING", "YES"),
            List.of("CLIENT", "KILL"),
            List.of("CLIENT", "KILL", "ID"),
            List.of("CLIENT", "KILL", "TYPE"),
            List.of("CLIENT", "KILL", "USER"),
            List.of("CLIENT", "LIST", "TYPE"),
            List.of("CLIENT", "NOTHING"),
            List.of("COMMAND", "GETKEYS"),
            List.of("COMMAND", "INFO"),
            List.of("COMMAND", "NOTHING"),
            List.of("CONFIG", "SET"),
            List.of("CONFIG", "SET", "notify-keyspace-events"),
            List.of("CONFIG", "GET", "notify-keyspace-events"),
            List.of("CONFIG", "NOTHING"),
            List.of("CONFIG", "RESETSTAT"),
            List.of("WAIT"),
            List.of("MULTI"),
            List.of("EXEC"),
            List.of("DISCARD"),
            List.of("WATCH"),
            List.of("UNWATCH"),
            List.of("SUBSCRIBE"),
            List.of("UNSUBSCRIBE"),
            List.of("PSUBSCRIBE"),
            List.of("PUNSUBSCRIBE"),
            List.of("PUBLISH", "led:x"),
            List.of("PUBSUB", "NUMSUB"),
            List.of("PUBSUB", "NUMPAT"),
            List.of("RESET"),
            List.of("READONLY"),
            List.of("SLOWLOG", "LEN"),
            List.of("ACL", "WHOAMI"),
            List.of("SET", "led:k"),
            List.of("GET", "led:k"),
            List.of("CLIENT"),
            List.of("NOSUCH"));

    private static final List<String> WORDS = List.of(
            "0",
            "1",
            "-1",
            "x",
            "",
            "a b",
            "default",
            "ON",
            "off",
            "TIMEOUT",
            "ERROR",
            "YES",
            "normal",
            "odd",
            "led:k",
            "GET",
            "get",
            "MSET",
            "9223372036854775808",
            "KEA",
            "Ex",
            "g$lshzxetd",
            "lKq",
            "AKEm",
            "999");

    /** Answers that differ for a reason that docs/redis-notes.md names. */
    private static boolean knownToDiffer(List<String> words, String ours, String theirs) {
        String line = String.join(" ", words).toUpperCase(java.util.Locale.ROOT);
        return line.startsWith("SELECT 1")
                || line.startsWith("COMMAND INFO")
                || line.startsWith("READONLY")
                || line.startsWith("WATCH") && (ours.startsWith("-CROSSSLOT") || ours.startsWith("-ERR conditional"))
                || line.startsWith("CONFIG SET") && theirs.startsWith("-ERR CONFIG SET failed");
    }

    @Test
    void randomCommandsAnswerAsRedisDoes() {
        try (RedisReference redis = new RedisReference()) {
            var c = new KernelWorld().connect("a");
            SplittableRandom random = new SplittableRandom(20261124);
            List<String> differences = new ArrayList<>();
            for (int n = 0; n < 6_000; n++) {
                List<String> words = new ArrayList<>(BEGINNINGS.get(random.nextInt(BEGINNINGS.size())));
                for (int more = random.nextInt(4); more > 0; more--) {
                    words.add(WORDS.get(random.nextInt(WORDS.size())));
                }
                String line = String.join(" ", words).toUpperCase(java.util.Locale.ROOT);
                boolean manyReplies = line.contains("SUBSCRIBE") && words.size() != 2;
                boolean unanswered = line.startsWith("CLIENT REPLY") && !line.equals("CLIENT REPLY ON");
                boolean ends = line.startsWith("CLIENT KILL") && !line.endsWith("999");
                boolean waits = line.startsWith("WAIT") && !line.endsWith(" 1");
                if (manyReplies || unanswered || ends || waits) {
                    continue;
                }
                String theirs = redis.run(words.toArray(String[]::new));
                String ours = c.run(words.toArray(String[]::new));
                if (line.startsWith("CONFIG GET")) {
                    // Redis answers in the order of a table whose seed changes with every start.
                    ours = sorted(ours);
                    theirs = sorted(theirs);
                }
                if (!ours.equals(theirs)) {
                    if (!knownToDiffer(words, ours, theirs)) {
                        differences.add("command " + n + " " + words + ": " + ours + " instead of " + theirs);
                    }
                    redis.run("RESET");
                    c.run("RESET");
                }
            }
            assertThat(differences).isEmpty();
        }
    }

    private static String sorted(String reply) {
        return String.join(
                "\r\n", java.util.Arrays.stream(reply.split("\r\n")).sorted().toList());
    }
}
