package dev.meridian.cli.drill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.cli.CommandLineRun;
import dev.meridian.cli.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class DrillTest {
    private static final String MESH = """
            multi_region:
              name: mesh
              regions:
                - { name: us-east-1, services: [api, database] }
                - { name: eu-west-1, services: [api, database] }
              datasets:
                - { name: carts, topology: active-active, consistency: session, conflict_resolution: crdt }
            """;

    @TempDir
    private Path directory;

    @Test
    void aLostRegionStopsItsOwnClientsOnlyAndNothingIsLost_D1_V1_C2() throws IOException {
        file("mesh.yaml", MESH);
        CommandLineRun run = CommandLineRun.in(
                directory,
                "drill region-loss mesh.yaml --region us-east-1 --duration 3s --seed 5 --html page.html -o json"
                        .split(" "));
        assertThat(run.exitCode()).as(run.out()).isEqualTo(ExitCode.DONE);
        JsonNode drill = run.json().path("drills").path(0);
        assertThat(drill.path("held").asBoolean()).isTrue();
        assertThat(drill.path("regions").toString()).isEqualTo("[\"us-east-1\"]");
        for (JsonNode request : drill.path("requests")) {
            boolean hit = request.path("region").asString().equals("us-east-1");
            assertThat(request.path("promised").asString()).isEqualTo(hit ? "may stop" : "goes on");
            assertThat(request.path("ok").asInt()).isPositive();
            assertThat(request.path("stopped_ms").asLong() > 1_000).isEqualTo(hit);
        }
        assertThat(drill.path("promises").toString()).contains("no acknowledged write lost", "RPO <= 5.0 s");
        assertThat(drill.path("timeline").toString())
                .contains("killed (SIGKILL)", "link_down", "all regions hold the same");
        assertThat(Files.readString(directory.resolve("page.html")))
                .startsWith("<!doctype html>")
                .contains("Every promise held.")
                .endsWith("</html>\n");
    }

    @Test
    void aPlannedHandoverUnderLoadLosesNothingAndComesBack_D1_V1() throws IOException {
        file("hub.yaml", """
                multi_region:
                  name: hub
                  regions:
                    - { name: us-east-1, primary: true }
                    - { name: eu-west-1 }
                    - { name: ap-southeast-1 }
                  datasets:
                    - { name: orders, topology: read-replicas, consistency: session, failover: automatic }
                """);
        CommandLineRun run =
                CommandLineRun.in(directory, "drill switchover hub.yaml --duration 4s --seed 5 -o json".split(" "));
        // The first decision of nodes that a test has just started waits for classes to be loaded; the drill judges how
        // long, what must hold on any machine is asked for here.
        assertThat(run.exitCode()).as(run.out()).isIn(ExitCode.DONE, ExitCode.OBJECTIVE);
        JsonNode drill = run.json().path("drills").path(0);
        for (JsonNode promise : drill.path("promises")) {
            String words = promise.path("promise").asString();
            if (!words.startsWith("served where") && !words.startsWith("a handover holds")) {
                assertThat(promise.path("held").asBoolean()).as("%s", promise).isTrue();
            }
        }
        assertThat(drill.path("timeline").toString())
                .contains("orders", "from us-east-1 to eu-west-1", "from eu-west-1 to us-east-1");
        assertThat(drill.path("promises").toString())
                .contains("no acknowledged write lost", "a handover holds a write for at most");
    }

    @Test
    void aPrimaryCutOffFromItsMajorityAcknowledgesNothingOnceItsLeaseIsOverAndAnotherTakesOver_F2_D1_V1()
            throws IOException {
        file("cut.yaml", """
                multi_region:
                  name: cut
                  regions:
                    - { name: us-east-1, primary: true }
                    - { name: eu-west-1 }
                    - { name: ap-southeast-1 }
                  datasets:
                    - { name: merged, topology: read-replicas, failover: automatic, failover_profile: fast }
                    - name: held
                      topology: read-replicas
                      failover: automatic
                      failover_profile: fast
                      late_writes: review
                """);
        CommandLineRun run =
                CommandLineRun.in(directory, "drill partition cut.yaml --duration 15s --seed 5 -o json".split(" "));
        // When somebody else serves depends on the machine too, and the drill judges it.
        assertThat(run.exitCode()).as(run.out()).isIn(ExitCode.DONE, ExitCode.OBJECTIVE);
        JsonNode drill = run.json().path("drills").path(0);
        int fenced = 0;
        for (JsonNode promise : drill.path("promises")) {
            String words = promise.path("promise").asString();
            fenced += words.startsWith("one primary: nothing acknowledged by the old one after its lease") ? 1 : 0;
            if (!words.startsWith("served where")) {
                assertThat(promise.path("held").asBoolean()).as("%s", promise).isTrue();
            }
        }
        // The dataset of keys without one has a lease, too.
        assertThat(fenced).isEqualTo(3);
        assertThat(drill.path("failovers").size()).isEqualTo(2);
        for (JsonNode failover : drill.path("failovers")) {
            assertThat(failover.path("primary").asString()).isNotEqualTo("us-east-1");
            assertThat(failover.path("bound_ms").asLong()).isPositive();
        }
        assertThat(drill.path("timeline").toString()).contains("held: a failover takes at most");
    }

    @Test
    void whatCannotRunIsToldBeforeAnythingIsStarted() throws IOException {
        file("mesh.yaml", MESH);
        file("one.yaml", "multi_region:\n  regions: [ { name: us-east-1, services: [api, database] } ]\n");
        file("locked.yaml", MESH + "  security: { password: secret }\n");
        Files.setPosixFilePermissions(directory.resolve("locked.yaml"), PosixFilePermissions.fromString("rw-------"));
        Map<List<String>, String> refused = Map.of(
                List.of("region-los", "mesh.yaml"), "64 did you mean region-loss",
                List.of("region-loss", "mesh.yaml", "--region", "us-west-9"), "64 us-west-9",
                List.of("two-region-loss", "mesh.yaml"), "5 needs 3: nobody would be left",
                List.of("region-loss", "one.yaml"), "5 nobody would be left",
                List.of("primary-pause", "mesh.yaml"), "5 no dataset of the file has a primary",
                List.of("partition", "mesh.yaml", "--region", "us-east-1", "--region", "eu-west-1"),
                        "64 hits 1 region, and --region names 2",
                List.of("region-loss", "locked.yaml"), "5 the file asks for a password",
                List.of("region-loss", "mesh.yaml", "--duration", "9h"), "64 from 100ms to 1h",
                List.of("--all", "one.yaml", "--attach"), "64 neither",
                List.of("region-loss"), "64 takes its name and a file");
        refused.forEach((words, expected) -> {
            CommandLineRun run = CommandLineRun.in(
                    directory, Stream.concat(Stream.of("drill"), words.stream()).toArray(String[]::new));
            int space = expected.indexOf(' ');
            assertThat(run.exitCode()).as("%s", words).isEqualTo(Integer.parseInt(expected.substring(0, space)));
            assertThat(run.err()).as("%s", words).contains("error[MRD-", expected.substring(space + 1));
            assertThat(directory.resolve(".meridian")).doesNotExist();
        });
    }

    @Test
    void theListSaysWhatEachDoes() {
        CommandLineRun run = CommandLineRun.in(directory, "drill", "list");
        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains(Drill.words().toArray(String[]::new));
    }

    private void file(String name, String text) throws IOException {
        Files.writeString(directory.resolve(name), text);
    }
}
