package dev.meridian.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code server} in this process: a supervised node ends when its input does, which is at once here. */
class ServerTest {
    @TempDir
    private Path directory;

    @BeforeEach
    void write() throws IOException {
        InitCommand.write(directory.resolve("shop.yaml"), "shop", List.of("us-east-1", "eu-west-1"));
    }

    @Test
    void aNodeSaysOnStandardOutputThatItIsReadyAndNothingElse() {
        CommandLineRun run = server();
        assertThat(run.exitCode()).isZero();
        assertThat(run.json().path("schema").asString()).isEqualTo("meridian.event/1");
        assertThat(run.json().path("event").asString()).isEqualTo("ready");
        assertThat(run.json().path("region").asString()).isEqualTo("us-east-1");
        assertThat(directory.resolve("data")).isNotEmptyDirectory();
    }

    @Test
    void aRuleThatTheDataWereNotMadeWithIsRefusedAtItsLineAndTheDataStay() throws IOException {
        assertThat(server().exitCode()).isZero();
        String before = Files.readString(directory.resolve("data/policy"));
        String file = Files.readString(directory.resolve("shop.yaml"));
        Files.writeString(directory.resolve("shop.yaml"), file.replaceFirst("name: shop", "name: store"));
        CommandLineRun changed = server();
        assertThat(changed.exitCode()).isEqualTo(ExitCode.CONFIGURATION);
        assertThat(changed.err())
                .contains("error[MRD-2324]", "name is store, and the data were made with shop", "^^^^^");
        assertThat(directory.resolve("data/policy")).hasContent(before);
    }

    @Test
    void anOpenDoorWithoutAPasswordIsRefused_X5() {
        CommandLineRun run = server("--resp=0.0.0.0:0");
        assertThat(run.exitCode()).isEqualTo(ExitCode.REFUSED);
        assertThat(run.err()).startsWith("error[MRD-3032]");
        assertThat(directory.resolve("data")).doesNotExist();
    }

    @Test
    void anOpenLinkWithoutCertificatesIsRefused_X5() throws IOException {
        String[] open = {"--link=0.0.0.0:0", "--password-file=" + Files.writeString(directory.resolve("pw"), "secret")};
        CommandLineRun run = server(open);
        assertThat(run.exitCode()).isEqualTo(ExitCode.REFUSED);
        assertThat(run.err()).contains("error[MRD-3033]").doesNotContain("secret");
        assertThat(directory.resolve("data")).doesNotExist();
    }

    @Test
    void aTakenPortIsAnErrorThatSaysSo() throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CommandLineRun run = server("--resp=127.0.0.1:" + taken.getLocalPort());
            assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
            assertThat(run.err()).contains("error[MRD-3030]");
        }
    }

    @Test
    void aRegionAPeerOrAnAddressThatIsNotOneIsRefused() {
        assertThat(server("--region=mars-1").err()).contains("MRD-3012", "regions: us-east-1, eu-west-1");
        assertThat(server("--peer=mars-1=127.0.0.1:1").err()).contains("MRD-3012");
        assertThat(server("--peer=eu-west-1=nowhere").err()).contains("--peer nowhere is not HOST:PORT");
        assertThat(server("--http=127.0.0.1:70000").exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(directory.resolve("data")).doesNotExist();
    }

    @Test
    void aPasswordFileThatIsEmptyOrMissingIsRefused() throws IOException {
        Files.writeString(directory.resolve("empty"), "\n");
        assertThat(server("--password-file=empty").err()).contains("MRD-3060", "holds no password");
        assertThat(server("--password-file=missing").err()).contains("MRD-3060");
    }

    private CommandLineRun server(String... more) {
        var words = new ArrayList<String>();
        words.addAll(List.of("server", "shop.yaml", "--data=data", "--supervised"));
        for (String option :
                List.of("--region=us-east-1", "--resp=127.0.0.1:0", "--http=127.0.0.1:0", "--link=127.0.0.1:0")) {
            String name = option.substring(0, option.indexOf('=') + 1);
            boolean given = false;
            for (String each : more) {
                given |= each.startsWith(name);
            }
            if (!given) {
                words.add(option);
            }
        }
        words.addAll(List.of(more));
        return CommandLineRun.in(directory, words.toArray(String[]::new));
    }
}
