package dev.meridian.server.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.meridian.server.StagedNodes;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What operators ask of whole nodes over HTTP. */
class OperatorPathsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final List<String> REGIONS = List.of("us-east-1", "eu-west-1", "ap-southeast-1");
    private static final String FILE = """
            multi_region:
              name: shop
              regions:
                - { name: us-east-1, primary: true }
                - { name: eu-west-1, services: [api, database-replica] }
                - { name: ap-southeast-1, services: [api, database-replica] }
              datasets:
                - { name: orders, topology: active-passive, placement: [us-east-1, eu-west-1], failover: manual }
                - { name: carts, topology: active-active }
                - { name: default, topology: active-active }
            """;

    @TempDir
    Path directory;

    private StagedNodes nodes() throws Exception {
        return new StagedNodes(directory, FILE, null, REGIONS).withControl();
    }

    private static void decides(StagedNodes nodes) {
        for (String region : REGIONS) {
            await().atMost(PATIENCE).until(() -> {
                var control = nodes.status(region).path("control");
                return control.path("reachable").asBoolean()
                        && nodes.post("us-east-1", "/v1/control/automatic-failover?on=true")
                                        .statusCode()
                                == 200;
            });
        }
    }

    private static String primary(StagedNodes nodes, String region) throws Exception {
        for (var group : nodes.status(region).path("groups")) {
            if (group.path("datasets").path(0).asString().equals("orders")) {
                return group.path("primary").asString();
            }
        }
        return "";
    }

    @Test
    void whatCannotBeIsRefusedByItsCodeAndChangesNothing() throws Exception {
        try (StagedNodes nodes = nodes()) {
            nodes.start("us-east-1");
            String[][] wrong = {
                {"/v1/groups/ordrs/switchover?to=eu-west-1", "404", "MRD-4220"},
                {"/v1/groups/carts/switchover?to=eu-west-1", "409", "MRD-4222"},
                {"/v1/groups/carts/failover?to=us-east-1&accept_loss", "409", "MRD-4222"},
                {"/v1/groups/orders/switchover", "400", "MRD-4213"},
                {"/v1/groups/orders/switchover?to=", "400", "MRD-4213"},
                {"/v1/groups/orders/switchover?to=eu-wst-1", "404", "MRD-4220"},
                {"/v1/groups/orders/switchover?to=ap-southeast-1", "400", "MRD-4213"},
                {"/v1/groups/orders/switchover?to=eu-west-1&operation=a%20b", "400", "MRD-4213"},
                {"/v1/groups/orders/switchover?to=eu-west-1&by=a%0Ab", "400", "MRD-4213"},
                {"/v1/groups/orders/failover?to=eu-west-1", "421", "MRD-4221"},
                {"/v1/groups/orders/promote?to=eu-west-1", "404", "MRD-4207"},
                {"/v1/regions/nowhere/drain", "404", "MRD-4220"},
                {"/v1/regions/eu-west-1/drain?override=gravity", "400", "MRD-4213"},
                {"/v1/regions/eu-west-1/evacuate", "404", "MRD-4207"},
                {"/v1/control/automatic-failover?on=maybe", "400", "MRD-4213"},
                {"/v1/audit", "405", "MRD-4206"},
            };
            for (String[] each : wrong) {
                HttpResponse<String> answer = nodes.post("us-east-1", each[0]);
                assertThat(answer.statusCode() + " " + answer.body())
                        .as(each[0])
                        .startsWith(each[1])
                        .contains(each[2])
                        .doesNotContain("ordrs", "nowhere", "gravity");
            }
            assertThat(nodes.post("us-east-1", "/v1/regions/eu-west-1/drain", "Origin", "http://elsewhere.example")
                            .body())
                    .contains("MRD-4217");
            assertThat(nodes.http("us-east-1", "/v1/regions/eu-west-1/drain").statusCode())
                    .isEqualTo(405);
            assertThat(primary(nodes, "us-east-1")).isEqualTo("us-east-1");
        }
    }

    @Test
    void withoutAMajorityNothingIsDecidedAndWritesGoOn_F7() throws Exception {
        try (StagedNodes nodes = nodes()) {
            nodes.start("us-east-1");
            assertThat(nodes.post("us-east-1", "/v1/groups/orders/switchover?to=eu-west-1")
                            .body())
                    .contains("MRD-4224");
            HttpResponse<String> drained = nodes.post("us-east-1", "/v1/regions/eu-west-1/drain?operation=x");
            assertThat(drained.statusCode()).isEqualTo(503);
            assertThat(drained.body()).contains("MRD-4224");
            try (var redis = nodes.redis("us-east-1")) {
                assertThat(redis.set("orders:1", "a")).isEqualTo("OK");
            }
        }
    }

    @Test
    void twoOperatorsAtOnceHaveOneOutcomeAndItIsInTheAudit_F6_F7() throws Exception {
        try (StagedNodes nodes = nodes().startAll()) {
            decides(nodes);
            await().atMost(PATIENCE)
                    .until(() -> nodes.peer("eu-west-1", "us-east-1")
                            .path("connected")
                            .asBoolean());
            var first = CompletableFuture.supplyAsync(() -> post(nodes, "us-east-1", "anna"));
            var second = CompletableFuture.supplyAsync(() -> post(nodes, "us-east-1", "bert"));
            assertThat(List.of(first.join().statusCode(), second.join().statusCode()))
                    .as(first.join().body() + second.join().body())
                    .containsExactlyInAnyOrder(200, 409);
            await().atMost(PATIENCE).until(() -> primary(nodes, "eu-west-1").equals("eu-west-1"));
            assertThat(nodes.http("us-east-1", "/v1/audit").body()).containsPattern("anna|bert");
            String winner = first.join().statusCode() == 200 ? "anna" : "bert";
            await().atMost(PATIENCE)
                    .untilAsserted(() ->
                            assertThat(post(nodes, "us-east-1", winner).body()).contains("\"repeated\":true"));

            assertThat(nodes.post("eu-west-1", "/v1/regions/eu-west-1/drain").body())
                    .contains("MRD-4222", "switch them over first");
            assertThat(nodes.post("us-east-1", "/v1/regions/us-east-1/drain").statusCode())
                    .isEqualTo(200);
            await().atMost(PATIENCE)
                    .until(() -> nodes.status("eu-west-1")
                            .path("control")
                            .path("drained")
                            .toString()
                            .contains("us-east-1"));
            assertThat(nodes.post("eu-west-1", "/v1/groups/orders/switchover?to=us-east-1")
                            .body())
                    .contains("MRD-4222", "drained or isolated");
            assertThat(nodes.post("eu-west-1", "/v1/regions/ap-southeast-1/isolate")
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    private static HttpResponse<String> post(StagedNodes nodes, String region, String operation) {
        try {
            return nodes.post(region, "/v1/groups/orders/switchover?to=eu-west-1&by=test&operation=" + operation);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
