package dev.meridian.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Writes the effective configuration as YAML that loads to the same meaning, reasons behind it. */
final class EffectiveYaml {
    /** Lists whose items go by a name in a path. */
    private static final Set<String> NAMED_LISTS = Set.of("regions", "datasets", "data_residency", "wan", "partitions");

    private static final int REASON_COLUMN = 58;

    private final StringBuilder out = new StringBuilder();

    private EffectiveYaml() {}

    static String render(List<Setting> settings) {
        Branch root = new Branch();
        for (Setting setting : settings) {
            Branch branch = root;
            List<String> path = List.of(setting.path().split("\\.", -1));
            for (String part : path.subList(0, path.size() - 1)) {
                branch = (Branch) branch.children.computeIfAbsent(part, ignored -> new Branch());
            }
            branch.children.put(path.getLast(), new Leaf(setting));
        }
        EffectiveYaml yaml = new EffectiveYaml();
        yaml.out.append("multi_region:\n");
        yaml.table(root, 2);
        return yaml.out.toString();
    }

    private sealed interface Node {}

    private record Leaf(Setting setting) implements Node {}

    private static final class Branch implements Node {
        private final Map<String, Node> children = new LinkedHashMap<>();

        boolean hasValue() {
            return children.values().stream().anyMatch(node -> switch (node) {
                case Leaf leaf -> leaf.setting.value() != null;
                case Branch branch -> branch.hasValue();
            });
        }
    }

    private void table(Branch table, int indent) {
        table.children.forEach((key, node) -> {
            switch (node) {
                case Leaf leaf -> line(key, leaf.setting, indent);
                case Branch branch -> {
                    out.append(" ".repeat(indent))
                            .append(branch.hasValue() ? "" : "# ")
                            .append(key)
                            .append(":\n");
                    if (NAMED_LISTS.contains(key)) {
                        branch.children.values().forEach(item -> item((Branch) item, indent + 2));
                    } else {
                        table(branch, indent + 2);
                    }
                }
            }
        });
    }

    /** The first key of an item always has a value, so the dash has a place. */
    private void item(Branch item, int indent) {
        int start = out.length();
        table(item, indent + 2);
        out.setCharAt(start + indent, '-');
    }

    private void line(String key, Setting setting, int indent) {
        String text =
                " ".repeat(indent) + (setting.value() == null ? "# " + key + ": none" : key + ": " + setting.value());
        Setting.Origin origin = setting.origin();
        String reason;
        if (origin == null) {
            reason = setting.reason();
        } else {
            reason = (setting.reason().equals("given") ? "" : setting.reason() + ", ") + "line " + origin.line();
        }
        out.append(text)
                .append(" ".repeat(Math.max(0, REASON_COLUMN - text.length())))
                .append("  # ")
                .append(reason)
                .append('\n');
    }
}
