package dev.meridian.config.grammar;

import static dev.meridian.config.grammar.ConfigurationGrammar.FLAG;
import static dev.meridian.config.grammar.ConfigurationGrammar.NAME;
import static dev.meridian.config.grammar.ConfigurationGrammar.REGION_NAME;
import static dev.meridian.config.grammar.ConfigurationGrammar.REGION_NAMES;
import static dev.meridian.config.grammar.ConfigurationGrammar.choice;
import static dev.meridian.config.grammar.ConfigurationGrammar.optional;
import static dev.meridian.config.grammar.ConfigurationGrammar.required;

import dev.meridian.config.ConditionalWrites;
import dev.meridian.config.ConflictResolution;
import dev.meridian.config.Counters;
import dev.meridian.config.ErrorCodes;
import dev.meridian.config.Failover;
import dev.meridian.config.FailoverProfile;
import dev.meridian.config.LagAction;
import dev.meridian.config.LateWrites;
import dev.meridian.config.RemoteAccess;
import dev.meridian.config.ReplicationMode;
import dev.meridian.config.Topology;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/** The keys of a dataset, and those by which the file speaks for all that say nothing themselves. */
final class DatasetGrammar {
    private DatasetGrammar() {}

    private static final Shape PRIMARY = new Shape.Text(
            "a region's name, or auto", Pattern.compile("[a-z][a-z0-9-]{0,62}"), ErrorCodes.NOT_A_NAME, false);
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

    static final Shape.Table DATASET = new Shape.Table(
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
                    optional(
                            "idempotency_window",
                            new Shape.Time(Duration.ofSeconds(1), Duration.ofDays(7)),
                            "24h",
                            "For how long MERIDIAN.IDEM knows an id, so that a write sent again under it is not done again."),
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

    static final Shape.Table REPLICATION = new Shape.Table(
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

    private static Key inherited(Key key) {
        return inherited(key, "replication." + key.name());
    }

    private static Key inherited(Key key, String fallback) {
        return new Key(key.name(), key.shape(), false, fallback, key.meaning());
    }
}
