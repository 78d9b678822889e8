package dev.meridian.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.meridian.cli.repository.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import tools.jackson.databind.JsonNode;

/** The example that was there before the program: one primary, two replicas. */
class MissionFileTest {
    @Test
    void itIsValidItsDerivationsAreShownAndAWriteThroughAReplicaReachesAllRegions(@TempDir Path directory)
            throws IOException {
        String file = Files.readString(Repository.ROOT.resolve("examples/mission.yaml"));
        Files.writeString(directory.resolve("mission.yaml"), file);
        assertThat(CommandLineRun.in(directory, "validate", "mission.yaml").exitCode())
                .isZero();
        assertThat(CommandLineRun.in(directory, "config", "show", "--effective", "mission.yaml")
                        .out())
                .containsPattern("topology: read-replicas +# ")
                .containsPattern("placement: \\[eu-west-1] +# the residency of user_pii");

        try (var up = new UpProcess(directory, file, List.of());
                Jedis us = up.client("us-east-1");
                Jedis eu = up.client("eu-west-1");
                Jedis ap = up.client("ap-southeast-1")) {
            assertThat(eu.set("greeting", "hello")).isEqualTo("OK");
            assertThat(us.get("greeting")).isEqualTo("hello");
            await().atMost(UpProcess.PATIENCE).until(() -> "hello".equals(ap.get("greeting")));
            await().atMost(UpProcess.PATIENCE).until(() -> "hello".equals(eu.get("greeting")));
        }
    }

    /** With checks each two seconds instead of thirty, so that three of them are missed sooner. */
    @Test
    void aLostPrimaryIsFollowedAndSecondaryWhenItIsBack_F1_F4_D1(@TempDir Path directory) throws IOException {
        String file = Files.readString(Repository.ROOT.resolve("examples/mission.yaml"))
                .replace("health_check_interval: 30s", "health_check_interval: 2s");
        assertThat(file).contains("health_check_interval: 2s", "failover_threshold: 3");
        try (var up = new UpProcess(directory, file, List.of());
                Jedis eu = up.client("eu-west-1")) {
            assertThat(eu.set("before", "kept")).isEqualTo("OK");
            await().atMost(UpProcess.PATIENCE).until(() -> "kept".equals(eu.get("before")));
            await().atMost(UpProcess.PATIENCE)
                    .until(() -> up.run("failover", "default", "--to", "eu-west-1", "--accept-loss")
                            .err()
                            .contains("lease 5.0 s + three round trips of "));
            CommandLineRun plan = up.run("failover", "default", "--to", "eu-west-1", "--accept-loss");
            assertThat(plan.exitCode()).isEqualTo(ExitCode.REFUSED);
            assertThat(plan.err())
                    .contains("Writes go on within ", "by itself a lost primary is replaced 6.0 s (detection) after");

            assertThat(up.run("kill", "us-east-1").exitCode()).isZero();
            await().atMost(UpProcess.PATIENCE).ignoreExceptions().until(() -> "OK".equals(eu.set("after", "taken")));
            String follower = group(up, "eu-west-1").path("primary").asString();
            assertThat(follower).isIn("eu-west-1", "ap-southeast-1");

            assertThat(up.run("start", "us-east-1").exitCode()).isZero();
            try (Jedis us = up.client("us-east-1")) {
                await().atMost(UpProcess.PATIENCE).until(() -> "taken".equals(us.get("after")));
                assertThat(us.get("before")).isEqualTo("kept");
                assertThat(us.set("through", "a secondary")).isEqualTo("OK");
            }
            JsonNode back = group(up, "us-east-1");
            assertThat(back.path("primary").asString()).isEqualTo(follower);
            assertThat(back.path("takes_writes").asBoolean()).isFalse();
            assertThat(back.path("epoch").asLong()).isGreaterThan(1);
        }
    }

    /** What the region's node says of the group of keys without a dataset. */
    private static JsonNode group(UpProcess up, String region) {
        for (JsonNode each : up.run("status", "-o", "json").json().path("regions")) {
            for (JsonNode group : each.path("status").path("groups")) {
                if (each.path("region").asString().equals(region)
                        && group.path("datasets").toString().contains("\"default\"")) {
                    return group;
                }
            }
        }
        throw new AssertionError(region + " does not speak of the group");
    }
}
