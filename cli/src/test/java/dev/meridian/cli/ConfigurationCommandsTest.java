package dev.meridian.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code init}, {@code validate} and {@code config show} through the real entry point. */
class ConfigurationCommandsTest {
    @TempDir
    private Path directory;

    @Test
    void whatInitWritesIsValidAndNamesASchemaThatIsThere() throws IOException {
        assertThat(run("init").out()).isEqualTo("wrote meridian.yaml\n");
        CommandLineRun validate = run("validate", "meridian.yaml");
        assertThat(validate.err()).isEmpty();
        assertThat(validate.out()).startsWith("meridian.yaml is valid: shop, 3 regions, ");
        String first = Files.readString(directory.resolve("meridian.yaml"))
                .lines()
                .findFirst()
                .orElseThrow();
        assertThat(directory.resolve(first.substring(first.indexOf('=') + 1))).isRegularFile();
    }

    @Test
    void initNeverOverwrites() throws IOException {
        Files.writeString(directory.resolve("meridian.yaml"), "mine");
        CommandLineRun run = run("init");
        assertThat(run.exitCode()).isEqualTo(ExitCode.REFUSED);
        assertThat(run.err()).startsWith("error[MRD-3061]");
        assertThat(directory.resolve("meridian.yaml")).hasContent("mine");
    }

    @Test
    void initTakesNamesThatAreSafeOnly() {
        assertThat(run("init", "--name", "../x").exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(run("init", "--regions", "a,b\nc").exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void everyErrorOfAFileIsToldAtOnceWithItsPlaceAndExitStatus65() throws IOException {
        Files.writeString(directory.resolve("broken.yaml"), """
                multi_region:
                  name: shop
                  regions:
                    - name: eu-west-1
                      servces: [api]
                  replication: { stratgy: async }
                """);
        CommandLineRun run = run("validate", "broken.yaml");
        assertThat(run.exitCode()).isEqualTo(ExitCode.CONFIGURATION);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("broken.yaml:5:7", "services", "broken.yaml:6:18", "strategy", "^^^");

        CommandLineRun json = run("validate", "broken.yaml", "-o", "json");
        assertThat(json.exitCode()).isEqualTo(ExitCode.CONFIGURATION);
        assertThat(json.json().path("valid").asBoolean()).isFalse();
        assertThat(json.json().path("problems")).hasSize(2);
        assertThat(json.json().path("problems").get(0).path("line").asInt()).isEqualTo(5);

        CommandLineRun show = run("config", "show", "broken.yaml", "-o", "json");
        assertThat(show.exitCode()).isEqualTo(ExitCode.CONFIGURATION);
        assertThat(show.json().path("schema").asString()).isEqualTo("meridian.error/1");
        assertThat(show.json().path("problems")).hasSize(2);
    }

    @Test
    void aFileThatIsNotThereIsAnErrorOfTheConfiguration() {
        CommandLineRun run = run("validate", "missing.yaml");
        assertThat(run.exitCode()).isEqualTo(ExitCode.CONFIGURATION);
        assertThat(run.err()).contains("error[MRD-2001]", "missing.yaml");
    }

    @Test
    void configShowPrintsTheFileOrWhatItComesToWithReasons() throws IOException {
        run("init");
        assertThat(run("config", "show", "meridian.yaml").out())
                .isEqualTo(Files.readString(directory.resolve("meridian.yaml")));
        assertThat(run("config", "show", "meridian.yaml", "--effective").out())
                .startsWith("multi_region:\n")
                .contains("# line ")
                .contains("default");
        assertThat(run("config", "show", "meridian.yaml", "-o", "json").json().path("settings"))
                .isNotEmpty();
    }

    private CommandLineRun run(String... arguments) {
        return CommandLineRun.in(directory, arguments);
    }
}
