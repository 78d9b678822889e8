package dev.meridian.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.meridian.config.grammar.SchemaWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The JSON Schema and the reference say what the parser does. To write both anew from the grammar:
 * {@code -Dmeridian.rewrite=true}.
 */
class ReferenceTest {
    private static final Path SCHEMA = Examples.REPOSITORY.resolve("docs/schemas/meridian.schema.json");
    private static final Path REFERENCE = Examples.REPOSITORY.resolve("docs/configuration.md");
    private static final String BEGIN = "<!-- keys: written by ReferenceTest -->\n";
    private static final String END = "<!-- end of keys -->\n";
    private static final boolean REWRITE = Boolean.getBoolean("meridian.rewrite");

    /** What a schema can see too. */
    private static final Set<String> STRUCTURAL = Set.of(
            ErrorCodes.UNKNOWN_KEY,
            ErrorCodes.MISSING_KEY,
            ErrorCodes.WRONG_KIND,
            ErrorCodes.NO_VALUE,
            ErrorCodes.NOT_TEXT,
            ErrorCodes.EMPTY_LIST,
            ErrorCodes.TOO_MANY,
            ErrorCodes.NOT_A_CHOICE,
            ErrorCodes.NOT_A_DURATION,
            ErrorCodes.NOT_A_FLAG,
            ErrorCodes.NOT_A_SIZE,
            ErrorCodes.NOT_A_NAME,
            ErrorCodes.NOT_A_PERCENTAGE,
            ErrorCodes.NOT_A_TIME_OF_DAY,
            ErrorCodes.NOT_AN_ADDRESS);

    /** What depends on more than one value's form, or on how YAML writes a number. */
    private static final Set<String> EITHER = Set.of(ErrorCodes.OUT_OF_RANGE, ErrorCodes.NOT_A_NUMBER);

    private static final Schema VALIDATOR = validator();

    private static Schema validator() {
        try {
            return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                    .getSchema(Files.readString(SCHEMA));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void theSchemaIsTheGrammar() throws IOException {
        if (REWRITE) {
            assertThat(System.getenv("CI")).isNotEqualTo("true");
            Files.writeString(SCHEMA, SchemaWriter.schema());
        }
        assertThat(Files.readString(SCHEMA)).isEqualTo(SchemaWriter.schema());
        assertThat(ConfigurationFile.class.getResource("meridian.schema.json")).isNotNull();
    }

    @Test
    void theReferenceListsEveryKeyWithItsDefaultAndMeaning() throws IOException {
        String text = Files.readString(REFERENCE);
        int from = text.indexOf(BEGIN) + BEGIN.length();
        int to = text.indexOf(END);
        assertThat(to).isGreaterThanOrEqualTo(from);
        if (REWRITE) {
            assertThat(System.getenv("CI")).isNotEqualTo("true");
            text = text.substring(0, from) + SchemaWriter.reference() + text.substring(to);
            Files.writeString(REFERENCE, text);
            to = text.indexOf(END);
        }
        assertThat(text.substring(from, to)).isEqualTo(SchemaWriter.reference());
    }

    static List<Path> examples() {
        return Examples.all();
    }

    @ParameterizedTest
    @MethodSource("examples")
    void parserAndSchemaAcceptEveryExample(Path example) throws IOException {
        assertThat(ConfigurationFile.load(example).problems()).isEmpty();
        assertThat(VALIDATOR.validate(json(Files.readString(example)))).isEmpty();
    }

    @Test
    void theExampleOfEverythingHasEveryKeyAndWord() throws IOException {
        String everything = Files.readString(Examples.example("everything.yaml"));

        assertThat(SchemaWriter.words())
                .allSatisfy(word -> assertThat(everything).containsPattern("\\b" + word + "\\b"));
    }

    static List<Path> brokenFiles() throws IOException {
        return BrokenFilesTest.files().stream().filter(ReferenceTest::isYaml).toList();
    }

    @ParameterizedTest
    @MethodSource("brokenFiles")
    void schemaAndParserAgreeOnBrokenFiles(Path file) throws IOException {
        String text = Files.readString(file);
        List<String> codes =
                ConfigurationFile.parse("x.yaml", text, Map.of("SET", "x", "EMPTY", "")::get).problems().stream()
                        .map(Problem::code)
                        .toList();
        boolean accepted = VALIDATOR.validate(json(text)).isEmpty();

        if (codes.stream().anyMatch(STRUCTURAL::contains)) {
            assertThat(accepted).as("%s: %s", file, codes).isFalse();
        } else if (codes.stream().noneMatch(EITHER::contains)) {
            assertThat(accepted)
                    .as("%s: %s, schema: %s", file, codes, VALIDATOR.validate(json(text)))
                    .isTrue();
        }
    }

    /** Whether the text gets as far as keys and values. */
    private static boolean isYaml(Path file) {
        try {
            List<Problem> problems =
                    ConfigurationFile.parse("x.yaml", Files.readString(file)).problems();
            return problems.stream()
                    .noneMatch(p -> p.code().startsWith("MRD-20") || p.code().equals(ErrorCodes.KEY_NOT_TEXT));
        } catch (java.nio.charset.CharacterCodingException e) {
            return false;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static JsonNode json(String yaml) {
        LoadSettings settings =
                LoadSettings.builder().setAllowDuplicateKeys(true).build();
        return JsonMapper.builder().build().valueToTree(new Load(settings).loadFromString(yaml));
    }
}
