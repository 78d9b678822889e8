package dev.meridian.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A deployment whose clients need a password: every command finds it, nobody else sees it. */
class UpPasswordTest {
    @TempDir
    private Path directory;

    @Test
    void aPasswordFileBesideTheFileIsFoundByNodesAndCommandsAndStandsNowhereElse() throws Exception {
        Path secret = Files.writeString(directory.resolve("the password"), "correct horse\n");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        String file = UpProcess.FILE + "  security: {password_file: \"the password\"} # beside this file\n";

        try (var up = new UpProcess(directory, file, List.of("-o", "json"))) {
            assertThat(Json.read(up.firstLine()).path("wan"))
                    .allSatisfy(direction -> assertThat(
                                    direction.path("measured_rtt_ms").isNumber())
                            .isTrue());
            assertThat(up.run("cli", "us-east-1", "SET", "kept", "yes").out()).isEqualTo("OK\n");
            assertThat(up.run("status").out()).startsWith("shop · 2 of 2 regions up");
            assertThat(up.run("verify").exitCode()).isZero();
            assertThat(Files.getPosixFilePermissions(up.state().directory().resolve("running.yaml")))
                    .isEqualTo(PosixFilePermissions.fromString("rw-------"));

            Files.writeString(secret, "another one\n");
            for (String command : List.of("status", "verify", "cli us-east-1 PING")) {
                CommandLineRun wrong = up.run(command.split(" "));
                assertThat(wrong.exitCode()).as(command).isEqualTo(ExitCode.REFUSED);
                assertThat(wrong.err()).as(command).startsWith("error[MRD-3051]");
                CommandLineRun given = CommandLineRun.withInput(
                        directory, "", Map.of("MERIDIAN_PASSWORD", "correct horse"), command.split(" "));
                assertThat(given.exitCode()).as(command).isZero();
            }
            assertThat(filesThatHold("correct horse")).isEmpty();
        }
    }

    private List<Path> filesThatHold(String text) throws Exception {
        try (var files = Files.walk(directory.resolve(".meridian"))) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> {
                        try {
                            return new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.ISO_8859_1)
                                    .contains(text);
                        } catch (java.io.IOException e) {
                            return false; // the store has replaced it meanwhile
                        }
                    })
                    .toList();
        }
    }
}
