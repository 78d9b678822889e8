package dev.meridian.config.grammar;

import dev.meridian.config.ErrorCodes;
import dev.meridian.config.yaml.Problems;
import dev.meridian.config.yaml.Span;
import dev.meridian.config.yaml.YamlNode;
import dev.meridian.config.yaml.YamlReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Walks the nodes of a file beside the grammar: every stray key, missing key and wrong value. */
public final class FileReading {
    private final Problems problems;
    private final ScalarReading scalars;

    private FileReading(Problems problems, Function<String, @Nullable String> environment) {
        this.problems = problems;
        this.scalars = new ScalarReading(problems, environment);
    }

    /**
     * What the file holds, by the grammar; null when it holds nothing to go on with. All problems of
     * structure and value are reported.
     */
    public static @Nullable Section read(Problems problems, Function<String, @Nullable String> environment) {
        YamlNode root = YamlReader.read(problems);
        if (root == null) {
            if (!problems.hasErrors()) {
                empty(problems);
            }
            return null;
        }
        if (root instanceof YamlNode.Scalar scalar && scalar.isNull()) {
            empty(problems);
            return null;
        }
        FileReading reading = new FileReading(problems, environment);
        Found<?> found = reading.value("the file", ConfigurationGrammar.FILE, root, root.span());
        return found == null ? null : (Section) found.value();
    }

    private static void empty(Problems problems) {
        problems.error(
                ErrorCodes.EMPTY, Span.FILE, "the file is empty", null, "`meridian init` writes one to begin with");
    }

    private @Nullable Found<?> value(String key, Shape shape, YamlNode node, Span keySpan) {
        if (node instanceof YamlNode.Scalar scalar && scalar.isNull()) {
            problems.error(
                    ErrorCodes.NO_VALUE,
                    keySpan,
                    key + " has no value",
                    "expected: " + shape.what(),
                    "give it one, or remove the key to take the default");
            return null;
        }
        return switch (shape) {
            case Shape.Table table ->
                node instanceof YamlNode.Mapping mapping
                        ? new Found<>(table(key, table, mapping, keySpan), keySpan)
                        : wrongKind(key, shape, node, keySpan);
            case Shape.ListOf list ->
                node instanceof YamlNode.Sequence sequence
                        ? list(key, list, sequence, keySpan)
                        : wrongKind(key, shape, node, keySpan);
            default -> {
                if (!(node instanceof YamlNode.Scalar scalar)) {
                    yield wrongKind(key, shape, node, keySpan);
                }
                Object value = scalars.read(key, shape, scalar);
                yield value == null ? null : new Found<>(value, scalar.span());
            }
        };
    }

    private @Nullable Found<?> wrongKind(String key, Shape shape, YamlNode node, Span keySpan) {
        String found = switch (node) {
            case YamlNode.Mapping ignored -> "a mapping";
            case YamlNode.Sequence ignored -> "a list";
            case YamlNode.Scalar ignored -> "a single value";
        };
        String help = switch (shape) {
            case Shape.ListOf ignored ->
                node instanceof YamlNode.Scalar scalar
                                && !scalar.text().isBlank()
                                && !scalar.text().contains("\n")
                        ? "write `[" + scalar.text() + "]`"
                        : "begin each item with `- `";
            case Shape.Table table -> tableHelp(table, node);
            default -> null;
        };
        Span at = node instanceof YamlNode.Scalar ? node.span() : keySpan;
        problems.error(ErrorCodes.WRONG_KIND, at, key + " is " + found, "expected: " + shape.what(), help);
        return null;
    }

    private static String tableHelp(Shape.Table table, YamlNode node) {
        if (node instanceof YamlNode.Scalar scalar && scalar.text().matches("\\w{1,40}:\\S{1,99}")) {
            return "write `" + scalar.text().replaceFirst(":", ": ") + "`, with a blank after the colon";
        }
        boolean named = table.keys().getFirst().name().equals("name");
        return named && node instanceof YamlNode.Scalar scalar && scalar.text().matches("[\\w-]{1,63}")
                ? "write `{name: " + scalar.text() + "}`"
                : "put its keys below it, indented";
    }

    private @Nullable Found<?> list(String key, Shape.ListOf shape, YamlNode.Sequence sequence, Span keySpan) {
        if (sequence.items().size() < shape.least() && sequence.complete()) {
            problems.error(
                    ErrorCodes.EMPTY_LIST,
                    keySpan,
                    key + (sequence.items().isEmpty() ? " is empty" : " has too few items"),
                    "expected: at least " + shape.least(),
                    null);
            return null;
        }
        if (sequence.items().size() > shape.most()) {
            problems.error(
                    ErrorCodes.TOO_MANY,
                    keySpan,
                    key + " has " + sequence.items().size() + " items",
                    "at most " + shape.most(),
                    null);
            return null;
        }
        List<Found<?>> items = new ArrayList<>();
        for (YamlNode item : sequence.items()) {
            Found<?> found = value("an item of " + key, shape.item(), item, itemSpan(item));
            if (found != null) {
                items.add(found);
            }
        }
        return new Found<>(items, keySpan);
    }

    private static Span itemSpan(YamlNode item) {
        return item instanceof YamlNode.Mapping mapping && !mapping.entries().isEmpty()
                ? mapping.entries().getFirst().key().span()
                : item.span();
    }

    private Section table(String name, Shape.Table shape, YamlNode.Mapping mapping, Span span) {
        Section section = new Section(span, mapping.complete());
        Map<String, Span> seen = new LinkedHashMap<>();
        for (YamlNode.Entry entry : mapping.entries()) {
            String key = entry.key().text();
            Span keySpan = entry.key().span();
            Span earlier = seen.putIfAbsent(key, keySpan);
            if (earlier != null) {
                problems.error(
                        ErrorCodes.DUPLICATE_KEY,
                        keySpan,
                        key + " is given twice",
                        "first on line " + earlier.line(),
                        "keep one of them");
                continue;
            }
            Key known = shape.keys().stream()
                    .filter(k -> k.name().equals(key))
                    .findFirst()
                    .orElse(null);
            if (known == null) {
                unknownKey(shape, entry.key(), mapping);
                continue;
            }
            section.mention(key, keySpan);
            Found<?> found = value(key, known.shape(), entry.value(), keySpan);
            if (found != null) {
                section.put(key, found);
            }
        }
        if (mapping.complete()) {
            missing(name, shape, seen, span);
        }
        return section;
    }

    private void missing(String name, Shape.Table shape, Map<String, Span> seen, Span span) {
        for (Key key : shape.keys()) {
            boolean meant = seen.keySet().stream()
                    .filter(k -> shape.keys().stream()
                            .noneMatch(known -> known.name().equals(k)))
                    .anyMatch(k -> key.name().equals(Nearest.to(k, names(shape))));
            if (key.required() && !seen.containsKey(key.name()) && !meant) {
                problems.error(
                        ErrorCodes.MISSING_KEY,
                        span,
                        shape.describes() + " needs the key " + key.name(),
                        name.equals(shape.describes()) ? null : "in " + name,
                        "add `" + key.name() + ":`, which is " + key.shape().what());
            }
        }
    }

    private void unknownKey(Shape.Table shape, YamlNode.Scalar key, YamlNode.Mapping mapping) {
        if (problems.isFull()) {
            return;
        }
        String name = key.text();
        String note = "known here: " + String.join(", ", names(shape));
        String help;
        String nearest = Nearest.to(name, names(shape));
        String elsewhere = ConfigurationGrammar.tableOf(name);
        boolean taken = nearest != null
                && mapping.entries().stream().anyMatch(e -> e.key().text().equals(nearest));
        if (name.equals("<<")) {
            help = "merge keys are not part of YAML 1.2; write the keys out";
        } else if (nearest != null && !taken) {
            help = "did you mean `" + nearest + "`?";
        } else if (elsewhere != null) {
            help = "`" + name + "` belongs under `" + elsewhere + "`";
        } else {
            help = nearest == null ? null : "`" + nearest + "` is given already";
        }
        problems.error(
                ErrorCodes.UNKNOWN_KEY, key.span(), shape.describes() + " has no key `" + name + "`", note, help);
    }

    private static List<String> names(Shape.Table shape) {
        return shape.keys().stream().map(Key::name).toList();
    }
}
