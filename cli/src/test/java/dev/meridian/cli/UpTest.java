package dev.meridian.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A running {@code up}, seen from other commands. */
class UpTest {
    @TempDir
    private static Path directory;

    private static UpProcess up;

    @BeforeAll
    static void start() throws IOException {
        up = new UpProcess(directory, "-o", "json");
    }

    @AfterAll
    static void end() {
        up.close();
    }

    @Test
    void theBannerAsJsonIsOneLineWithEveryAddress_G5() throws IOException {
        JsonNode banner = Json.read(up.firstLine());
        assertThat(banner.path("schema").asString()).isEqualTo("meridian.up/1");
        assertThat(banner.path("regions")).hasSize(2);
        assertThat(banner.path("ready_s").isNumber()).isTrue();
        assertThat(banner.path("wan")).hasSize(2);
        assertThat(up.nodes()).hasSize(2);
    }

    @Test
    void everyPairHasTheConfiguredRoundTripAsTheNodesMeasureIt_G3() {
        assertThat(up.run("wan", "set", "us-east-1", "eu-west-1", "--rtt", "60ms")
                        .exitCode())
                .isZero();
        await().atMost(UpProcess.PATIENCE).untilAsserted(() -> {
            JsonNode directions = up.run("wan", "-o", "json").json().path("directions");
            assertThat(directions).hasSize(2);
            for (JsonNode direction : directions) {
                assertThat(direction.path("rtt_ms").asDouble()).isEqualTo(60);
                assertThat(direction.path("measured_rtt_ms").asDouble()).isBetween(59.0, 63.0);
            }
        });
    }

    @Test
    void aCutHoldsWritesUntilItIsHealedThenBothRegionsHaveThem() {
        assertThat(up.run("wan", "cut", "us-east-1", "eu-west-1", "-o", "json")
                        .json()
                        .path("directions")
                        .valueStream()
                        .map(direction -> direction.path("cut").asBoolean()))
                .containsExactly(true, true);
        assertThat(up.run("cli", "us-east-1", "SET", "kept", "here").out()).isEqualTo("OK\n");
        assertThat(up.run("cli", "eu-west-1", "GET", "kept").out()).isEqualTo("(nil)\n");
        assertThat(up.run("wan", "heal").exitCode()).isZero();
        await().atMost(UpProcess.PATIENCE)
                .until(() -> up.run("cli", "eu-west-1", "GET", "kept").out().equals("here\n"));
    }

    @Test
    void aSecondUpOfTheSameNameIsRefusedAndTheFirstGoesOn() {
        CommandLineRun second = up.run("up", "shop.yaml", "--ports", "random");
        assertThat(second.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(second.err()).contains("error[MRD-3022]");
        assertThat(up.ping("us-east-1")).isEqualTo("PONG");
    }
}
