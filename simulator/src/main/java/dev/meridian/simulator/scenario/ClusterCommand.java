package dev.meridian.simulator.scenario;

import dev.meridian.kernel.data.Resolution;
import dev.meridian.kernel.placement.Dataset;
import dev.meridian.kernel.placement.GroupPolicy;
import dev.meridian.simulator.Stage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Begins a deployment: its regions, round trips (one for all, or a pair each) and, a line each, its datasets. The dataset
 * "default" is there without being named. Datasets with the same regions, primary and budget share a group.
 *
 * <p>Example:
 *
 * <pre>
 * cluster regions=(eu,us,ap) rtt=(eu-us:80ms,eu-ap:160ms,us-ap:140ms) durability=always seed=7
 * carts resolution=crdt
 * orders primary=eu
 * pii regions=(eu) remote=read_only
 * </pre>
 */
final class ClusterCommand implements ScenarioCommand {
    private static final Set<String> DATASET_KEYS =
            Set.of("resolution", "primary", "regions", "remote", "conditional", "lag", "lag_action");

    @Override
    public String name() {
        return "cluster";
    }

    @Override
    public Set<String> keys() {
        return Set.of("regions", "rtt", "durability", "seed");
    }

    @Override
    public boolean takesInput() {
        return true;
    }

    @Override
    public String run(Line line, List<String> input, Play play) {
        List<String> regions = line.list("regions");
        if (regions.size() < 2) {
            throw new ScenarioException("'cluster' takes at least two regions: regions=(eu,us)");
        }
        Map<String, GroupPolicy> groups = new LinkedHashMap<>();
        List<Dataset> datasets = new ArrayList<>();
        boolean named = input.stream().anyMatch(text -> text.startsWith("default"));
        if (!named) {
            dataset(new Line("default", DATASET_KEYS), regions, groups, datasets);
        }
        input.forEach(text -> dataset(new Line(text, DATASET_KEYS), regions, groups, datasets));
        play.begin(new Stage(
                Long.parseLong(line.value("seed", "1")),
                regions,
                List.copyOf(groups.values()),
                datasets,
                roundTrips(line.list("rtt"), regions),
                line.value("durability", "every_second").equals("always")));
        play.stage().lateReplies();
        return groups.size() == 1 ? "1 group" : groups.size() + " groups";
    }

    private static void dataset(
            Line line, List<String> regions, Map<String, GroupPolicy> groups, List<Dataset> datasets) {
        List<String> members = line.value("regions") == null ? regions : line.list("regions");
        if (!regions.containsAll(members)) {
            throw new ScenarioException(
                    "dataset '" + line.name + "': regions " + members + " are not all of " + regions);
        }
        @Nullable String primary = line.value("primary");
        long lagMs = line.value("lag") == null ? 0 : Line.ms(line.value("lag", ""));
        GroupPolicy.LagAction action =
                word(GroupPolicy.LagAction.class, "lag_action", line.value("lag_action", "warn"));
        String id = String.join("+", members)
                + (primary == null ? "" : " primary " + primary)
                + (lagMs == 0 ? "" : " lag " + lagMs + " " + action);
        groups.computeIfAbsent(id, i -> new GroupPolicy(i, List.copyOf(members), primary, lagMs, action));
        datasets.add(new Dataset(
                line.name,
                datasets.size(),
                List.copyOf(groups.keySet()).indexOf(id),
                word(Resolution.class, "resolution", line.value("resolution", "last_write_wins")),
                line.value("conditional", "local").equals("local"),
                word(Dataset.RemoteAccess.class, "remote", line.value("remote", "none")),
                members.size() < regions.size(),
                Dataset.ReadLevel.EVENTUAL,
                0,
                List.copyOf(members)));
    }

    private static <E extends Enum<E>> E word(Class<E> type, String key, String value) {
        try {
            return Enum.valueOf(type, value.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            List<String> known = new ArrayList<>();
            for (E constant : type.getEnumConstants()) {
                known.add(constant.name().toLowerCase(Locale.ROOT));
            }
            throw new ScenarioException("unknown " + key + " '" + value + "': one of " + String.join(", ", known));
        }
    }

    private static long[][] roundTrips(List<String> words, List<String> regions) {
        long[][] rttMs = new long[regions.size()][regions.size()];
        for (long[] row : rttMs) {
            java.util.Arrays.fill(row, 80);
        }
        for (String word : words) {
            String[] pairAndTime = word.split(":", 2);
            if (pairAndTime.length == 1) {
                for (long[] row : rttMs) {
                    java.util.Arrays.fill(row, Line.ms(word));
                }
                continue;
            }
            String[] pair = pairAndTime[0].split("-", 2);
            int a = regions.indexOf(pair[0]);
            int b = pair.length < 2 ? -1 : regions.indexOf(pair[1]);
            if (a < 0 || b < 0) {
                throw new ScenarioException("'" + word + "' is not a round trip such as eu-us:80ms");
            }
            rttMs[a][b] = Line.ms(pairAndTime[1]);
            rttMs[b][a] = rttMs[a][b];
        }
        return rttMs;
    }
}
