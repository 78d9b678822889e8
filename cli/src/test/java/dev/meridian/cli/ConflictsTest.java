package dev.meridian.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.meridian.cli.repository.Repository;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import tools.jackson.databind.JsonNode;

/** The example of conflicts in two real processes: what waits is seen and resolved by whoever has to, and nothing goes unseen. */
class ConflictsTest {
    private static final String US = "us-east-1";
    private static final String EU = "eu-west-1";

    @TempDir
    private static Path directory;

    private static UpProcess up;

    @BeforeAll
    static void start() throws IOException {
        up = new UpProcess(directory, Files.readString(Repository.ROOT.resolve("examples/conflicts.yaml")), List.of());
    }

    @AfterAll
    static void end() {
        up.close();
    }

    private void apart(Runnable writes) {
        assertThat(up.run("wan", "cut", US, EU).exitCode()).isZero();
        writes.run();
        assertThat(up.run("wan", "heal").exitCode()).isZero();
    }

    private static JsonNode json(CommandLineRun run) {
        assertThat(run.exitCode()).as(run.err()).isZero();
        return Json.read(run.out());
    }

    private JsonNode waiting(String key) {
        return await().atMost(UpProcess.PATIENCE)
                .until(
                        () -> json(up.run("conflicts", "show", key, "-o", "json"))
                                .path("conflicts"),
                        conflicts -> !conflicts.isEmpty())
                .get(0);
    }

    @Test
    void aConflictIsListedShownAndResolvedOnTheCommandLine_V6() {
        try (Jedis us = up.client(US);
                Jedis eu = up.client(EU)) {
            apart(() -> {
                us.set("contracts:7", "Boston");
                eu.set("contracts:7", "Dublin");
            });
            String token = waiting("contracts:7").path("token").asString();
            assertThat(up.run("conflicts").out()).contains("contracts:7", "open", token, "Boston", "Dublin");
            assertThat(up.run("conflicts", "list", "contracts").out()).contains(token);
            assertThat(up.run("conflicts", "show", "contracts:7").out()).contains("1  us-east-1  ", "2  eu-west-1  ");
            assertThat(json(up.run("status", "-o", "json")).toString()).contains("\"conflicts_waiting\":1");

            CommandLineRun early =
                    up.run("conflicts", "resolve", "contracts:7", "--token", "0000000000000000", "--sibling", "1");
            assertThat(early.exitCode()).isEqualTo(ExitCode.REFUSED);
            assertThat(early.err()).contains("MRD-3073", "meridian conflicts show contracts:7");
            assertThat(up.run("conflicts", "resolve", "contracts:7", "--token", token, "--sibling", "1")
                            .exitCode())
                    .isZero();
            await().atMost(UpProcess.PATIENCE).until(() -> eu.get("contracts:7").equals("Boston"));
            assertThat(up.run("conflicts", "list", "contracts").out()).isEqualTo("Nothing waits.\n");
            assertThat(up.run("conflicts", "list", "contracts", "--dropped").out())
                    .contains("contracts:7", "resolved", "Dublin");
            CommandLineRun late = up.run("conflicts", "resolve", "contracts:7", "--token", token, "--value", "x");
            assertThat(late.exitCode()).isEqualTo(ExitCode.FAILED);
            assertThat(late.err()).contains("MRD-3074");
            assertThat(up.run("conflicts", "resolve", "contracts:7", "--token", token)
                            .exitCode())
                    .isEqualTo(ExitCode.USAGE);
            assertThat(up.run("conflicts", "list", "nope").err()).contains("no dataset is named 'nope'");
        }
    }

    @Test
    void theRuleOfTheFileDecidesAndWhatItCannotDecideIsQuarantined_V7() {
        try (Jedis us = up.client(US);
                Jedis eu = up.client(EU)) {
            apart(() -> {
                us.set("profiles:1", "{\"revision\": 9, \"name\": \"Ada\"}");
                eu.set("profiles:1", "{\"revision\": 10, \"name\": \"Ada L.\"}");
                us.set("profiles:2", "{\"revision\": 1}");
                eu.set("profiles:2", "no profile");
            });
            assertThat(waiting("profiles:2").path("state").asString()).isEqualTo("quarantined");
            for (Jedis region : List.of(us, eu)) {
                await().atMost(UpProcess.PATIENCE)
                        .until(() -> region.get("profiles:1").equals("{\"revision\": 10, \"name\": \"Ada L.\"}"));
                await().atMost(UpProcess.PATIENCE)
                        .until(() -> region.get("profiles:2").equals("no profile"));
            }
            assertThat(up.run("conflicts", "show", "profiles:2").out()).contains("quarantined", "revision");
            assertThat(up.run("verify", "profiles").exitCode()).isZero();
        }
    }

    @Test
    void aDroppedValueIsOnRecordAfterARestart_V6() {
        try (Jedis us = up.client(US);
                Jedis eu = up.client(EU)) {
            apart(() -> {
                us.set("prices:1", "10");
                eu.set("prices:1", "12");
            });
            await().atMost(UpProcess.PATIENCE).until(() -> us.get("prices:1").equals("12"));
        }
        assertThat(up.run("conflicts", "list", "prices", "--dropped").out()).contains("prices:1", "later_value", "10");
        for (String region : List.of(US, EU)) {
            assertThat(up.run("kill", region).exitCode()).isZero();
            assertThat(up.run("start", region).exitCode()).isZero();
        }
        assertThat(json(up.run("conflicts", "list", "prices", "--dropped", "-o", "json"))
                        .path("dropped"))
                .anySatisfy(record -> {
                    assertThat(record.path("value").asString()).isEqualTo("10");
                    assertThat(record.path("region").asString()).isEqualTo(US);
                });
    }

    @Test
    void theSameIsThereOverHttp_V6() throws Exception {
        try (Jedis us = up.client(US);
                Jedis eu = up.client(EU)) {
            apart(() -> {
                us.set("contracts:a/b", "Boston");
                eu.set("contracts:a/b", "Dublin");
            });
            String token = waiting("contracts:a/b").path("token").asString();
            HttpResponse<String> list = http("GET", "/v1/conflicts?dataset=contracts&count=10");
            assertThat(list.statusCode()).isEqualTo(200);
            assertThat(Json.read(list.body()).path("conflicts").toString()).contains("contracts:a/b", token);
            assertThat(Json.read(http("GET", "/v1/conflicts/contracts:a%2Fb").body())
                            .path("conflicts")
                            .get(0)
                            .path("siblings")
                            .size())
                    .isEqualTo(2);
            String resolve = "/v1/conflicts/contracts:a%2Fb/resolve?token=";
            assertThat(http("GET", resolve + token + "&sibling=1").statusCode()).isEqualTo(405);
            assertThat(http("POST", resolve + token).statusCode()).isEqualTo(400);
            assertThat(http("POST", resolve + "0000000000000000&sibling=1").statusCode())
                    .isEqualTo(409);
            assertThat(http("POST", resolve + token + "&value=x", "Origin", "http://elsewhere.example")
                            .statusCode())
                    .isEqualTo(403);
            assertThat(http("POST", resolve + token + "&value=both%20%26%20more")
                            .statusCode())
                    .isEqualTo(200);
            await().atMost(UpProcess.PATIENCE)
                    .until(() -> eu.get("contracts:a/b").equals("both & more"));
            assertThat(http("POST", resolve + token + "&sibling=1").statusCode())
                    .isEqualTo(404);
            assertThat(http("GET", "/v1/conflicts?cursor=x").statusCode()).isEqualTo(400);
            assertThat(http("GET", "/v1/conflicts?dataset=nope").statusCode()).isEqualTo(400);
            assertThat(http("GET", "/metrics").body()).contains("meridian_conflicts_open{dataset=\"contracts\"} 0");
        }
    }

    private HttpResponse<String> http(String method, String path, String... headers) throws Exception {
        int port = up.state().regions().stream()
                .filter(region -> region.name().equals(US))
                .findFirst()
                .orElseThrow()
                .http();
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .method(method, HttpRequest.BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
    }
}
