package dev.meridian.config;

import dev.meridian.config.grammar.Found;
import dev.meridian.config.grammar.Section;
import dev.meridian.config.yaml.Source;
import dev.meridian.config.yaml.Span;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Writes down every value that a derivation settles on, with its reason. */
final class Recorder {
    private final Source source;
    private final List<Setting> settings = new ArrayList<>();

    Recorder(Source source) {
        this.source = source;
    }

    List<Setting> settings() {
        return List.copyOf(settings);
    }

    /** The file says it. */
    <T> T given(String path, Found<T> found) {
        return given(path, found, Recorder::yaml);
    }

    <T> T given(String path, Found<T> found, Function<? super T, String> form) {
        put(path, form.apply(found.value()), "given", found.span());
        return found.value();
    }

    /** Nobody says it, for this reason. */
    <T> T derived(String path, T value, String reason) {
        put(path, yaml(value), reason, null);
        return value;
    }

    /** There is none, for this reason. */
    void none(String path, String reason) {
        put(path, null, reason, null);
    }

    void put(String path, @Nullable String value, String reason, @Nullable Span span) {
        Setting.Origin origin = span == null || span.line() == 0
                ? null
                : new Setting.Origin(
                        source.name(), span.line(), span.column(), span.length(), source.shown(span.line()));
        settings.add(new Setting(path, value, reason, origin));
    }

    /** The file's value, else the fallback. */
    <T> T take(Section section, String key, String prefix, T fallback, String reason) {
        Found<T> found = section.find(key);
        return found == null ? derived(prefix + key, fallback, reason) : given(prefix + key, found);
    }

    /** The file's value, else none. */
    <T> @Nullable T takeOptional(Section section, String key, String prefix, String reason) {
        Found<T> found = section.find(key);
        if (found == null) {
            none(prefix + key, reason);
            return null;
        }
        return given(prefix + key, found);
    }

    long takeBytes(Section section, String key, String prefix, long fallback) {
        Found<Long> found = section.find(key);
        if (found != null) {
            return given(prefix + key, found, Amounts::bytes);
        }
        put(prefix + key, Amounts.bytes(fallback), "default", null);
        return fallback;
    }

    /** As YAML writes a value, on one line. */
    static String yaml(Object value) {
        return switch (value) {
            case Word word -> word.word();
            case Duration duration -> Amounts.duration(duration);
            case Consistency consistency -> consistency.text();
            case LocalTime time -> time.toString();
            case Found<?> found -> yaml(found.value());
            case ZoneId zone -> zone.equals(ZoneOffset.UTC) ? "UTC" : zone.getId();
            case Handover handover ->
                "{at: " + handover.at() + ", zone: " + yaml(handover.zone()) + ", primary: " + handover.region() + "}";
            case Collection<?> items -> items.stream().map(Recorder::yaml).collect(Collectors.joining(", ", "[", "]"));
            case String text -> text(text);
            default -> value.toString();
        };
    }

    private static String text(String text) {
        boolean plain =
                text.matches("[A-Za-z][A-Za-z0-9_./-]*") && !text.matches("(?i)true|false|null|yes|no|on|off|y|n");
        return plain
                ? text
                : "\""
                        + text.replace("\\", "\\\\")
                                .replace("\"", "\\\"")
                                .replace("\n", "\\n")
                                .replace("\t", "\\t") + "\"";
    }
}
