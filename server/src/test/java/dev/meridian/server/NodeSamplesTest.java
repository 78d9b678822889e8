package dev.meridian.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.meridian.server.compat.Samples;
import dev.meridian.server.fuzz.Sessions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import redis.clients.jedis.Jedis;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The data directory of a node of an earlier version, its session token and its status, in the hands of this one (G3). */
class NodeSamplesTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String EU = "eu-west-1";
    private static final String US = "us-east-1";
    private static final List<String> REGIONS = List.of(US, EU);
    private static final String YAML = """
            multi_region:
              name: kept
              regions:
                - { name: us-east-1, services: [api, database] }
                - { name: eu-west-1, services: [api, database] }
              datasets:
                - { name: crdt, topology: active-active, conflict_resolution: crdt }
              replication: { strategy: async, consistency: eventual }
            """;

    @TempDir
    Path directory;

    static List<Path> versions() {
        return Samples.versions();
    }

    @BeforeAll
    static void recordIfAsked(@TempDir Path directory) throws Exception {
        if (System.getProperty("meridian.compat.record", "").isEmpty()) {
            return;
        }
        Map<String, byte[]> made = made(directory);
        for (Map.Entry<String, byte[]> sample : made.entrySet()) {
            Samples.record(sample.getKey(), sample::getValue);
        }
    }

    /** Some rows come to rest, then more is written that is in the log alone, as a killed process leaves it. */
    private static Map<String, byte[]> made(Path directory) throws Exception {
        Map<String, byte[]> made = new LinkedHashMap<>();
        made.put("meridian.yaml", YAML.getBytes(UTF_8));
        StagedNodes nodes = new StagedNodes(directory, YAML, null, REGIONS);
        try (nodes;
                TappedLink tap = new TappedLink(nodes.link(EU))) {
            nodes.start(EU);
            try (Jedis eu = nodes.redis(EU)) {
                Sessions.WRITES.forEach(write -> ask(eu, write));
            }
            await().untilAsserted(() -> assertThat(
                            nodes.status(EU).path("memory").path("dirty_rows").asInt(-1))
                    .isZero());
            nodes.stop(EU);
            nodes.start(EU);
            nodes.detour(US, EU, tap.address());
            nodes.start(US);
            try (Jedis us = nodes.redis(US);
                    Jedis eu = nodes.redis(EU)) {
                await().ignoreExceptions()
                        .untilAsserted(() -> assertThat(us.get("text")).isEqualTo("hello"));
                us.set("from:us", "golden-value");
                await().untilAsserted(() -> assertThat(eu.get("from:us")).isEqualTo("golden-value"));
                eu.set("from:eu", "golden-answer");
                await().untilAsserted(() -> assertThat(us.get("from:eu")).isEqualTo("golden-answer"));
                await().untilAsserted(() -> assertThat(ask(eu, "GET lived")).isEqualTo("GET lived: nil"));
                made.put(
                        "link.txt",
                        Samples.lines(Map.of("dialler", List.of(tap.dialler()), "answerer", List.of(tap.answerer()))));
                made.put("token.txt", ask(eu, "MERIDIAN.TOKEN").split(" ")[1].getBytes(UTF_8));
                made.put("status.json", nodes.http(EU, "/v1/status").body().getBytes(UTF_8));
                made.put("answers.txt", (String.join("\n", answers(eu)) + "\n").getBytes(UTF_8));
            }
            made.put("data.zip", zipped(nodes.data(EU)));
        }
        return made;
    }

    private static List<String> answers(Jedis redis) {
        List<String> questions = new ArrayList<>(Sessions.QUESTIONS);
        questions.addAll(List.of("GET from:us", "GET from:eu"));
        return questions.stream().map(question -> ask(redis, question)).toList();
    }

    private static String ask(Jedis redis, String command) {
        String[] words = command.split(" ");
        byte[][] args = new byte[words.length - 1][];
        for (int i = 1; i < words.length; i++) {
            args[i - 1] = words[i].getBytes(UTF_8);
        }
        return command + ": " + text(redis.sendCommand(() -> words[0].getBytes(UTF_8), args));
    }

    private static String text(Object reply) {
        return switch (reply) {
            case null -> "nil";
            case byte[] bytes -> new String(bytes, UTF_8);
            case List<?> all -> all.stream().map(NodeSamplesTest::text).toList().toString();
            default -> reply.toString();
        };
    }

    /** Without what RocksDB writes for people, which names places of the machine. */
    private static byte[] zipped(Path data) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes);
                Stream<Path> all = Files.walk(data)) {
            for (Path file : all.filter(Files::isRegularFile).sorted().toList()) {
                String name = data.relativize(file).toString();
                if (!name.matches("rows/(LOG.*|LOCK|OPTIONS.*)")) {
                    zip.putNextEntry(new ZipEntry(name));
                    zip.write(Files.readAllBytes(file));
                }
            }
        }
        return bytes.toByteArray();
    }

    @ParameterizedTest
    @MethodSource("versions")
    void aDirectoryOfAnEarlierVersionIsServedWithAllThatWasInIt_G3(Path version) throws Exception {
        StagedNodes nodes =
                new StagedNodes(directory, Files.readString(version.resolve("meridian.yaml")), null, REGIONS);
        try (nodes) {
            Samples.unzip(version.resolve("data.zip"), nodes.data(EU));
            nodes.start(EU);
            try (Jedis redis = nodes.redis(EU)) {
                assertThat(answers(redis)).isEqualTo(Files.readAllLines(version.resolve("answers.txt")));
                assertThat(ask(redis, "MERIDIAN.TOKEN ADOPT " + Files.readString(version.resolve("token.txt"))))
                        .endsWith(": OK");
                assertThat(redis.get("from:us")).isEqualTo("golden-value");
                redis.set("from:us", "written by a later version");
            }
            JsonNode kept = JSON.readTree(Files.readString(version.resolve("status.json")));
            List<String> missing = new ArrayList<>();
            members("", kept, nodes.status(EU), missing);
            assertThat(missing)
                    .as("members of the status that are gone or of another type")
                    .isEmpty();
        }
    }

    /** What an earlier status has and this one has not; figures that are not known stand for any. */
    private static void members(String path, JsonNode kept, JsonNode now, List<String> missing) {
        kept.properties().forEach(member -> {
            JsonNode found = now.path(member.getKey());
            String name = path + "/" + member.getKey();
            boolean sameKind =
                    found.isNull() || member.getValue().isNull() || kind(found).equals(kind(member.getValue()));
            if (found.isMissingNode() || !sameKind) {
                missing.add(name);
            } else if (member.getValue().isObject()
                    && !List.of("/vector", "/stable").contains(name.replaceAll(".*(/\\w+)$", "$1"))) {
                members(name, member.getValue(), found, missing);
            } else if (member.getValue().isArray() && !member.getValue().isEmpty() && !found.isEmpty()) {
                members(name, member.getValue().get(0), found.get(0), missing);
            }
        });
    }

    private static String kind(JsonNode node) {
        return node.isNumber() ? "number" : node.getNodeType().toString();
    }
}
