package dev.meridian.config.yaml;

import dev.meridian.config.ErrorCodes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Composes nodes from YAML 1.2 events, bounded in depth and in size after following aliases. Where
 * the text breaks off it returns what was read, marked as not complete.
 */
public final class YamlReader {
    private static final int DEEPEST = 32;
    private static final int MOST_NODES = 100_000;

    private final Problems problems;
    private final Deque<Open> open = new ArrayDeque<>();
    private final Map<String, YamlNode> anchors = new HashMap<>();
    private final Map<YamlNode, Integer> sizes = new IdentityHashMap<>();
    private int nodes;
    private @Nullable YamlNode root;
    private boolean stopped;

    private YamlReader(Problems problems) {
        this.problems = problems;
    }

    /** The document's root, or null when there is nothing to check. Problems are reported. */
    public static @Nullable YamlNode read(Problems problems) {
        YamlReader reader = new YamlReader(problems);
        reader.run();
        return reader.root;
    }

    private void run() {
        LoadSettings settings =
                LoadSettings.builder().setLabel(problems.source().name()).build();
        try {
            Iterator<Event> events =
                    new Parse(settings).parseString(problems.source().text()).iterator();
            int documents = 0;
            while (!stopped && events.hasNext()) {
                Event event = events.next();
                if (event.getEventId() == Event.ID.DocumentStart && ++documents == 2) {
                    problems.error(
                            ErrorCodes.SEVERAL_DOCUMENTS,
                            span(event.getStartMark(), event.getEndMark()),
                            "the file holds a second document",
                            "`---` begins another document",
                            "keep one document a file");
                    return;
                }
                take(event);
            }
        } catch (MarkedYamlEngineException e) {
            SyntaxProblems.report(problems, e);
        } catch (YamlEngineException e) {
            problems.error(ErrorCodes.SYNTAX, Span.FILE, "this is not YAML: " + e.getMessage(), null, null);
        }
        if (!open.isEmpty()) {
            open.peek().forgetLast();
        }
        while (!open.isEmpty()) {
            close(false);
        }
    }

    private void take(Event event) {
        switch (event) {
            case ScalarEvent scalar -> {
                refuseTag(scalar, scalar.getTag());
                add(scalar, new YamlNode.Scalar(scalar.getValue(), scalar.isPlain(), span(scalar)), 1);
            }
            case AliasEvent alias -> follow(alias);
            case CollectionStartEvent start -> {
                refuseTag(start, start.getTag());
                if (open.size() >= DEEPEST) {
                    problems.error(
                            ErrorCodes.TOO_DEEP,
                            span(start),
                            "nested more than " + DEEPEST + " deep",
                            null,
                            "no part of a configuration goes deeper than 6");
                    stopped = true;
                    return;
                }
                open.push(new Open(start, start.getEventId() == Event.ID.MappingStart, span(start)));
            }
            default -> {
                if (event.getEventId() == Event.ID.MappingEnd || event.getEventId() == Event.ID.SequenceEnd) {
                    close(true);
                }
            }
        }
    }

    private void follow(AliasEvent alias) {
        String name = alias.getAlias().getValue();
        YamlNode target = anchors.get(name);
        Span span = span(alias);
        if (target == null) {
            boolean inside = open.stream().anyMatch(o -> name.equals(anchorOf(o.start)));
            problems.error(
                    ErrorCodes.ALIAS,
                    span,
                    inside ? "*" + name + " refers to the value that it stands in" : "*" + name + " refers to nothing",
                    null,
                    inside ? "write the value out" : "define it above with `&" + name + "`, or write the value out");
            if (!open.isEmpty()) {
                open.peek().skip();
            }
            return;
        }
        add(null, target, sizes.getOrDefault(target, 1));
    }

    private void add(@Nullable NodeEvent event, YamlNode node, int size) {
        nodes += size;
        if (nodes > MOST_NODES) {
            problems.error(
                    ErrorCodes.ALIAS,
                    node.span(),
                    "the file holds more than " + MOST_NODES + " values once its aliases are followed",
                    null,
                    "write the values out instead of nesting aliases");
            stopped = true;
            root = null;
            open.clear();
            return;
        }
        sizes.put(node, size);
        String anchor = event == null ? null : anchorOf(event);
        if (anchor != null) {
            anchors.put(anchor, node);
        }
        Open parent = open.peek();
        if (parent == null) {
            root = node;
        } else {
            parent.take(node, size, problems);
        }
    }

    private void close(boolean complete) {
        Open done = open.pop();
        YamlNode node = done.node(complete && done.complete);
        nodes -= done.size;
        add(done.start, node, done.size + 1);
    }

    private void refuseTag(NodeEvent event, Optional<String> tag) {
        tag.ifPresent(name -> problems.error(
                ErrorCodes.TAG,
                span(event),
                "the tag " + name.replace("tag:yaml.org,2002:", "!!") + " is not allowed",
                "a file holds data, never types to build",
                "remove the tag"));
    }

    private static @Nullable String anchorOf(NodeEvent event) {
        Optional<Anchor> anchor = event.getAnchor();
        return anchor.map(Anchor::getValue).orElse(null);
    }

    private Span span(Event event) {
        return span(event.getStartMark(), event.getEndMark());
    }

    private Span span(Optional<Mark> start, Optional<Mark> end) {
        if (start.isEmpty()) {
            return Span.FILE;
        }
        int line = start.get().getLine();
        int column = start.get().getColumn();
        String text = problems.source().line(line + 1);
        int rest = text.codePointCount(0, text.length()) - column;
        int length = end.isPresent() && end.get().getLine() == line
                ? end.get().getColumn() - column
                : Math.max(1, text.stripTrailing().length() - column);
        return new Span(line + 1, column + 1, Math.max(1, Math.min(length, Math.max(1, rest))));
    }

    /** A collection whose end has not come yet. */
    private static final class Open {
        private final CollectionStartEvent start;
        private final boolean mapping;
        private final Span span;
        private final List<YamlNode> items = new ArrayList<>();
        private final List<YamlNode.Entry> entries = new ArrayList<>();
        private YamlNode.@Nullable Scalar key;
        private boolean keySkipped;
        private boolean complete = true;
        private int size;

        Open(CollectionStartEvent start, boolean mapping, Span span) {
            this.start = start;
            this.mapping = mapping;
            this.span = span;
        }

        void take(YamlNode node, int nodeSize, Problems problems) {
            size += nodeSize;
            if (!mapping) {
                items.add(node);
            } else if (keySkipped) {
                keySkipped = false;
            } else if (key != null) {
                entries.add(new YamlNode.Entry(key, node));
                key = null;
            } else if (node instanceof YamlNode.Scalar scalar) {
                key = scalar;
            } else {
                problems.error(
                        ErrorCodes.KEY_NOT_TEXT,
                        node.span(),
                        "a key must be a word",
                        null,
                        "write `key: value`; quote a value that begins with { or [");
                skip();
            }
        }

        /** Something stands here that is no value. */
        void skip() {
            complete = false;
            if (mapping && key == null) {
                keySkipped = !keySkipped;
            }
            key = null;
        }

        /** The text broke off at the last of these, so that it may be wrong. */
        void forgetLast() {
            if (!items.isEmpty()) {
                items.removeLast();
            }
            if (!entries.isEmpty()) {
                entries.removeLast();
            }
        }

        YamlNode node(boolean whole) {
            return mapping
                    ? new YamlNode.Mapping(List.copyOf(entries), span, whole)
                    : new YamlNode.Sequence(List.copyOf(items), span, whole);
        }
    }
}
