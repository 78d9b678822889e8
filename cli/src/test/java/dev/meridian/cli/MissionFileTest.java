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
}
