package dev.meridian.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meridian.config.ConfigurationFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A node does not start on a file that promises more than it keeps. */
class NodePlacementTest {
    private static final List<String> REGIONS = List.of("us-east-1", "eu-west-1", "ap-southeast-1");
    private static final String FILE = """
            multi_region:
              name: promises
              regions:
                - { name: us-east-1, services: [api, database] }
                - { name: eu-west-1, services: [api, database] }
                - { name: ap-southeast-1, services: [api, database] }
              datasets:
                - { name: asked, %s }
              replication: { strategy: async, consistency: eventual }
            """;

    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "consistency: strong|consistency: strong",
                "consistency: quorum|consistency: quorum",
                "replication: sync|replication: sync",
                "replication: semi-sync|replication: semi-sync",
                "topology: pilot-light|topology: pilot-light",
                "topology: hierarchical-edge|topology: hierarchical-edge",
                "topology: follow-the-sun, schedule: [{ at: 07:00, primary: eu-west-1 }, { at: 15:00, primary: us-east-1 }]"
                        + "|topology: follow-the-sun"
            })
    void whatIsNotCarriedOutIsWarnedOfInTheFileAndRefusedAtTheStartByName_S3(String words, String named)
            throws IOException {
        assertThat(ConfigurationFile.parse("asked.yaml", FILE.formatted(words)).problems())
                .filteredOn(problem -> problem.code().equals("MRD-2407"))
                .singleElement()
                .satisfies(warning -> assertThat(warning.message()).contains("dataset 'asked' asks for " + named))
                .satisfies(warning -> assertThat(warning.sourceLine()).contains("name: asked"));
        try (StagedNodes nodes = new StagedNodes(directory, FILE.formatted(words), null, REGIONS)) {
            assertThatThrownBy(() -> nodes.start("eu-west-1"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("dataset 'asked' asks for " + named)
                    .hasMessageContaining("this version");
        }
    }

    @Test
    void aTopologyOfOneRegionHasNothingToMove() throws IOException {
        String words = "topology: pilot-light, placement: [eu-west-1]";
        try (StagedNodes nodes = new StagedNodes(directory, FILE.formatted(words), null, REGIONS)) {
            assertThat(nodes.start("eu-west-1").doors().resp().getPort()).isPositive();
        }
    }
}
