package dev.meridian.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.cli.up.StagedDeployment;
import dev.meridian.cli.up.UpState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands that speak with a running deployment, over real sockets. */
class RunningDeploymentTest {
    @TempDir
    private Path directory;

    private StagedDeployment deployment;

    @AfterEach
    void close() {
        deployment.close();
    }

    @Test
    void statusShowsRegionsGroupsAndWhoIsBehindWhom() throws IOException {
        stage(UpState.API);
        CommandLineRun run = CommandLineRun.in(directory, "status", "--vectors");
        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
        assertThat(run.out().replaceFirst("at [0-9:]{8} UTC", "at TIME")).isEqualTo("""
                        shop · 2 of 3 regions up · WAN emulated · at TIME
                          region          state                   clients  ops/s  keys  behind by       clock  up since
                          us-east-1       serving                      12   4.1k   13k  -             +0.4 ms  03:04:05 UTC
                          eu-west-1       refusing: disk is full        9      -     0  orders 9.1 s        -  03:04:05 UTC
                          ap-southeast-1  down                          -      -     -  no answer           -  -
                          group of        mode            primary        staleness at most  conflicts  members
                          carts, default  active-active   -              412 ms                     2  eu-west-1, us-east-1
                          orders          active-passive  us-east-1 (7)  9.1 s                      0  eu-west-1, us-east-1
                          lag from / to   us-east-1     eu-west-1     ap-southeast-1
                          us-east-1               .  40 ms (1.2k)  3 min (3) no link
                          eu-west-1            0 ms             .                  -
                          ap-southeast-1          -             -                  .
                          vector of                    us-east-1 5b1f0c2e  eu-west-1 c0ffee00
                          carts, default in us-east-1                  88                1203
                          carts, default in eu-west-1                  88                   -
                          orders in eu-west-1                           -                   7
                        """);
    }

    @Test
    void statusAsJsonHoldsWhatEachNodeSaidUnchanged() throws IOException {
        stage(UpState.API);
        var json = CommandLineRun.in(directory, "status", "-o", "json").json();
        assertThat(json.path("schema").asString()).isEqualTo("meridian.deployment_status/1");
        assertThat(json.path("regions")).hasSize(3);
        assertThat(json.path("regions").get(0).path("status").path("clients").asInt())
                .isEqualTo(12);
        assertThat(json.path("regions").get(2).path("status").isNull()).isTrue();
        assertThat(json.path("regions").get(2).path("silence").asString()).isEqualTo("no answer");
    }

    @Test
    void aNodeOfANewerSchemaIsNotMisread() throws IOException {
        var statuses = new LinkedHashMap<String, String>();
        statuses.put("us-east-1", "{\"schema\":\"meridian.status/2\"}");
        deployment = new StagedDeployment(directory, UpState.API, statuses);
        CommandLineRun run = CommandLineRun.in(directory, "status");
        assertThat(run.exitCode()).isEqualTo(ExitCode.NO_ANSWER);
    }

    @Test
    void wanShowsEveryDirection() throws IOException {
        stage(UpState.API);
        String expected = """
                WAN emulated (a test)
                  from       to         delay   jitter   loss  rate    round trip  measured  state
                  us-east-1  eu-west-1  38 ms  0.00 ms  0.5 %  10MB/s      ~76 ms         -  cut, 4.1kB held
                """;
        assertThat(CommandLineRun.in(directory, "wan").out()).isEqualTo(expected);
        assertThat(CommandLineRun.in(directory, "wan", "show").out()).isEqualTo(expected);
    }

    @Test
    void wanChangesAreSentAsTheyWereWritten() throws IOException {
        stage(UpState.API);
        String[] set = {
            "wan",
            "set",
            "us-east-1",
            "eu-west-1",
            "--delay",
            "80ms",
            "--jitter",
            "5ms",
            "--loss",
            "1%",
            "--rate",
            "10MB/s",
            "--one-way"
        };
        assertThat(CommandLineRun.in(directory, set).exitCode()).isZero();
        assertThat(CommandLineRun.in(directory, "wan", "cut", "us-east-1", "eu-west-1")
                        .exitCode())
                .isZero();
        assertThat(CommandLineRun.in(directory, "wan", "heal").exitCode()).isZero();
        assertThat(deployment.requests)
                .map(Object::toString)
                .containsExactly(
                        "{\"action\":\"set\",\"from\":\"us-east-1\",\"to\":\"eu-west-1\",\"one_way\":true,\"delay\":\"80ms\","
                                + "\"jitter\":\"5ms\",\"loss\":\"1%\",\"rate\":\"10MB/s\"}",
                        "{\"action\":\"cut\",\"from\":\"us-east-1\",\"to\":\"eu-west-1\",\"one_way\":false}",
                        "{\"action\":\"heal\",\"one_way\":false}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"80", "-80ms", "80ms;reboot", "90s"})
    void aBadQuantityIsRefusedBeforeAnythingIsSent(String delay) throws IOException {
        stage(UpState.API);
        CommandLineRun run = CommandLineRun.in(directory, "wan", "set", "us-east-1", "eu-west-1", "--delay=" + delay);
        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).startsWith("error[MRD-3013]");
        assertThat(deployment.requests).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"eu-wst-1", "*", "", "../eu-west-1", "eu-west-1\n"})
    void aRegionThatDoesNotExistIsRefusedWithTheNearestOne(String region) throws IOException {
        stage(UpState.API);
        for (String[] command : new String[][] {{"kill"}, {"start"}, {"env"}, {"cli"}, {"wan", "cut", "us-east-1"}}) {
            var words = new java.util.ArrayList<>(java.util.List.of(command));
            words.add(region);
            CommandLineRun run = CommandLineRun.in(directory, words.toArray(String[]::new));
            assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
            assertThat(run.err()).contains("regions: us-east-1, eu-west-1, ap-southeast-1");
        }
        assertThat(CommandLineRun.in(directory, "kill", "eu-wst-1").err()).contains("did you mean eu-west-1?");
        assertThat(deployment.requests).isEmpty();
    }

    @Test
    void anotherVersionIsAskedButNotChanged() throws IOException {
        stage(UpState.API + 1);
        assertThat(CommandLineRun.in(directory, "wan").exitCode()).isZero();
        assertThat(CommandLineRun.in(directory, "status").exitCode()).isZero();
        CommandLineRun run = CommandLineRun.in(directory, "kill", "eu-west-1");
        assertThat(run.exitCode()).isEqualTo(ExitCode.REFUSED);
        assertThat(run.err()).startsWith("error[MRD-3025]");
        assertThat(deployment.requests).isEmpty();
    }

    @Test
    void aControlEndpointThatIsGoneIsItsOwnExitStatusAndSaysThatTheEffectIsNotKnown() throws IOException {
        stage(UpState.API);
        deployment.close();
        CommandLineRun run = CommandLineRun.in(directory, "kill", "eu-west-1");
        assertThat(run.exitCode()).isEqualTo(ExitCode.NO_ANSWER);
        assertThat(run.err()).contains("MRD-3023", "whether the request took effect is not known");
    }

    @Test
    void aWrongTokenIsRefused() throws IOException {
        stage(UpState.API);
        Path file = deployment.state.directory().resolve("up.json");
        Files.writeString(file, Files.readString(file).replace("secret-token", "guessed"));
        CommandLineRun run = CommandLineRun.in(directory, "kill", "eu-west-1");
        assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(run.err()).startsWith("error[MRD-3024]");
        assertThat(deployment.requests).isEmpty();
    }

    @Test
    void theStateFileIsReadableByItsOwnerOnly() throws IOException {
        stage(UpState.API);
        assertThat(Files.getPosixFilePermissions(deployment.state.directory().resolve("up.json")))
                .map(Enum::name)
                .containsExactlyInAnyOrder("OWNER_READ", "OWNER_WRITE");
    }

    @Test
    void lsAndEnvTellAddressesAndNoToken() throws IOException {
        stage(UpState.API);
        assertThat(CommandLineRun.in(directory, "ls").out()).contains("shop", "running (pid ");
        assertThat(CommandLineRun.in(directory, "ls", "-o", "json").out()).doesNotContain("secret-token");
        assertThat(CommandLineRun.in(directory, "env", "eu-west-1").out())
                .contains("export MERIDIAN_REGION=eu-west-1\n", "export REDIS_URL=redis://127.0.0.1:1\n");
    }

    @Test
    void aPasswordOnTheCommandLineIsWarnedOf() throws IOException {
        stage(UpState.API);
        CommandLineRun run = CommandLineRun.in(directory, "cli", "eu-west-1", "AUTH", "hunter2");
        assertThat(run.err())
                .contains("a password on the command line can be read")
                .doesNotContain("hunter2");
        assertThat(run.exitCode()).isEqualTo(ExitCode.NO_ANSWER);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "status",
                "wan",
                "wan show",
                "wan heal",
                "kill eu-west-1",
                "ls",
                "env eu-west-1",
                "explain",
                "completion"
            })
    void everyAnswerAsJsonIsOneObjectThatNamesItsSchemaAndNothingElseIsSaid_G7(String command) throws IOException {
        stage(UpState.API);
        CommandLineRun run = CommandLineRun.in(directory, (command + " -o json").split(" "));
        assertThat(run.exitCode()).isZero();
        assertThat(run.json().path("schema").asString()).matches("meridian\\.[a-z_]+/[0-9]+");
        assertThat(run.err()).isEmpty();
    }

    private void stage(int api) throws IOException {
        var statuses = new LinkedHashMap<String, String>();
        statuses.put("us-east-1", resource("us-east-1.json"));
        statuses.put("eu-west-1", resource("eu-west-1.json"));
        statuses.put("ap-southeast-1", null);
        deployment = new StagedDeployment(directory, api, statuses);
    }

    private static String resource(String name) throws IOException {
        try (var in = RunningDeploymentTest.class.getResourceAsStream(name)) {
            return new String(java.util.Objects.requireNonNull(in).readAllBytes());
        }
    }
}
