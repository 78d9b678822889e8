package dev.meridian.simulator.scenario;

import dev.meridian.kernel.data.Resolution;
import dev.meridian.kernel.placement.AckRule;
import dev.meridian.kernel.placement.Dataset;
import dev.meridian.kernel.placement.FailoverPolicy.LateWrites;
import dev.meridian.kernel.placement.GroupPolicy;
import dev.meridian.kernel.placement.Handover;
import dev.meridian.kernel.placement.Upstream;
import dev.meridian.simulator.DatasetPlan;
import dev.meridian.simulator.Deployment;
import dev.meridian.simulator.Figures;
import dev.meridian.simulator.Followers;
import dev.meridian.simulator.Protection;
import dev.meridian.simulator.Stage;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Begins a deployment: its regions, round trips (one for all, or a pair each) and, a line each, its datasets. The dataset
 * "default" is there without being named. Datasets with the same regions, primary and budget share a group. With
 * {@code noise=on} turns, disks and links take times that the seed draws, and {@code loss} of a thousand frames are sent again.
 *
 * <p>Members that {@code below} names forward writes, and ask their parent for everything. With {@code followers=pilot_light} only the
 * primary serves. A dataset named {@code orders:us} is the partition of dataset {@code orders} for the keys whose second part is {@code us}.
 *
 * <p>Example:
 *
 * <pre>
 * cluster regions=(eu,us,ap) rtt=(eu-us:80ms,eu-ap:160ms,us-ap:140ms) durability=always seed=7
 * carts resolution=crdt read=session conditional=none
 * orders primary=eu lag=2s lag_action=refuse
 * pii regions=(eu) remote=read_only
 * images below=(ap:us)
 * </pre>
 */
final class ClusterCommand implements ScenarioCommand {
    private static final Set<String> DATASET_KEYS = Set.of(
            "resolution",
            "primary",
            "regions",
            "below",
            "followers",
            "remote",
            "conditional",
            "lag",
            "lag_action",
            "read",
            "read_bound",
            "ack",
            "write_timeout",
            "failover",
            "late_writes",
            "lease",
            "silence",
            "witnesses",
            "successors",
            "schedule",
            "moves");

    @Override
    public String name() {
        return "cluster";
    }

    @Override
    public Set<String> keys() {
        return Set.of(
                "regions",
                "rtt",
                "durability",
                "seed",
                "noise",
                "loss",
                "max_drift",
                "log_memory",
                "log_retained",
                "dirty_rows",
                "checkpoint",
                "segment",
                "tick");
    }

    @Override
    public boolean takesInput(Line line) {
        return true;
    }

    @Override
    public String run(Line line, List<String> input, Play play) {
        List<String> regions = line.list("regions");
        if (regions.size() < 2) {
            throw new ScenarioException("'cluster' takes at least two regions: regions=(eu,us)");
        }
        List<DatasetPlan> plans = new ArrayList<>();
        if (input.stream().noneMatch(text -> text.startsWith("default"))) {
            plans.add(DatasetPlan.of("default", regions));
        }
        input.forEach(text -> plans.add(dataset(new Line(text, DATASET_KEYS), regions)));
        Figures usual = Figures.USUAL;
        Deployment deployment = new Deployment(
                Long.parseLong(line.value("seed", "1")),
                regions,
                plans,
                roundTrips(line.list("rtt"), regions),
                Integer.parseInt(line.value("loss", "0")),
                line.value("durability", "every_second").equals("always"),
                line.value("noise", "off").equals("on"),
                new Figures(
                        ms(line, "max_drift", usual.maxDriftMs()),
                        number(line, "log_memory", usual.logMemoryBytes()),
                        number(line, "log_retained", usual.logRetainedBytes()),
                        (int) number(line, "dirty_rows", usual.dirtyRowsMax()),
                        ms(line, "checkpoint", usual.checkpointIntervalMs()),
                        number(line, "segment", usual.segmentBytes()),
                        ms(line, "tick", usual.tickMs())));
        play.begin(new Stage(deployment, false));
        return deployment.groupCount() == 1 ? "1 group" : deployment.groupCount() + " groups";
    }

    private static long ms(Line line, String key, long otherwise) {
        String value = line.value(key);
        return value == null ? otherwise : Line.ms(value);
    }

    private static long number(Line line, String key, long otherwise) {
        return Long.parseLong(line.value(key, Long.toString(otherwise)));
    }

    private static DatasetPlan dataset(Line line, List<String> regions) {
        List<String> members = line.value("regions") == null ? regions : line.list("regions");
        if (!regions.containsAll(members)) {
            throw new ScenarioException(
                    "dataset '" + line.name + "': regions " + members + " are not all of " + regions);
        }
        AckRule rule = word(AckRule.class, line, "ack", "async");
        return new DatasetPlan(
                line.name,
                List.copyOf(members),
                line.value("primary"),
                word(Resolution.class, line, "resolution", "last_write_wins"),
                line.value("conditional", "local").equals("local"),
                word(Dataset.RemoteAccess.class, line, "remote", "none"),
                ms(line, "lag", 0),
                word(GroupPolicy.LagAction.class, line, "lag_action", "warn"),
                word(Dataset.ReadLevel.class, line, "read", usual(rule).name()),
                ms(line, "read_bound", 0),
                new Protection(
                        rule,
                        ms(line, "write_timeout", Protection.USUAL.writeTimeoutMs()),
                        line.value("failover", "manual").equals("automatic"),
                        word(LateWrites.class, line, "late_writes", "merge"),
                        ms(line, "lease", Protection.USUAL.leaseMs()),
                        ms(line, "silence", Protection.USUAL.silenceMs()),
                        line.value("witnesses") == null ? List.of() : List.copyOf(line.list("witnesses")),
                        line.value("successors") == null ? List.of() : List.copyOf(line.list("successors")),
                        schedule(line, members),
                        line.value("moves", "by_hand").equals("to_writers")),
                new Followers(line.value("followers", "serve").equals("pilot_light"), tree(line, regions, members)));
    }

    /** Words such as {@code us@22:15} or {@code ap@08:00@Asia/Singapore}. */
    private static List<Handover> schedule(Line line, List<String> members) {
        List<Handover> schedule = new ArrayList<>();
        for (String word : line.list("schedule")) {
            String[] parts = word.split("@", 3);
            if (parts.length < 2 || !members.contains(parts[0])) {
                throw new ScenarioException("'" + word + "' is not a member and its time of day such as us@22:15");
            }
            schedule.add(
                    new Handover(LocalTime.parse(parts[1]), ZoneId.of(parts.length == 3 ? parts[2] : "UTC"), parts[0]));
        }
        return schedule;
    }

    /** What reads are promised where the line says nothing. */
    private static Dataset.ReadLevel usual(AckRule rule) {
        return switch (rule) {
            case QUORUM -> Dataset.ReadLevel.QUORUM;
            case STRONG -> Dataset.ReadLevel.STRONG;
            default -> Dataset.ReadLevel.EVENTUAL;
        };
    }

    /** Of each region that is below a member: its parent, then the members that are below none. */
    private static List<Upstream> tree(Line line, List<String> regions, List<String> members) {
        Map<String, String> parents = new LinkedHashMap<>();
        for (String word : line.list("below")) {
            String[] pair = word.split(":", 2);
            if (pair.length < 2 || !regions.contains(pair[0]) || !members.contains(pair[1])) {
                throw new ScenarioException("'" + word + "' is not a region and its parent such as lax:us");
            }
            parents.put(pair[0], pair[1]);
        }
        List<Upstream> tree = new ArrayList<>();
        parents.forEach((region, parent) -> {
            List<String> sources = new ArrayList<>(List.of(parent));
            members.stream()
                    .filter(member -> !parents.containsKey(member) && !member.equals(parent))
                    .forEach(sources::add);
            tree.add(new Upstream(region, sources));
        });
        return List.copyOf(tree);
    }

    private static <E extends Enum<E>> E word(Class<E> type, Line line, String key, String otherwise) {
        String value = line.value(key, otherwise);
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

    private static List<List<Long>> roundTrips(List<String> words, List<String> regions) {
        List<List<Long>> times = new ArrayList<>();
        for (int r = 0; r < regions.size(); r++) {
            times.add(new ArrayList<>(Collections.nCopies(regions.size(), Deployment.USUAL_RTT_MS)));
        }
        for (String word : words) {
            String[] pairAndTime = word.split(":", 2);
            if (pairAndTime.length == 1) {
                times.forEach(row -> Collections.fill(row, Line.ms(word)));
                continue;
            }
            String[] pair = pairAndTime[0].split("-", 2);
            int a = regions.indexOf(pair[0]);
            int b = pair.length < 2 ? -1 : regions.indexOf(pair[1]);
            if (a < 0 || b < 0) {
                throw new ScenarioException("'" + word + "' is not a round trip such as eu-us:80ms");
            }
            times.get(a).set(b, Line.ms(pairAndTime[1]));
            times.get(b).set(a, Line.ms(pairAndTime[1]));
        }
        return times;
    }

    // ---- the other way round ----

    /** The lines that begin this deployment; what is as usual is not said. */
    static List<String> text(Deployment deployment) {
        Figures figures = deployment.figures();
        Figures usual = Figures.USUAL;
        List<String> lines = new ArrayList<>();
        lines.add("cluster regions=" + list(deployment.regions()) + rtt(deployment)
                + (deployment.durable() ? " durability=always" : "")
                + (deployment.noisy() ? " noise=on" : "")
                + say("loss", deployment.lossPermille(), 0, "")
                + say("max_drift", figures.maxDriftMs(), usual.maxDriftMs(), "ms")
                + say("log_memory", figures.logMemoryBytes(), usual.logMemoryBytes(), "")
                + say("log_retained", figures.logRetainedBytes(), usual.logRetainedBytes(), "")
                + say("dirty_rows", figures.dirtyRowsMax(), usual.dirtyRowsMax(), "")
                + say("checkpoint", figures.checkpointIntervalMs(), usual.checkpointIntervalMs(), "ms")
                + say("segment", figures.segmentBytes(), usual.segmentBytes(), "")
                + say("tick", figures.tickMs(), usual.tickMs(), "ms")
                + say("seed", deployment.seed(), 1, ""));
        for (DatasetPlan plan : deployment.plans()) {
            String line = text(plan, deployment.regions());
            if (!line.equals("default")) {
                lines.add(line);
            }
        }
        return lines;
    }

    private static String text(DatasetPlan plan, List<String> regions) {
        return plan.name()
                + (plan.members().equals(regions) ? "" : " regions=" + list(plan.members()))
                + (plan.primary() == null ? "" : " primary=" + plan.primary())
                + (plan.followers().tree().isEmpty()
                        ? ""
                        : " below=" + list(below(plan.followers().tree())))
                + (plan.followers().pilotLight() ? " followers=pilot_light" : "")
                + say("resolution", plan.resolution(), Resolution.LAST_WRITE_WINS)
                + (plan.conditionalLocal() ? "" : " conditional=none")
                + say("remote", plan.remote(), Dataset.RemoteAccess.NONE)
                + say("lag", plan.lagMs(), 0, "ms")
                + say("lag_action", plan.lagAction(), GroupPolicy.LagAction.WARN)
                + say("read", plan.readLevel(), usual(plan.protection().ackRule()))
                + say("read_bound", plan.readBoundMs(), 0, "ms")
                + text(plan.protection());
    }

    private static List<String> below(List<Upstream> tree) {
        return tree.stream()
                .map(each -> each.region() + ":" + each.sources().getFirst())
                .toList();
    }

    private static String text(Protection protection) {
        Protection usual = Protection.USUAL;
        return say("ack", protection.ackRule(), usual.ackRule())
                + say("write_timeout", protection.writeTimeoutMs(), usual.writeTimeoutMs(), "ms")
                + (protection.automatic() ? " failover=automatic" : "")
                + say("late_writes", protection.lateWrites(), usual.lateWrites())
                + say("lease", protection.leaseMs(), usual.leaseMs(), "ms")
                + say("silence", protection.silenceMs(), usual.silenceMs(), "ms")
                + (protection.witnesses().isEmpty() ? "" : " witnesses=" + list(protection.witnesses()))
                + (protection.successors().isEmpty() ? "" : " successors=" + list(protection.successors()))
                + (protection.schedule().isEmpty() ? "" : " schedule=" + list(words(protection.schedule())))
                + (protection.followsWriters() ? " moves=to_writers" : "");
    }

    private static List<String> words(List<Handover> schedule) {
        return schedule.stream()
                .map(h -> h.region() + "@" + h.at()
                        + (List.of("UTC", "Z").contains(h.zone().getId()) ? "" : "@" + h.zone()))
                .toList();
    }

    private static String rtt(Deployment deployment) {
        List<String> pairs = new ArrayList<>();
        boolean same = true;
        @Nullable Long first = null;
        for (int a = 0; a < deployment.regions().size(); a++) {
            for (int b = a + 1; b < deployment.regions().size(); b++) {
                Long ms = deployment.rttMs().get(a).get(b);
                first = first == null ? ms : first;
                same &= first.equals(ms);
                pairs.add(
                        deployment.regions().get(a) + "-" + deployment.regions().get(b) + ":" + ms + "ms");
            }
        }
        if (same && first != null) {
            return first == Deployment.USUAL_RTT_MS ? "" : " rtt=" + first + "ms";
        }
        return " rtt=" + list(pairs);
    }

    private static String list(List<String> words) {
        return "(" + String.join(",", words) + ")";
    }

    private static String say(String key, long value, long usual, String unit) {
        return value == usual ? "" : " " + key + "=" + value + unit;
    }

    private static <E extends Enum<E>> String say(String key, E value, E usual) {
        return value == usual ? "" : " " + key + "=" + value.name().toLowerCase(Locale.ROOT);
    }
}
