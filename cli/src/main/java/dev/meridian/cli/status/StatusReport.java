package dev.meridian.cli.status;

import dev.meridian.cli.Quantities;
import dev.meridian.cli.Table;
import dev.meridian.cli.Terminal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/**
 * The statuses of nodes as tables: regions, groups, and how far each is behind each.
 *
 * @param name of the deployment, or empty
 */
public record StatusReport(String name, NodeStatuses statuses, Instant at) {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss 'UTC'").withZone(ZoneOffset.UTC);
    private static final int ORIGIN_SHOWN = 8;

    public List<String> lines(Terminal terminal, boolean vectors) {
        var lines = new ArrayList<String>();
        int columns = terminal.columns();
        lines.add(summary());
        lines.addAll(regions().lines("  ", columns));
        Table groups = groups();
        lines.addAll(groups.lines("  ", columns));
        if (statuses.byRegion().size() > 1) {
            lines.addAll(lag().lines("  ", columns));
        }
        if (vectors) {
            lines.addAll(vectors().lines("  ", columns));
        }
        return lines;
    }

    private String summary() {
        List<JsonNode> up = statuses.answered();
        boolean emulated =
                up.stream().anyMatch(status -> status.path("emulated").asBoolean());
        var parts = new ArrayList<String>();
        if (!name.isEmpty()) {
            parts.add(name);
        }
        parts.add(up.size() + " of " + statuses.byRegion().size() + " regions up");
        long configurations = up.stream()
                .map(status -> status.path("configuration").path("hash").asString(""))
                .distinct()
                .count();
        if (configurations > 1) {
            parts.add(configurations + " different configurations!");
        }
        if (emulated) {
            parts.add("WAN emulated");
        }
        parts.add("at " + TIME.format(at));
        return String.join(" · ", parts);
    }

    private Table regions() {
        var table = new Table("region", "state", ">clients", ">ops/s", ">keys", "behind by", ">clock", "up since");
        statuses.byRegion().forEach((region, answer) -> {
            JsonNode status = answer.status();
            if (status == null) {
                table.row(region, "down", "-", "-", "-", answer.silence() == null ? "-" : answer.silence(), "-", "-");
                return;
            }
            String reason = status.path("state_reason").asString("");
            table.row(
                    status.path("region").asString(),
                    status.path("state").asString() + (reason.isEmpty() ? "" : ": " + reason),
                    count(status.path("clients")),
                    count(status.path("ops_per_s")),
                    count(status.path("keys")),
                    behind(status),
                    clock(region),
                    time(status.path("started_at").asString("")));
        });
        return table;
    }

    private Table groups() {
        var groups = new LinkedHashMap<String, JsonNode>();
        var staleness = new LinkedHashMap<String, Double>();
        var conflicts = new LinkedHashMap<String, Long>();
        for (JsonNode status : statuses.answered()) {
            for (JsonNode group : status.path("groups")) {
                String id = group.path("id").asString();
                groups.putIfAbsent(id, group);
                if (group.path("staleness_ms").isNumber()) {
                    staleness.merge(id, group.path("staleness_ms").asDouble(), Math::max);
                }
                conflicts.merge(id, group.path("conflicts_waiting").asLong(0), Math::max);
            }
        }
        var table = new Table("group of", "mode", "primary", "staleness at most", ">conflicts", "members");
        groups.forEach((id, group) -> table.row(
                names(group.path("datasets")),
                group.path("topology").asString(),
                group.path("primary").isString()
                        ? group.path("primary").asString()
                                + (group.path("epoch").isNumber()
                                        ? " (" + group.path("epoch").asLong() + ")"
                                        : "")
                        : "-",
                staleness.containsKey(id) ? Quantities.span(staleness.getOrDefault(id, 0.0)) : "-",
                String.valueOf(conflicts.getOrDefault(id, 0L)),
                members(group)));
        return table;
    }

    /** Those of a pilot light that serve nobody are told as such. */
    private static String members(JsonNode group) {
        boolean isPilotLight = group.path("topology").asString().equals("pilot-light");
        var names = new ArrayList<String>();
        for (JsonNode member : group.path("members")) {
            boolean stands = isPilotLight && !member.equals(group.path("primary"));
            names.add(member.asString() + (stands ? " (standby)" : ""));
        }
        return String.join(", ", names);
    }

    /** Row: who has written; column: who does not have it yet. */
    private Table lag() {
        var regions = new ArrayList<String>();
        statuses.byRegion()
                .forEach((region, answer) -> regions.add(
                        answer.status() == null
                                ? region
                                : answer.status().path("region").asString()));
        var headings = new ArrayList<String>();
        headings.add("lag from / to");
        regions.forEach(region -> headings.add(">" + region));
        var table = new Table(headings.toArray(String[]::new));
        var keys = List.copyOf(statuses.byRegion().keySet());
        for (int i = 0; i < keys.size(); i++) {
            var row = new ArrayList<String>();
            row.add(regions.get(i));
            for (String to : regions) {
                row.add(to.equals(regions.get(i)) ? "." : lag(keys.get(i), to));
            }
            table.row(row.toArray(String[]::new));
        }
        return table;
    }

    private String lag(String from, String to) {
        Optional<JsonNode> peer = statuses.peer(from, to);
        if (peer.isEmpty()) {
            return "-";
        }
        double lagMs = 0;
        long mutations = 0;
        boolean known = false;
        for (JsonNode group : peer.get().path("groups")) {
            if (group.path("lag_ms").isNumber()) {
                known = true;
                lagMs = Math.max(lagMs, group.path("lag_ms").asDouble());
                mutations += group.path("lag_mutations").asLong(0);
            }
        }
        String link = peer.get().path("connected").asBoolean() ? "" : " no link";
        if (!known) {
            return link.isEmpty() ? "-" : link.strip();
        }
        return Quantities.span(lagMs) + (mutations > 0 ? " (" + Quantities.count(mutations) + ")" : "") + link;
    }

    private Table vectors() {
        var origins = new TreeSet<String>();
        var rows = new LinkedHashMap<String, JsonNode>();
        for (JsonNode status : statuses.answered()) {
            for (JsonNode group : status.path("groups")) {
                rows.put(
                        names(group.path("datasets")) + " in "
                                + status.path("region").asString(),
                        group.path("vector"));
                origins.addAll(group.path("vector").propertyNames());
            }
        }
        var headings = new ArrayList<String>();
        headings.add("vector of");
        Map<String, String> regions = regionsOfRuns();
        origins.forEach(
                origin -> headings.add(">" + regions.getOrDefault(origin, "ended run") + " " + shortened(origin)));
        var table = new Table(headings.toArray(String[]::new));
        for (Map.Entry<String, JsonNode> row : rows.entrySet()) {
            var cells = new ArrayList<String>();
            cells.add(row.getKey());
            origins.forEach(origin -> cells.add(row.getValue().path(origin).asString("-")));
            table.row(cells.toArray(String[]::new));
        }
        return table;
    }

    /** An origin is a run of a process; those that run now are known by their region. */
    private Map<String, String> regionsOfRuns() {
        var regions = new LinkedHashMap<String, String>();
        for (JsonNode status : statuses.answered()) {
            regions.put(
                    status.path("origin").asString(""), status.path("region").asString());
        }
        return regions;
    }

    /** The group in which a node is furthest behind any peer. */
    private String behind(JsonNode status) {
        double most = 0;
        String group = "";
        for (JsonNode peer : status.path("peers")) {
            for (JsonNode each : peer.path("groups")) {
                double behindMs = each.path("behind_ms").asDouble(0);
                if (behindMs > most) {
                    most = behindMs;
                    group = each.path("id").asString();
                }
            }
        }
        return group.isEmpty() ? "-" : datasets(group) + " " + Quantities.span(most);
    }

    /** People know a group by its datasets; its identity is for programs. */
    private String datasets(String groupId) {
        for (JsonNode status : statuses.answered()) {
            for (JsonNode group : status.path("groups")) {
                if (group.path("id").asString().equals(groupId)) {
                    return names(group.path("datasets"));
                }
            }
        }
        return groupId;
    }

    /** The clock of a region as the first other one that knows it sees it. */
    private String clock(String region) {
        for (String other : statuses.byRegion().keySet()) {
            Optional<JsonNode> offset = statuses.peer(other, region)
                    .map(peer -> peer.path("clock_offset_ms"))
                    .filter(JsonNode::isNumber);
            if (offset.isPresent()) {
                return String.format(Locale.ROOT, "%+.1f ms", offset.get().asDouble());
            }
        }
        return "-";
    }

    private static String count(JsonNode number) {
        return number.isNumber() ? Quantities.count(number.asDouble()) : "-";
    }

    private static String time(String instant) {
        return instant.isEmpty() ? "-" : TIME.format(Instant.parse(instant));
    }

    private static String names(JsonNode list) {
        var names = new ArrayList<String>();
        list.forEach(each -> names.add(each.asString()));
        return names.isEmpty() ? "-" : String.join(", ", names);
    }

    private static String shortened(String origin) {
        return origin.length() > ORIGIN_SHOWN ? origin.substring(0, ORIGIN_SHOWN) : origin;
    }
}
