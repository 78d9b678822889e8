package dev.meridian.config;

import dev.meridian.config.grammar.Found;
import dev.meridian.config.grammar.Section;
import dev.meridian.config.yaml.Problems;
import dev.meridian.config.yaml.Span;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** From what a file says to what it means, in the order of the file. */
final class ConfigurationDerivation {
    private final Problems problems;
    private final Recorder recorder;
    private final RegionDerivation regions;
    private final Section root;

    private ConfigurationDerivation(Problems problems, Section root) {
        this.problems = problems;
        this.recorder = new Recorder(problems.source());
        this.regions = new RegionDerivation(problems, recorder);
        this.root = root;
    }

    /**
     * The configuration, complete only if no error was reported on the way.
     *
     * @param directory what relative paths of the file are relative to; null: paths cannot be read
     */
    static Configuration derive(Problems problems, Section root, @Nullable Path directory) {
        return new ConfigurationDerivation(problems, root).derive(directory);
    }

    private Configuration derive(@Nullable Path directory) {
        String name = recorder.take(root, "name", "", nameOfFile(), "the file's name");
        Section governance = root.table("data_governance");
        regions.derive(root.list("regions"), gdprNames(governance));
        DataGovernance rules = governance(governance);
        Section replication = root.table("replication");
        Section routes = root.table("routing");
        DatasetWords.Health health = health(replication, routes);
        List<Dataset> datasets = datasets(replication, rules, health);
        ReplicationSettings settings = replication(replication, health);
        Routing routing = routing(routes);
        Safety safety = new SafetyDerivation(problems, recorder, regions, root.table("safety")).derive();
        CostControls costs = costs(root.table("cost_controls"));
        Monitoring monitoring = monitoring(root.table("monitoring"));
        NodeSettings node = node(root.table("node"));
        Password password = new PasswordDerivation(problems, recorder, root.table("security"), directory).derive();
        List<String> names = regions.all().stream().map(Region::name).toList();
        LinkProtection links = new LinkDerivation(problems, recorder, root.table("links"), directory).derive(names);
        List<WanLink> wan = new WanDerivation(problems, recorder, regions).derive(root.list("wan"));
        return new Configuration(
                name,
                regions.all(),
                datasets,
                settings,
                routing,
                safety,
                rules,
                costs,
                monitoring,
                node,
                links,
                password,
                wan,
                recorder.settings());
    }

    private String nameOfFile() {
        String file = problems.source().name();
        String base = file.substring(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
        int dot = base.indexOf('.', 1);
        String name = (dot < 0 ? base : base.substring(0, dot))
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9_-]+", "-")
                .replaceAll("^[^a-z]+|-+$", "");
        return name.isEmpty() ? "meridian" : name.substring(0, Math.min(63, name.length()));
    }

    private static @Nullable Set<String> gdprNames(Section governance) {
        Found<List<Found<String>>> given = governance.find("gdpr_regions");
        return given == null
                ? null
                : given.value().stream().map(Found::value).collect(Collectors.toCollection(LinkedHashSet::new));
    }

    // ---- governance

    private DataGovernance governance(Section section) {
        List<String> gdpr;
        Found<List<Found<String>>> given = section.find("gdpr_regions");
        if (given == null) {
            gdpr = regions.all().stream().filter(Region::gdpr).map(Region::name).toList();
            recorder.put(
                    "data_governance.gdpr_regions",
                    gdpr.isEmpty() ? null : Recorder.yaml(gdpr),
                    gdpr.isEmpty() ? "default: no region is known to be under it" : "regions known to be under it",
                    null);
        } else {
            gdpr = new ArrayList<>();
            for (Found<String> region : regions.known(given.value())) {
                gdpr.add(region.value());
                warnUnlessGdpr(region);
            }
            recorder.put("data_governance.gdpr_regions", Recorder.yaml(gdpr), "given", given.span());
        }
        List<Residency> residencies = new ArrayList<>();
        Map<String, Span> seen = new LinkedHashMap<>();
        for (Found<Section> item : section.<Section>list("data_residency")) {
            Residency residency = residency(item.value(), seen);
            if (residency != null) {
                residencies.add(residency);
            }
        }
        return new DataGovernance(List.copyOf(gdpr), List.copyOf(residencies));
    }

    private void warnUnlessGdpr(Found<String> name) {
        Region region = regions.find(name.value());
        String law = region == null ? null : region.jurisdiction();
        if (law != null && !law.contains("GDPR")) {
            problems.warning(
                    ErrorCodes.NOT_UNDER_GDPR,
                    name.span(),
                    name.value() + " is not under the GDPR",
                    "its jurisdiction is " + law,
                    "remove it, or give the region its `jurisdiction:` if that is wrong");
        }
    }

    private @Nullable Residency residency(Section section, Map<String, Span> seen) {
        Found<String> type = section.find("type");
        if (type == null) {
            regions.known(section.list("allowed_regions"));
            return null;
        }
        Span earlier = seen.putIfAbsent(type.value(), type.span());
        if (earlier != null) {
            problems.error(
                    ErrorCodes.DUPLICATE_NAME,
                    type.span(),
                    "two residencies are for " + type.value(),
                    "the first is on line " + earlier.line(),
                    "keep one rule a type");
            return null;
        }
        String path = "data_governance.data_residency." + type.value() + ".";
        recorder.given(path + "type", type);
        List<String> allowed = regions.known(section.list("allowed_regions")).stream()
                .map(Found::value)
                .toList();
        recorder.put(path + "allowed_regions", Recorder.yaml(allowed), "given", section.keySpan("allowed_regions"));
        RemoteAccess remote =
                recorder.takeOptional(section, "remote_access", path, "default: none, unless a dataset says otherwise");
        return new Residency(type.value(), allowed, remote);
    }

    // ---- datasets

    private List<Dataset> datasets(Section replication, DataGovernance rules, DatasetWords.Health health) {
        Map<String, Residency> residencies =
                rules.residencies().stream().collect(Collectors.toMap(Residency::type, r -> r));
        List<Found<Section>> sections = root.list("datasets");
        Map<String, Span> names = new LinkedHashMap<>();
        Set<String> claimed = new LinkedHashSet<>();
        List<Dataset> datasets = new ArrayList<>();
        filePrimaries(replication);
        for (Found<Section> item : sections) {
            Found<String> name = item.value().find("name");
            if (name == null) {
                continue;
            }
            Span earlier = names.putIfAbsent(name.value(), name.span());
            if (earlier != null) {
                problems.error(
                        ErrorCodes.DUPLICATE_NAME,
                        name.span(),
                        "two datasets are called " + name.value(),
                        "the first is on line " + earlier.line(),
                        "give each its own name");
                continue;
            }
            Found<String> type = item.value().find("type");
            claimed.add(type == null ? name.value() : type.value());
            add(datasets, residencies, name.value(), item.value(), replication, health, "given");
        }
        Section governance = root.table("data_governance");
        for (Found<Section> item : governance.<Section>list("data_residency")) {
            Found<String> type = item.value().find("type");
            if (type == null || claimed.contains(type.value()) || !residencies.containsKey(type.value())) {
                continue;
            }
            claimed.add(type.value());
            Span taken = names.putIfAbsent(type.value(), type.span());
            if (taken != null) {
                problems.error(
                        ErrorCodes.TYPE_CLAIMED,
                        type.span(),
                        "no dataset has the type " + type.value() + ", and the dataset of this name has another",
                        "the dataset is on line " + taken.line(),
                        "give that dataset `type: " + type.value() + "`, or add one for it");
                continue;
            }
            add(
                    datasets,
                    residencies,
                    type.value(),
                    Section.absent(type.span()),
                    replication,
                    health,
                    "data_residency names this type and no dataset claims it");
        }
        if (!names.containsKey(Dataset.DEFAULT)) {
            Span at = root.mentions("replication") ? root.keySpan("replication") : root.keySpan("regions");
            add(
                    datasets,
                    residencies,
                    Dataset.DEFAULT,
                    Section.absent(at),
                    replication,
                    health,
                    "keys whose prefix names no dataset");
        }
        return List.copyOf(datasets);
    }

    private void add(
            List<Dataset> datasets,
            Map<String, Residency> residencies,
            String name,
            Section own,
            Section replication,
            DatasetWords.Health health,
            String reason) {
        Dataset dataset = new DatasetDerivation(
                        new DatasetWords(
                                problems,
                                recorder,
                                regions,
                                name,
                                own,
                                replication,
                                health,
                                own.mentions("partitions")),
                        residencies)
                .derive(reason);
        if (dataset != null) {
            datasets.add(dataset);
        }
    }

    /** A file-wide topology with one primary, and several regions that claim to be it. */
    private void filePrimaries(Section replication) {
        Found<Topology> topology = replication.find("topology");
        List<String> primaries =
                regions.all().stream().filter(Region::primary).map(Region::name).toList();
        boolean one = topology != null
                && topology.value().hasPrimary()
                && topology.value() != Topology.GEO_PARTITIONED
                && topology.value() != Topology.FOLLOW_THE_SUN;
        if (topology != null && one && primaries.size() > 1) {
            problems.error(
                    ErrorCodes.WHICH_PRIMARY,
                    topology.span(),
                    "topology: " + topology.value().word() + " has one primary, and " + primaries.size()
                            + " regions say that they are it",
                    "primary: true stands at " + String.join(", ", primaries),
                    "keep `primary: true` at one, or write `topology: active-active`");
        }
    }

    // ---- the rest

    /** By how many failed checks, and how far apart, a region counts as lost. */
    private static DatasetWords.Health health(Section replication, Section routing) {
        Found<Duration> heartbeat = replication.find("heartbeat");
        Found<Duration> interval = routing.find("health_check_interval");
        Found<Long> threshold = routing.find("failover_threshold");
        Duration each = interval == null ? FileDefaults.HEALTH_CHECK_INTERVAL : interval.value();
        long times = threshold == null ? FileDefaults.FAILOVER_THRESHOLD : threshold.value();
        return new DatasetWords.Health(
                heartbeat == null ? FileDefaults.HEARTBEAT : heartbeat.value(),
                each.multipliedBy(times),
                "health_check_interval " + Amounts.duration(each) + " x failover_threshold " + times,
                interval != null ? interval.span() : threshold != null ? threshold.span() : routing.span());
    }

    private ReplicationSettings replication(Section section, DatasetWords.Health health) {
        for (String key : List.of(
                "strategy",
                "topology",
                "consistency",
                "conflict_resolution",
                "counters",
                "resolver",
                "lag_threshold",
                "lag_action",
                "failover",
                "failover_profile",
                "conditional_writes",
                "record_dropped")) {
            Found<Object> found = section.find(key);
            if (found != null) {
                recorder.given("replication." + key, found);
            }
        }
        String path = "replication.";
        Duration heartbeat = recorder.take(section, "heartbeat", path, FileDefaults.HEARTBEAT, "default");
        Found<FailoverProfile> profile = section.find("failover_profile");
        boolean fast = profile != null && profile.value() == FailoverProfile.FAST;
        Duration lease = recorder.take(
                section,
                "lease",
                path,
                fast ? FailoverProfile.FAST_LEASE : FileDefaults.LEASE,
                fast ? "failover_profile: fast" : "default");
        Duration detection = recorder.take(
                section,
                "detection",
                path,
                fast ? FailoverProfile.FAST_DETECTION : health.silence(),
                fast ? "failover_profile: fast" : health.silenceReason());
        LateWrites late = recorder.take(section, "late_writes", path, LateWrites.MERGE, "default");
        Duration timeout = recorder.take(section, "write_timeout", path, FileDefaults.WRITE_TIMEOUT, "default");
        long minLive = recorder.take(section, "min_live", path, (long) FileDefaults.MIN_LIVE, "default");
        if (lease.compareTo(heartbeat.multipliedBy(2)) <= 0) {
            Span span = section.mentions("lease") ? valueSpan(section, "lease") : valueSpan(section, "heartbeat");
            problems.error(
                    ErrorCodes.LEASE_TOO_SHORT,
                    span,
                    "a lease of " + Amounts.duration(lease) + " is not longer than two heartbeats of "
                            + Amounts.duration(heartbeat),
                    "one lost heartbeat would end it",
                    "write `lease: " + Amounts.duration(heartbeat.multipliedBy(4)) + "`, or a shorter heartbeat");
        }
        Duration horizon = recorder.take(section, "tombstone_horizon", path, FileDefaults.TOMBSTONE_HORIZON, "default");
        long logLimit = recorder.takeBytes(section, "log_limit", path, FileDefaults.LOG_LIMIT_BYTES);
        Duration offset =
                recorder.take(section, "clock_offset_limit", path, FileDefaults.CLOCK_OFFSET_LIMIT, "default");
        return new ReplicationSettings(
                heartbeat, lease, detection, late, timeout, (int) minLive, horizon, logLimit, offset);
    }

    private static Span valueSpan(Section section, String key) {
        Found<Object> found = section.find(key);
        return found == null ? section.keySpan(key) : found.span();
    }

    private Routing routing(Section section) {
        RoutingStrategy strategy = recorder.take(section, "strategy", "routing.", RoutingStrategy.LATENCY, "default");
        Duration interval = recorder.take(
                section, "health_check_interval", "routing.", FileDefaults.HEALTH_CHECK_INTERVAL, "default");
        long threshold =
                recorder.take(section, "failover_threshold", "routing.", FileDefaults.FAILOVER_THRESHOLD, "default");
        boolean nowhere = !regions.all().isEmpty() && regions.all().stream().allMatch(r -> r.weight() == 0);
        if (strategy == RoutingStrategy.WEIGHTED && nowhere) {
            problems.error(
                    ErrorCodes.NO_WEIGHT,
                    valueSpan(section, "strategy"),
                    "routing is weighted, and every region has weight 0",
                    "nobody would be sent anywhere",
                    "give one region a weight above 0");
        }
        return new Routing(strategy, interval, (int) threshold);
    }

    private CostControls costs(Section section) {
        String path = "cost_controls.";
        Long transfer = recorder.takeOptional(section, "max_cross_region_transfer_gb", path, "default: no limit");
        return new CostControls(
                transfer,
                recorder.take(section, "auto_scale_regions", path, false, "default"),
                recorder.take(section, "idle_region_shutdown", path, false, "default"));
    }

    private Monitoring monitoring(Section section) {
        String path = "monitoring.";
        return new Monitoring(
                recorder.take(section, "cross_region_latency", path, true, "default"),
                recorder.take(section, "replication_lag", path, true, "default"),
                recorder.take(section, "regional_availability", path, true, "default"),
                recorder.take(section, "cost_tracking", path, true, "default"));
    }

    private NodeSettings node(Section section) {
        Durability durability = recorder.take(section, "durability", "node.", Durability.EVERY_SECOND, "default");
        long value = recorder.takeBytes(section, "max_value", "node.", FileDefaults.MAX_VALUE_BYTES);
        long clients = recorder.take(section, "max_connections", "node.", FileDefaults.MAX_CONNECTIONS, "default");
        return new NodeSettings(durability, value, (int) clients);
    }
}
