package dev.meridian.server.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.meridian.server.redis.RealRedis;
import dev.meridian.server.redis.Wire;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What one connection does to another is told both as a real Redis tells it: messages, ended waits, kills. */
class SameMessagesTest {
    private static final Pattern FIELD = Pattern.compile("([a-z-]+)=");

    @TempDir
    private Path directory;

    /** A conversation of two connections with one server, and all that was said. */
    private static final class Conversation implements AutoCloseable {
        final Wire listener;
        final Wire speaker;
        final List<String> said = new ArrayList<>();

        Conversation(int port, String protocol) throws IOException {
            listener = new Wire(port);
            speaker = new Wire(port);
            listener.call("HELLO", protocol);
        }

        void listens(int replies, String... words) {
            listener.send(Wire.encode(words));
            hears(replies, String.join(" ", words));
        }

        void hears(int replies, String why) {
            for (int i = 0; i < replies; i++) {
                said.add(why + ": " + listener.reply());
            }
        }

        void speaks(String... words) {
            speaker.send(Wire.encode(words));
            said.add(String.join(" ", words) + ": " + speaker.reply());
        }

        String id() {
            return listener.call("CLIENT", "ID").toString();
        }

        @Override
        public void close() throws IOException {
            listener.close();
            speaker.close();
        }
    }

    private List<String> messages(int port, String protocol) throws IOException {
        try (Conversation c = new Conversation(port, protocol)) {
            c.listens(2, "SUBSCRIBE", "news", "more");
            c.listens(1, "PSUBSCRIBE", "n*");
            c.listens(1, "SSUBSCRIBE", "shard");
            c.speaks("PUBLISH", "news", "hello");
            c.hears(2, "hello");
            c.speaks("SPUBLISH", "shard", "here");
            c.hears(1, "here");
            c.speaks("PUBLISH", "nobody", "x");
            c.hears(1, "x");
            c.speaks("PUBLISH", "shard", "not to shard channels");
            c.speaks("PUBSUB", "NUMPAT");
            c.speaks("PUBSUB", "NUMSUB", "news", "more", "none");
            c.speaks("PUBSUB", "SHARDNUMSUB", "shard", "news");
            c.speaks("PUBSUB", "CHANNELS", "more*");
            c.speaks("PUBSUB", "SHARDCHANNELS");
            c.listens(1, "PING");
            c.listens(1, "PING", "text");
            c.listens(1, "GET", "k");
            c.listens(1, "SUBSCRIBE", "news");
            c.listens(2, "UNSUBSCRIBE", "news", "more");
            c.listens(1, "UNSUBSCRIBE", "never");
            c.listens(1, "PUNSUBSCRIBE");
            c.listens(1, "SUNSUBSCRIBE");
            c.listens(1, "UNSUBSCRIBE");
            c.listens(1, "PUNSUBSCRIBE");
            c.listens(1, "SUNSUBSCRIBE");
            c.listens(1, "GET", "k");
            c.speaks("PUBLISH", "news", "to nobody");
            return c.said;
        }
    }

    private List<String> waits(int port, String protocol) throws IOException {
        try (Conversation c = new Conversation(port, protocol)) {
            String id = c.id();
            c.speaks("CLIENT", "UNBLOCK", "999999");
            for (List<String> how : List.of(List.of(id), List.of(id, "TIMEOUT"), List.of(id, "ERROR"))) {
                for (List<String> blocking : List.of(
                        List.of("BLPOP", "list", "0"),
                        List.of("BLMOVE", "list", "other", "LEFT", "RIGHT", "0"),
                        List.of("BZPOPMIN", "zset", "0"),
                        List.of("BLMPOP", "0", "1", "list", "LEFT"))) {
                    c.listener.send(Wire.encode(blocking.toArray(String[]::new)));
                    List<String> unblock = new ArrayList<>(List.of("CLIENT", "UNBLOCK"));
                    unblock.addAll(how);
                    await().until(() -> ":1".equals(answer(c.speaker, unblock)));
                    c.hears(1, blocking + " unblocked");
                }
            }
            c.said.add("not blocked: " + answer(c.speaker, List.of("CLIENT", "UNBLOCK", id)));
            c.said.add("killed: " + answer(c.speaker, List.of("CLIENT", "KILL", "ID", id)));
            await().until(() -> ":0".equals(answer(c.speaker, List.of("CLIENT", "KILL", "ID", id))));
            c.speaks("CLIENT", "KILL", "127.0.0.1:1");
            return c.said;
        }
    }

    private static Object answer(Wire wire, List<String> words) {
        wire.send(Wire.encode(words.toArray(String[]::new)));
        return wire.reply();
    }

    @ParameterizedTest
    @ValueSource(strings = {"2", "3"})
    void listenersAreToldWhatRedisTellsThem(String protocol) throws IOException {
        try (StagedNode node = StagedNode.open(directory.resolve("node"));
                RealRedis redis = new RealRedis(directory)) {
            assertThat(messages(node.port(), protocol)).isEqualTo(messages(redis.port, protocol));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"2", "3"})
    void waitsThatOthersEndAreAnsweredAsInRedis(String protocol) throws IOException {
        try (StagedNode node = StagedNode.open(directory.resolve("node"));
                RealRedis redis = new RealRedis(directory)) {
            assertThat(waits(node.port(), protocol)).isEqualTo(waits(redis.port, protocol));
        }
    }

    @Test
    void clientsAreListedWithAllThatRedisSaysOfThem() throws IOException {
        try (StagedNode node = StagedNode.open(directory.resolve("node"));
                RealRedis redis = new RealRedis(directory);
                Wire ours = new Wire(node.port());
                Wire theirs = new Wire(redis.port)) {
            assertThat(fields(ours)).containsAll(fields(theirs));
        }
    }

    private static Set<String> fields(Wire wire) {
        Set<String> fields = new TreeSet<>();
        Matcher field = FIELD.matcher(wire.call("CLIENT", "LIST").toString());
        while (field.find()) {
            fields.add(field.group(1));
        }
        assertThat(fields).contains("id", "addr", "name");
        return fields;
    }
}
