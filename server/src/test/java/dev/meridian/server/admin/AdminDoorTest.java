package dev.meridian.server.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.meridian.server.StagedNodes;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The HTTP door of a whole node that reaches no other. */
class AdminDoorTest {
    private static final List<String> REGIONS = List.of("eu-west-1", "us-east-1");
    private static final String FILE = """
            multi_region:
              name: shop
              regions:
                - { name: eu-west-1, services: [api, database] }
                - { name: us-east-1, services: [api, database] }
            """;

    @TempDir
    Path directory;

    @Test
    void aRegionCutOffFromAllOthersIsLiveAndReady() throws Exception {
        try (StagedNodes nodes = new StagedNodes(directory, FILE, null, REGIONS)) {
            nodes.start("eu-west-1");
            for (String probe : List.of("/livez", "/readyz", "/startupz")) {
                assertThat(nodes.http("eu-west-1", probe).statusCode())
                        .as(probe)
                        .isEqualTo(200);
            }
            assertThat(nodes.http("eu-west-1", "/readyz?verbose").body())
                    .isEqualTo("[+] recovery: ok\n[+] rows: ok\n[+] kernel: ok\nok\n");
            var peer = nodes.peer("us-east-1", "eu-west-1");
            assertThat(peer.path("connected").asBoolean(true)).isFalse();
            for (String unknown : List.of("rtt_ms", "rtt_age_ms", "clock_offset_ms", "last_heard_ms", "since")) {
                assertThat(peer.path(unknown).isNull()).as(unknown).isTrue();
            }
        }
    }

    @Test
    void withAPasswordOnlyProbesAreOpen() throws Exception {
        try (StagedNodes nodes = new StagedNodes(directory, FILE, "söcret", REGIONS)) {
            nodes.start("eu-west-1");
            assertThat(nodes.http("eu-west-1", "/readyz").statusCode()).isEqualTo(200);
            for (String path : List.of("/v1/status", "/v1/config", "/v1/events", "/metrics", "/nothing")) {
                var refused = nodes.http("eu-west-1", path);
                assertThat(refused.statusCode()).as(path).isEqualTo(401);
                assertThat(refused.headers().firstValue("Content-Type")).hasValue("application/problem+json");
                assertThat(refused.body()).contains("MRD-4208").doesNotContain("söcret");
            }
            String basic =
                    Base64.getEncoder().encodeToString("any:söcret".getBytes(java.nio.charset.StandardCharsets.UTF_8));
            assertThat(nodes.http("eu-west-1", "/v1/status", "Authorization", "Basic " + basic)
                            .statusCode())
                    .isEqualTo(200);
            assertThat(nodes.http("eu-west-1", "/v1/status", "Authorization", "Bearer wrong")
                            .statusCode())
                    .isEqualTo(401);
        }
    }

    @Test
    void theConfigurationIsToldWithItsReasons() throws Exception {
        try (StagedNodes nodes = new StagedNodes(directory, FILE, null, REGIONS)) {
            nodes.start("eu-west-1");
            var answer = nodes.http("eu-west-1", "/v1/config");
            assertThat(answer.body())
                    .contains("\"schema\":\"meridian.config/1\"")
                    .contains("{\"path\":\"name\",\"value\":\"shop\",\"reason\":\"given\",\"line\":2}");
        }
    }

    @Test
    void lateWritesAreListedAndAnUnknownOneIsNotFound_G7() throws Exception {
        try (StagedNodes nodes = new StagedNodes(directory, FILE, null, REGIONS)) {
            nodes.start("eu-west-1");
            var listed = nodes.http("eu-west-1", "/v1/late-writes?decided&count=5");
            assertThat(listed.statusCode()).isEqualTo(200);
            assertThat(listed.body()).contains("\"schema\":\"meridian.late_writes/1\"", "\"late_writes\":[]");
            assertThat(nodes.http("eu-west-1", "/v1/late-writes/1.2.3").statusCode())
                    .isEqualTo(404);
            assertThat(nodes.http("eu-west-1", "/v1/late-writes/1.2.3/apply").statusCode())
                    .isEqualTo(405);
            assertThat(nodes.http("eu-west-1", "/v1/late-writes?count=x").statusCode())
                    .isEqualTo(400);
        }
    }

    @Test
    void commandsShowAsARate() throws Exception {
        try (StagedNodes nodes = new StagedNodes(directory, FILE, null, REGIONS)) {
            nodes.start("eu-west-1");
            try (var redis = nodes.redis("eu-west-1")) {
                await().untilAsserted(() -> {
                    redis.ping();
                    assertThat(nodes.status("eu-west-1").path("ops_per_s").asDouble(0))
                            .isPositive();
                    assertThat(nodes.status("eu-west-1").path("clients").asInt())
                            .isEqualTo(1);
                });
            }
        }
    }
}
