package dev.meridian.config.grammar;

import dev.meridian.config.Durability;
import dev.meridian.config.ErrorCodes;
import dev.meridian.config.KeyExchange;
import dev.meridian.config.RegionKind;
import dev.meridian.config.RemoteAccess;
import dev.meridian.config.RoutingStrategy;
import dev.meridian.config.Service;
import dev.meridian.config.Word;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Every key of the file: its form, default and meaning. The JSON Schema and the reference follow it. */
public final class ConfigurationGrammar {
    static final Shape.Time BOUND = new Shape.Time(Duration.ofMillis(1), Duration.ofDays(1));

    static final Shape FLAG = new Shape.Flag();
    static final Shape REGION_NAME = new Shape.Text(
            "a region's name: a letter, then letters, digits and -, at most 63, all lower case, and not auto",
            Pattern.compile("(?!auto$)[a-z][a-z0-9-]{0,62}"),
            ErrorCodes.NOT_A_NAME,
            false);
    static final Shape NAME = new Shape.Text(
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
    static final Shape REGION_NAMES = new Shape.ListOf(REGION_NAME, 1, 100);
    private static final Shape LINE = new Shape.Text(
            "text of one line, at most 200 characters",
            Pattern.compile("[^\\x00-\\x1f]{1,200}"),
            ErrorCodes.NOT_A_NAME,
            false);

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
                            new Shape.ListOf(DatasetGrammar.DATASET, 0, 1000),
                            "one, `default`",
                            "Named keyspaces with a policy of their own."),
                    optional(
                            "replication",
                            DatasetGrammar.REPLICATION,
                            "see below",
                            "What datasets take that say nothing else."),
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

    static Shape choice(Word... words) {
        return new Shape.Choice(List.of(words));
    }

    static Key required(String name, Shape shape, String meaning) {
        return new Key(name, shape, true, "required", meaning);
    }

    static Key optional(String name, Shape shape, String fallback, String meaning) {
        return new Key(name, shape, false, fallback, meaning);
    }
}
