package dev.meridian.config.grammar;

import dev.meridian.config.Amounts;
import dev.meridian.config.ConsistencyLevel;
import dev.meridian.config.Topology;
import dev.meridian.config.Word;
import java.util.Arrays;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes the grammar as a JSON Schema for editors and other tools. */
public final class SchemaWriter {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private SchemaWriter() {}

    public static String schema() {
        ObjectNode root = JSON.createObjectNode();
        root.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        root.put("title", "Meridian configuration");
        root.setAll(shape(ConfigurationGrammar.FILE));
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
    }

    private static ObjectNode shape(Shape shape) {
        ObjectNode node = JSON.createObjectNode();
        switch (shape) {
            case Shape.Table table -> table(node, table);
            case Shape.ListOf list -> {
                node.put("type", "array");
                node.put("minItems", list.least());
                node.put("maxItems", list.most());
                node.set("items", shape(list.item()));
            }
            case Shape.Choice choice -> {
                ArrayNode words = node.putArray("enum");
                choice.words().stream().map(Word::word).forEach(words::add);
            }
            case Shape.Flag ignored -> node.put("type", "boolean");
            case Shape.Whole whole ->
                node.put("type", "integer").put("minimum", whole.least()).put("maximum", whole.most());
            case Shape.Decimal decimal ->
                node.put("type", "number").put("minimum", decimal.least()).put("maximum", decimal.most());
            case Shape.Text text -> {
                node.put("type", "string");
                if (text.environment()) {
                    ArrayNode either = node.putArray("anyOf");
                    either.addObject().put("pattern", anchored(text.pattern()));
                    either.addObject().put("pattern", "\\$\\{[A-Za-z_][A-Za-z0-9_]*\\}");
                } else {
                    node.put("pattern", anchored(text.pattern()));
                }
            }
            case Shape.Secret ignored -> node.put("type", "string").put("minLength", 1);
            case Shape.Time ignored -> text(node, ScalarReading.TIME);
            case Shape.Percentage ignored -> text(node, ScalarReading.PERCENTAGE);
            case Shape.TimeOfDay ignored -> text(node, ScalarReading.CLOCK);
            case Shape.Size size ->
                node.put("type", "string")
                        .put("pattern", "^" + ScalarReading.SIZE.pattern() + (size.perSecond() ? "/s" : "") + "$");
            case Shape.Level ignored ->
                node.put("type", "string")
                        .put(
                                "pattern",
                                "^(strong|quorum|bounded|session|causal|monotonic_read|eventual|bounded\\("
                                        + ScalarReading.TIME.pattern() + "\\))$");
        }
        return node;
    }

    private static void table(ObjectNode node, Shape.Table table) {
        node.put("type", "object");
        node.put("additionalProperties", false);
        ArrayNode required = JSON.createArrayNode();
        ObjectNode properties = node.putObject("properties");
        for (Key key : table.keys()) {
            ObjectNode property = shape(key.shape());
            String fallback = key.required() ? "Required." : "Default: " + key.fallback() + ".";
            property.put("description", key.meaning() + " " + fallback);
            properties.set(key.name(), property);
            if (key.required()) {
                required.add(key.name());
            }
        }
        if (!required.isEmpty()) {
            node.set("required", required);
        }
    }

    private static void text(ObjectNode node, Pattern pattern) {
        node.put("type", "string").put("pattern", anchored(pattern));
    }

    private static String anchored(Pattern pattern) {
        return "^(" + pattern.pattern() + ")$";
    }

    /** The reference's one table: every key with its form, default and meaning. */
    public static String reference() {
        StringBuilder out = new StringBuilder("| key | form | default | meaning |\n| --- | --- | --- | --- |\n");
        rows("", (Shape.Table) ConfigurationGrammar.FILE.keys().getFirst().shape(), out);
        return out.toString();
    }

    /** Every key, and every word of topologies, levels and rules that a dataset may have. */
    public static SortedSet<String> words() {
        SortedSet<String> words = new TreeSet<>();
        collect(ConfigurationGrammar.FILE, words);
        return words;
    }

    private static void collect(Shape shape, SortedSet<String> words) {
        switch (shape) {
            case Shape.Table table ->
                table.keys().forEach(key -> {
                    words.add(key.name());
                    collect(key.shape(), words);
                });
            case Shape.ListOf list -> collect(list.item(), words);
            case Shape.Choice choice
            when choice.words().getFirst() instanceof Topology ->
                choice.words().forEach(word -> words.add(word.word()));
            case Shape.Level ignored ->
                Arrays.stream(ConsistencyLevel.values()).map(Word::word).forEach(words::add);
            default -> {}
        }
    }

    private static void rows(String path, Shape.Table table, StringBuilder out) {
        for (Key key : table.keys()) {
            Shape shape = key.shape();
            Shape item = shape instanceof Shape.ListOf list ? list.item() : shape;
            String name = path + key.name() + (shape instanceof Shape.ListOf ? "[]" : "");
            out.append("| `%s` | %s | %s | %s |\n"
                    .formatted(name, form(shape), cell(key.fallback()), cell(key.meaning())));
            if (item instanceof Shape.Table inner) {
                rows(name + ".", inner, out);
            }
        }
    }

    private static String form(Shape shape) {
        return switch (shape) {
            case Shape.Table ignored -> "a mapping";
            case Shape.ListOf list
            when list.item() instanceof Shape.Table ->
                "a list of mappings" + (list.most() < 1000 ? ", at most " + list.most() : "");
            case Shape.ListOf list -> "a list of: " + form(list.item());
            case Shape.Time time ->
                "a duration, %s to %s".formatted(Amounts.duration(time.least()), Amounts.duration(time.most()));
            default -> cell(shape.what());
        };
    }

    private static String cell(String text) {
        return text.replace("|", "\\|");
    }
}
