package dev.meridian.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code certificates init}, and {@code up} with what it makes. */
class CertificatesTest {
    private static final String LINKS = """
              links:
                certificate: certs/{region}.pem
                key: "certs/{region}.key"
                authority: certs/authority.pem
                key_exchange: hybrid_required
            """;

    @TempDir
    private Path directory;

    private Path certs;

    @BeforeEach
    void write() throws Exception {
        certs = directory.resolve("certs");
        Files.writeString(directory.resolve("shop.yaml"), UpProcess.FILE);
    }

    private CommandLineRun init(String... more) {
        return CommandLineRun.in(
                directory,
                java.util.stream.Stream.concat(
                                java.util.stream.Stream.of("certificates", "init", "shop.yaml"),
                                java.util.stream.Stream.of(more))
                        .toArray(String[]::new));
    }

    @Test
    void keysAreTheirOwnersOnlyAndNothingIsOverwritten() throws Exception {
        CommandLineRun first = init();
        assertThat(first.exitCode()).isZero();
        assertThat(first.err()).contains("links:", "certificate: certs/{region}.pem", "authority: certs/authority.pem");
        assertThat(certs).isDirectoryContaining("glob:**/us-east-1.pem").isDirectoryContaining("glob:**/eu-west-1.pem");
        for (String key : List.of("authority.key", "us-east-1.key", "eu-west-1.key")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(certs.resolve(key))))
                    .isEqualTo("rw-------");
        }
        String kept = Files.readString(certs.resolve("us-east-1.pem"));
        Files.delete(certs.resolve("eu-west-1.pem"));
        Files.delete(certs.resolve("eu-west-1.key"));

        JsonNode second = init("-o", "json").json();

        assertThat(second.path("written").size()).isEqualTo(2);
        assertThat(certs.resolve("us-east-1.pem")).hasContent(kept);
        Files.delete(certs.resolve("authority.key"));
        assertThat(init().err()).startsWith("error[MRD-3060]");
        assertThat(init("--days=0").exitCode()).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void aKeyThatEverybodyCanReadIsRefused() throws Exception {
        init();
        Files.writeString(directory.resolve("shop.yaml"), UpProcess.FILE + LINKS);
        assertThat(CommandLineRun.in(directory, "validate", "shop.yaml").exitCode())
                .isZero();
        Files.setPosixFilePermissions(certs.resolve("eu-west-1.key"), PosixFilePermissions.fromString("rw-r--r--"));
        CommandLineRun run = CommandLineRun.in(directory, "validate", "shop.yaml");
        assertThat(run.exitCode()).isEqualTo(ExitCode.CONFIGURATION);
        assertThat(run.err()).contains("error[MRD-2323]", "eu-west-1.key", "chmod 600");
    }

    @Test
    void aNodeWithoutItsCertificateDoesNotStartAndSaysWhichFileIsMissing() throws Exception {
        Files.writeString(directory.resolve("shop.yaml"), UpProcess.FILE + LINKS);
        CommandLineRun run = CommandLineRun.in(
                directory,
                "server",
                "shop.yaml",
                "--region=us-east-1",
                "--data=data",
                "--supervised",
                "--resp=127.0.0.1:0",
                "--http=127.0.0.1:0",
                "--link=127.0.0.1:0");
        assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(run.err()).contains("error[MRD-3043]", "us-east-1.pem cannot be read, or is not there");
        assertThat(directory.resolve("data")).doesNotExist();
    }

    @Test
    void aFileWithoutANameRunsUnderUpOverTlsAndRoundTripsAreAsConfigured_G3() throws Exception {
        String file = UpProcess.FILE.replace("  name: shop\n", "") + LINKS;
        Files.writeString(directory.resolve("shop.yaml"), file);
        assertThat(init().exitCode()).isZero();
        try (var up = new UpProcess(directory, file, List.of("-o", "json"))) {
            assertThat(Json.read(up.firstLine()).path("wan")).hasSize(2);
            await().atMost(UpProcess.PATIENCE)
                    .untilAsserted(
                            () -> assertThat(up.run("wan", "-o", "json").json().path("directions"))
                                    .hasSize(2)
                                    .allSatisfy(CertificatesTest::isAsConfigured));
            assertThat(up.run("cli", "us-east-1", "SET", "k", "v").out()).isEqualTo("OK\n");
            assertThat(up.run("verify").exitCode()).isZero();
            JsonNode running = Json.read(up.run("status", "-o", "json").out());
            assertThat(running.path("name").asString()).isEqualTo("shop");
            assertThat(Files.readString(up.state().directory().resolve("running.yaml")))
                    .contains("name: shop", certs + "/{region}.key");
        }
    }

    private static void isAsConfigured(JsonNode direction) {
        double configured = direction.path("rtt_ms").asDouble();
        double most = Math.max(2, configured * 0.05);
        assertThat(direction.path("measured_rtt_ms").asDouble()).isBetween(configured - most, configured + most);
    }
}
