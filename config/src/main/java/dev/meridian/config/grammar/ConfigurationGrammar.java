package dev.meridian.config.grammar;

import dev.meridian.config.ConditionalWrites;
import dev.meridian.config.ConflictResolution;
import dev.meridian.config.Counters;
import dev.meridian.config.Durability;
import dev.meridian.config.ErrorCodes;
import dev.meridian.config.Failover;
import dev.meridian.config.FailoverProfile;
import dev.meridian.config.KeyExchange;
import dev.meridian.config.LagAction;
import dev.meridian.config.LateWrites;
import dev.meridian.config.RegionKind;
import dev.meridian.config.RemoteAccess;
import dev.meridian.config.ReplicationMode;
import dev.meridian.config.RoutingStrategy;
import dev.meridian.config.Service;
import dev.meridian.config.Topology;
import dev.meridian.config.Word;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Every key of the file: its form, default and meaning. The JSON Schema and the reference follow it. */
public final class ConfigurationGrammar {
    static final Shape.Time BOUND = new Shape.Time(Duration.ofMillis(1), Duration.ofDays(1));

    private static final Shape FLAG = new Shape.Flag();
    private static final Shape REGION_NAME = new Shape.Text(
            "a region's name: a letter, then letters, digits and -, at most 63, all lower case, and not auto",
            Pattern.compile("(?!auto$)[a-z][a-z0-9-]{0,62}"),
            ErrorCodes.NOT_A_NAME,
            false);
    private static final Shape NAME = new Shape.Text(
            "a name: a letter, then letters, digits, _ and -, at most 63",
            Pattern.compile("[A-Za-z][A-Za-z0-9_-]{0,62}"),
            ErrorCodes.NOT_A_NAME,
            false);
    private static final Shape ADDRESS = new Shape.Text(
            "a host name, or host:port",
            Pattern.compile(
                    "(?=.{1,260}$)([A-Za-z0-9_]([A-Za-z0-9_-]{0,62})(\\.[A-Za-z0-9_][A-Za-z0-9_-]{0,62})*|\\[[0-9A-Fa-f:.]{2,45}\\])(:([1-9]\\d{0,3}|[1-5]\\d{4}|6[0-4]\\d{3}|65[0-4]\\d{2}|655[0-2]\\d|6553[0-5]))?"),
            ErrorCodes.NOT_AN_ADDRESS,
            true);
    private static final Shape PRIMARY = new Shape.Text(
            "a region's name, or auto", Pattern.compile("[a-z][a-z0-9-]{0,62}"), ErrorCodes.NOT_A_NAME, false);
    private static final Shape REGION_NAMES = new Shape.ListOf(REGION_NAME, 1, 100);
    private static final Shape LINE = new Shape.Text(
            "text of one line, at most 200 characters",
            Pattern.compile("[^\\x00-\\x1f]{1,200}"),
            ErrorCodes.NOT_A_NAME,
            false);

    private static final Key TOPOLOGY = optional(
            "topology", choice(Topology.values()), "derived from the regions", "Who may write and who follows.");
    private static final Key CONSISTENCY = optional(
            "consistency",
            new Shape.Level(),
            "eventual",
            "What a read promises; strong and quorum also say when a write is acknowledged. bounded alone takes lag_threshold.");
    private static final Key CONFLICTS = optional(
            "conflict_resolution",
            choice(ConflictResolution.values()),
            "last_write_wins",
            "What becomes of concurrent writes to one key.");
    private static final Key COUNTERS = optional(
            "counters",
            choice(Counters.values()),
            "as conflict_resolution",
            "How concurrent INCR and its kin merge: crdt sums what each region added; siblings goes with custom and manual.");
    private static final Key RESOLVER = optional(
            "resolver",
            new Shape.Text(
                    "an expression, at most 10000 characters",
                    Pattern.compile("[\\s\\S]{1,10000}"),
                    ErrorCodes.NOT_A_NAME,
                    false),
            "none",
            "The function of `conflict_resolution: custom`, in CEL, over the siblings.");
    private static final Key LAG_THRESHOLD = optional(
            "lag_threshold",
            new Shape.Time(Duration.ofMillis(10), Duration.ofDays(7)),
            "5s",
            "How far replication may lag: the budget of what a lost region may take with it.");
    private static final Key LAG_ACTION =
            optional("lag_action", choice(LagAction.values()), "warn", "What happens beyond lag_threshold.");
    private static final Key FAILOVER = optional(
            "failover",
            choice(Failover.values()),
            "automatic with three voting regions or more, else manual",
            "Who replaces a lost primary.");
    private static final Key LATE_WRITES = optional(
            "late_writes",
            choice(LateWrites.values()),
            "merge",
            "What becomes of writes that a lost primary may have acknowledged.");
    private static final Key PROFILE = optional(
            "failover_profile",
            choice(FailoverProfile.values()),
            "standard",
            "How soon a silent primary is called lost: standard goes by the health checks, fast takes at most 3s. Sets lease and detection.");
    private static final Key LEASE = optional(
            "lease",
            new Shape.Time(Duration.ofMillis(50), Duration.ofMinutes(10)),
            "5s; 2s with failover_profile: fast",
            "How long a primary may acknowledge without hearing from the others; over twice the heartbeat.");
    private static final Key DETECTION = optional(
            "detection",
            new Shape.Time(Duration.ofMillis(50), Duration.ofHours(100)),
            "health_check_interval x failover_threshold; 2500ms with failover_profile: fast",
            "After how long without a word a region is called lost; over twice the heartbeat.");
    private static final Key WRITE_TIMEOUT = optional(
            "write_timeout",
            new Shape.Time(Duration.ofMillis(10), Duration.ofMinutes(10)),
            "5s",
            "How long a client waits for the acknowledgement of other regions; then it is told that the outcome is not known.");
    private static final Key MIN_LIVE = optional(
            "min_live",
            new Shape.Whole(1, 100),
            "2",
            "How many regions sync and strong need at least; with fewer, writes are refused.");
    private static final Key CONDITIONAL = optional(
            "conditional_writes",
            choice(ConditionalWrites.values()),
            "refuse",
            "What SET NX, WATCH and their kin do where many regions write; with a primary they hold everywhere.");
    private static final Key RECORD =
            optional("record_dropped", FLAG, "false", "Record each value that lost to a concurrent write.");
    private static final Key REMOTE = optional(
            "remote_access",
            choice(RemoteAccess.values()),
            "read_write; none where a residency binds it",
            "What regions outside the placement may ask for; it is forwarded, never kept.");

    private static final Shape.Table REGION = new Shape.Table(
            "a region",
            List.of(
                    required(
                            "name",
                            REGION_NAME,
                            "Names such as us-east-1 (AWS), westeurope (Azure) or europe-west1 (GCP) bring place and cloud with them."),
                    optional("kind", choice(RegionKind.values()), "core", "What the region is for."),
                    optional(
                            "parent",
                            REGION_NAME,
                            "of a regional one or an edge the nearest region above it",
                            "Whom it gets its data from in hierarchical-edge: core above regional above edge."),
                    optional("primary", FLAG, "false", "Whether it writes where only some regions do."),
                    optional("endpoint", ADDRESS, "none", "Where users of this region are sent. Takes ${NAME}."),
                    optional(
                            "link",
                            ADDRESS,
                            "none",
                            "Where other regions reach this one; `meridian up` needs none. Takes ${NAME}."),
                    optional(
                            "services",
                            new Shape.ListOf(choice(Service.values()), 1, 10),
                            "api, database, cache; cache for an edge; none for a witness",
                            "What runs there. `database` takes writes, `database-replica` forwards them."),
                    optional("cloud", LINE, "of the known region", "The cloud, for prices and round trips."),
                    optional("city", LINE, "of the known region", "Shown on the map."),
                    optional("country", LINE, "of the known region", "Two letters."),
                    optional("jurisdiction", LINE, "of the known region", "Whose law holds, such as EU/GDPR."),
                    optional(
                            "latitude",
                            new Shape.Decimal(-90, 90),
                            "of the known region",
                            "Degrees north; with longitude."),
                    optional(
                            "longitude",
                            new Shape.Decimal(-180, 180),
                            "of the known region",
                            "Degrees east; with latitude."),
                    optional("weight", new Shape.Whole(0, 1000), "1", "Share of users under `strategy: weighted`.")));

    private static final Shape.Table HANDOVER = new Shape.Table(
            "a handover",
            List.of(
                    required("at", new Shape.TimeOfDay(), "Time of day."),
                    optional(
                            "zone",
                            new Shape.Text(
                                    "a time zone, such as Europe/Dublin",
                                    Pattern.compile("[A-Za-z][A-Za-z0-9_+/-]{0,63}"),
                                    ErrorCodes.NOT_A_NAME,
                                    false),
                            "UTC",
                            "The time zone of `at`, as the tz database names it; summer time is kept."),
                    required("primary", REGION_NAME, "The region that writes from then on.")));

    private static final Shape.Table PARTITION = new Shape.Table(
            "a partition",
            List.of(
                    required("name", NAME, "Names it in commands: `meridian switchover people/europe`."),
                    required(
                            "values",
                            new Shape.ListOf(
                                    new Shape.Text(
                                            "text, at most 100 characters",
                                            Pattern.compile("[^\\x00-\\x1f]{1,100}"),
                                            ErrorCodes.NOT_A_NAME,
                                            false),
                                    1,
                                    1000),
                            "What the deciding part of a key is, for keys that are at home here."),
                    optional(
                            "primary",
                            REGION_NAME,
                            "the dataset's if it is placed here, else its first region",
                            "The region that orders its writes."),
                    optional("placement", REGION_NAMES, "the dataset's", "The regions that keep it.")));

    private static final Shape.Table DATASET = new Shape.Table(
            "a dataset",
            List.of(
                    required(
                            "name",
                            NAME,
                            "Keys that begin with it and a colon belong to it. `default` takes all others."),
                    inherited(TOPOLOGY, "replication.topology; geo-partitioned where a residency leaves one region"),
                    optional(
                            "placement",
                            REGION_NAMES,
                            "its residency's regions, else all that keep data",
                            "The regions that keep it."),
                    optional(
                            "primary",
                            PRIMARY,
                            "the region with `primary: true`, else the first that writes",
                            "The region that orders its writes, where the topology or level has one. auto moves it to where they come from."),
                    inherited(CONSISTENCY),
                    optional(
                            "replication",
                            choice(ReplicationMode.values()),
                            "replication.strategy",
                            "When a write is acknowledged, below quorum and strong."),
                    inherited(WRITE_TIMEOUT),
                    inherited(MIN_LIVE),
                    optional(
                            "witnesses",
                            new Shape.ListOf(REGION_NAME, 0, 100),
                            "one, where its regions are even in number",
                            "Regions of kind witness that vote on its primary and, where its residency allows, keep its log."),
                    inherited(CONFLICTS),
                    inherited(COUNTERS),
                    inherited(RESOLVER),
                    inherited(CONDITIONAL),
                    optional(
                            "type",
                            NAME,
                            "its own name if a residency has it",
                            "The class of data, as data_residency names it."),
                    REMOTE,
                    optional(
                            "ttl",
                            new Shape.Time(Duration.ofMillis(1), Duration.ofDays(3650)),
                            "none",
                            "Lifetime of keys written without one."),
                    inherited(LAG_THRESHOLD),
                    inherited(LAG_ACTION),
                    inherited(FAILOVER),
                    inherited(PROFILE),
                    inherited(LEASE),
                    inherited(DETECTION),
                    inherited(LATE_WRITES),
                    optional(
                            "successors",
                            REGION_NAMES,
                            "regions with a database first, then by the file",
                            "Who follows a lost primary, best first."),
                    inherited(RECORD),
                    optional(
                            "schedule",
                            new Shape.ListOf(HANDOVER, 2, 100),
                            "each region from its own morning (08:00 by its longitude)",
                            "The timetable of follow-the-sun: one region's day after the other's."),
                    optional(
                            "partition_by",
                            new Shape.Text(
                                    "prefix, hash_tag or field(2)",
                                    Pattern.compile("prefix|hash_tag|field\\([1-9]\\)"),
                                    ErrorCodes.NOT_A_CHOICE,
                                    false),
                            "none",
                            "What of a key says where it is at home: how it goes on after the dataset's name, what is in braces, or which part between colons."),
                    optional(
                            "partitions",
                            new Shape.ListOf(PARTITION, 1, 1000),
                            "none: it is one whole",
                            "The parts of a geo-partitioned dataset, each with a primary of its own."),
                    optional(
                            "unmapped",
                            NAME,
                            "refuse",
                            "The partition of keys with another value; refuse makes them an error.")));

    private static final Shape.Table REPLICATION = new Shape.Table(
            "replication",
            List.of(
                    optional(
                            "strategy",
                            choice(ReplicationMode.values()),
                            "async",
                            "When a write is acknowledged, below quorum and strong; datasets may say otherwise."),
                    TOPOLOGY,
                    CONSISTENCY,
                    CONFLICTS,
                    COUNTERS,
                    RESOLVER,
                    LAG_THRESHOLD,
                    LAG_ACTION,
                    FAILOVER,
                    PROFILE,
                    LEASE,
                    DETECTION,
                    LATE_WRITES,
                    WRITE_TIMEOUT,
                    MIN_LIVE,
                    CONDITIONAL,
                    RECORD,
                    optional(
                            "heartbeat",
                            new Shape.Time(Duration.ofMillis(10), Duration.ofMinutes(1)),
                            "500ms",
                            "How often regions tell each other that they live."),
                    optional(
                            "tombstone_horizon",
                            new Shape.Time(Duration.ofMinutes(1), Duration.ofDays(365)),
                            "7d",
                            "A region away for longer resyncs in full before it sends."),
                    optional(
                            "log_limit",
                            new Shape.Size(1 << 20, 1L << 50, false),
                            "1GiB",
                            "What a group's log may hold for a region that is away before it needs a snapshot."),
                    optional(
                            "clock_offset_limit",
                            new Shape.Time(Duration.ofMillis(10), Duration.ofMinutes(10)),
                            "500ms",
                            "A remote clock further ahead than this is not adopted.")));

    private static final Shape.Table ROUTING = new Shape.Table(
            "routing",
            List.of(
                    optional("strategy", choice(RoutingStrategy.values()), "latency", "How users find a region."),
                    optional(
                            "health_check_interval",
                            new Shape.Time(Duration.ofMillis(100), Duration.ofHours(1)),
                            "30s",
                            "How often each region is checked."),
                    optional(
                            "failover_threshold",
                            new Shape.Whole(1, 100),
                            "3",
                            "Failed checks in a row after which a region gets no more users.")));

    private static final Shape.Table SAFETY = new Shape.Table(
            "safety",
            List.of(
                    optional(
                            "automatic_failover",
                            FLAG,
                            "true",
                            "The master switch: with false nobody but a person moves a primary."),
                    optional(
                            "regions_on",
                            new Shape.Whole(1, 100),
                            "1",
                            "How many regions that keep data no drain or isolation may go below."),
                    optional(
                            "never_both_off",
                            new Shape.ListOf(new Shape.ListOf(REGION_NAME, 2, 2), 1, 1000),
                            "none",
                            "Pairs of regions, of which one stays in use.")));

    private static final Shape.Table RESIDENCY = new Shape.Table(
            "a residency",
            List.of(
                    required("type", NAME, "The class of data; a dataset of this name is made if none claims it."),
                    required("allowed_regions", REGION_NAMES, "The only regions that may keep it."),
                    optional(
                            "remote_access",
                            choice(RemoteAccess.values()),
                            "none, unless a dataset says otherwise",
                            "What other regions may ask for; a dataset may narrow it, not widen it.")));

    private static final Shape.Table GOVERNANCE = new Shape.Table(
            "data_governance",
            List.of(
                    optional(
                            "gdpr_regions",
                            REGION_NAMES,
                            "the regions known to be under it",
                            "Regions that count as under the GDPR."),
                    optional(
                            "data_residency",
                            new Shape.ListOf(RESIDENCY, 0, 1000),
                            "none",
                            "Which data may live where.")));

    private static final Shape.Table COSTS = new Shape.Table(
            "cost_controls",
            List.of(
                    optional(
                            "max_cross_region_transfer_gb",
                            new Shape.Whole(1, 1_000_000_000),
                            "no limit",
                            "GB a month between regions (10^9 bytes each)."),
                    optional("auto_scale_regions", FLAG, "false", "Whether regions grow and shrink with load."),
                    optional(
                            "idle_region_shutdown", FLAG, "false", "Whether a region without users is put to sleep.")));

    private static final Shape.Table MONITORING = new Shape.Table(
            "monitoring",
            List.of(
                    optional("cross_region_latency", FLAG, "true", "Measure round trips between regions."),
                    optional("replication_lag", FLAG, "true", "Measure how far each region is behind."),
                    optional("regional_availability", FLAG, "true", "Measure which regions answer."),
                    optional("cost_tracking", FLAG, "true", "Meter bytes between regions and their price.")));

    private static final Shape.Table NODE = new Shape.Table(
            "node",
            List.of(
                    optional(
                            "durability",
                            choice(Durability.values()),
                            "every_second",
                            "When a write is safe on this node's disk."),
                    optional(
                            "max_value",
                            new Shape.Size(1 << 10, 512L << 20, false),
                            "64MiB",
                            "Longest key or value that a client may send."),
                    optional("max_connections", new Shape.Whole(1, 1_000_000), "10000", "Clients at once.")));

    private static final Shape.Table SECURITY = new Shape.Table(
            "security",
            List.of(
                    optional(
                            "password",
                            new Shape.Secret(),
                            "none; then only loopback is served",
                            "What clients must present. Write ${NAME} to take it from the environment."),
                    optional(
                            "password_file",
                            new Shape.Text(
                                    "a path", Pattern.compile("[^\\x00-\\x1f]{1,4096}"), ErrorCodes.NOT_A_NAME, false),
                            "none",
                            "A file whose first line is the password; relative to this file.")));

    private static final Shape PATH =
            new Shape.Text("a path", Pattern.compile("[^\\x00-\\x1f]{1,4096}"), ErrorCodes.NOT_A_NAME, true);

    private static final Shape.Table LINKS = new Shape.Table(
            "links",
            List.of(
                    optional(
                            "certificate",
                            PATH,
                            "none; then only loopback is served",
                            "The region's certificate and what leads to the authority, in PEM; `{region}` stands for the region's name. Relative to this file. Takes ${NAME}."),
                    optional("key", PATH, "none", "Its private key, PKCS #8 in PEM. Takes {region} and ${NAME}."),
                    optional(
                            "authority",
                            PATH,
                            "none",
                            "The certificates that others' must descend from, in PEM; two during a change of authority. Takes ${NAME}."),
                    optional(
                            "revoked",
                            PATH,
                            "none",
                            "Serial numbers, hexadecimal, one a line, of certificates that no longer count. Takes ${NAME}."),
                    optional(
                            "key_exchange",
                            choice(KeyExchange.values()),
                            "hybrid_preferred",
                            "Whether a link may do without X25519MLKEM768, which recordings survive even where quantum computers come."),
                    optional(
                            "private_network",
                            FLAG,
                            "false",
                            "Nobody but the regions reaches the link ports, so links without certificates may leave loopback.")));

    private static final Shape.Table WAN_LINK = new Shape.Table(
            "a wan link",
            List.of(
                    optional(
                            "between",
                            new Shape.ListOf(REGION_NAME, 2, 2),
                            "none",
                            "Two regions, both directions; or give from and to."),
                    optional("from", REGION_NAME, "none", "One direction only, with to."),
                    optional("to", REGION_NAME, "none", "One direction only, with from."),
                    optional(
                            "delay",
                            new Shape.Time(Duration.ZERO, Duration.ofSeconds(60)),
                            "half the round trip known or estimated",
                            "One way."),
                    optional(
                            "jitter",
                            new Shape.Time(Duration.ZERO, Duration.ofSeconds(60)),
                            "none",
                            "Spread of the delay."),
                    optional("loss", new Shape.Percentage(), "0%", "Share of packets lost; on TCP it shows as pauses."),
                    optional("rate", new Shape.Size(1000, 1_000_000_000_000L, true), "no limit", "Highest rate.")));

    private static final Shape.Table MULTI_REGION = new Shape.Table(
            "multi_region",
            List.of(
                    optional("name", NAME, "the file's name", "The deployment's name; never changes once data exist."),
                    required("regions", new Shape.ListOf(REGION, 1, 100), "The places, in order of preference."),
                    optional(
                            "datasets",
                            new Shape.ListOf(DATASET, 0, 1000),
                            "one, `default`",
                            "Named keyspaces with a policy of their own."),
                    optional("replication", REPLICATION, "see below", "What datasets take that say nothing else."),
                    optional("routing", ROUTING, "see below", "How users are sent to regions."),
                    optional("safety", SAFETY, "none", "What no change may break, whoever asks for it."),
                    optional("data_governance", GOVERNANCE, "none", "Where which data may live."),
                    optional("cost_controls", COSTS, "no limits", "The budget."),
                    optional("monitoring", MONITORING, "all on", "What is measured."),
                    optional("node", NODE, "see below", "Limits and habits of each node."),
                    optional("security", SECURITY, "none", "Who may connect."),
                    optional("links", LINKS, "none", "How links between regions are protected: TLS 1.3, both sides."),
                    optional(
                            "wan",
                            new Shape.ListOf(WAN_LINK, 0, 10_000),
                            "the regions' real distances",
                            "What `meridian up` emulates between regions.")));

    /** The whole file. */
    public static final Shape.Table FILE =
            new Shape.Table("the file", List.of(required("multi_region", MULTI_REGION, "The deployment.")));

    private ConfigurationGrammar() {}

    /** The table below the root that has this key, if one has: where a stray key belongs. */
    static @Nullable String tableOf(String key) {
        if (names(MULTI_REGION).contains(key)) {
            return "multi_region";
        }
        for (Key table : MULTI_REGION.keys()) {
            if (table.shape() instanceof Shape.Table inner && names(inner).contains(key)) {
                return table.name();
            }
        }
        return null;
    }

    private static List<String> names(Shape.Table table) {
        return table.keys().stream().map(Key::name).toList();
    }

    private static Shape choice(Word... words) {
        return new Shape.Choice(List.of(words));
    }

    private static Key required(String name, Shape shape, String meaning) {
        return new Key(name, shape, true, "required", meaning);
    }

    private static Key optional(String name, Shape shape, String fallback, String meaning) {
        return new Key(name, shape, false, fallback, meaning);
    }

    private static Key inherited(Key key) {
        return inherited(key, "replication." + key.name());
    }

    private static Key inherited(Key key, String fallback) {
        return new Key(key.name(), key.shape(), false, fallback, key.meaning());
    }
}
