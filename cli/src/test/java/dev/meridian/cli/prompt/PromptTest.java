package dev.meridian.cli.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.cli.Json;
import dev.meridian.config.Configuration;
import dev.meridian.config.ConfigurationFile;
import dev.meridian.config.LoadResult;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jline.terminal.impl.ExternalTerminal;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What the prompt of {@code meridian cli} reads and shows. */
class PromptTest {
    private static final Configuration SHOP =
            ((LoadResult.Loaded) ConfigurationFile.parse("shop.yaml", """
                    multi_region:
                      regions: [{name: us-east-1}, {name: eu-west-1}]
                      datasets:
                        - {name: carts, consistency: session}
                        - {name: private, placement: [eu-west-1]}
                    """)).configuration();
    private static final JsonNode STATUS = Json.read("""
            {"groups": [{"datasets": ["carts"], "staleness_ms": 409}, {"datasets": ["default"], "staleness_ms": null}]}
            """);

    @Test
    void anAnswerIsShownWithItsReadLevelAndHowOldItMayBe_S3() {
        var note = new AnswerNote(SHOP, "us-east-1");
        assertThat(note.prompt()).isEqualTo("us-east-1> ");
        assertThat(note.of("carts:7", STATUS)).isEqualTo("carts · session · at most 409 ms behind");
        assertThat(note.of("other", STATUS)).isEqualTo("default · eventual · how far behind is not known");
        assertThat(note.of("private:1", STATUS)).contains("private", "answered by another region");
    }

    @Test
    void theLevelThatAConnectionChoseIsInThePromptUntilItIsGivenUp() {
        var note = new AnswerNote(SHOP, "us-east-1");
        note.after(List.of("meridian.read", "BOUNDED", "2s"));
        assertThat(note.prompt()).isEqualTo("us-east-1 (BOUNDED 2s)> ");
        assertThat(note.of("carts:7", STATUS)).startsWith("carts · BOUNDED 2s · ");
        note.after(List.of("MERIDIAN.READ", "causal", "GET", "k"));
        assertThat(note.prompt()).isEqualTo("us-east-1 (BOUNDED 2s)> ");
        note.after(List.of("MERIDIAN.READ", "default"));
        assertThat(note.prompt()).isEqualTo("us-east-1> ");
    }

    @Test
    void anEarlierLineComesBackAndTabCompletes() throws IOException {
        String typed = "GET a\r\u0010\rMERIDIAN.INS\tk\r";
        var in = new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8));
        try (var editor = new LineEditor(
                new ExternalTerminal("test", "ansi", in, new ByteArrayOutputStream(), StandardCharsets.UTF_8),
                List.of("GET", "MERIDIAN.INSPECT"))) {
            assertThat(editor.read("> ")).isEqualTo("GET a");
            assertThat(editor.read("> ")).isEqualTo("GET a");
            assertThat(editor.read("> ")).isEqualTo("MERIDIAN.INSPECT k");
        }
    }
}
