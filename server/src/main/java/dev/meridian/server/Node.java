package dev.meridian.server;

import dev.meridian.config.Configuration;
import dev.meridian.config.ConfigurationFile;
import dev.meridian.config.Durability;
import dev.meridian.config.LoadResult;
import dev.meridian.config.Problem;
import dev.meridian.kernel.Kernel;
import dev.meridian.kernel.KernelOptions;
import dev.meridian.kernel.bytes.Sha256;
import dev.meridian.kernel.placement.Placement;
import dev.meridian.server.admin.AdminDoor;
import dev.meridian.server.admin.EventLog;
import dev.meridian.server.admin.HttpLimits;
import dev.meridian.server.admin.NodeFacts;
import dev.meridian.server.admin.Watch;
import dev.meridian.server.conflict.ConflictPolicies;
import dev.meridian.server.consensus.ControlGroup;
import dev.meridian.server.link.LinkSettings;
import dev.meridian.server.link.LinkTls;
import dev.meridian.server.link.Links;
import dev.meridian.server.metrics.NodeMetrics;
import dev.meridian.server.redis.KernelLoop;
import dev.meridian.server.redis.RespLimits;
import dev.meridian.server.redis.RespServer;
import dev.meridian.store.RecoveryReport;
import dev.meridian.store.RegionStore;
import dev.meridian.store.RocksRegionStore;
import dev.meridian.store.StoreOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node of one region: the kernel with its disk, its Redis door, its links to other regions and its HTTP door. Serves
 * from the return of {@link #start} until {@link #close}.
 */
public final class Node implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Node.class);

    /** A value must fit the log's longest record with room for what stands beside it. */
    private static final long READY_POLL_NS = 5_000_000;

    private static final long VALUE_BYTES_MAX = 32L << 20;

    private final NodeOptions options;
    private final RegionStore store;
    private final KernelLoop loop;
    private final KernelHost host;
    private final RespServer resp;
    private final Links links;
    private final AdminDoor http;
    private final Doors doors;
    private final @Nullable ControlGroup control;

    /** Where a node is reached, with the ports that it found. */
    public record Doors(InetSocketAddress resp, InetSocketAddress http, InetSocketAddress link) {}

    private Node(
            NodeOptions options,
            RegionStore store,
            KernelLoop loop,
            KernelHost host,
            RespServer resp,
            Links links,
            AdminDoor http,
            Doors doors,
            @Nullable ControlGroup control) {
        this.options = options;
        this.store = store;
        this.loop = loop;
        this.host = host;
        this.resp = resp;
        this.links = links;
        this.http = http;
        this.doors = doors;
        this.control = control;
    }

    /**
     * Recovers what the data directory holds and begins to serve.
     *
     * @throws IOException if an address cannot be had or the configuration cannot be read
     * @throws dev.meridian.store.StoreException if the directory is held by another process, belongs elsewhere or is damaged
     */
    public static Node start(NodeOptions options) throws IOException {
        Configuration configuration = configuration(options);
        LinkTls tls = LinkTls.of(configuration, options.region());
        Placement placement = NodePlacement.of(configuration, options.region());
        Files.createDirectories(options.dataDirectory());
        RegionStore store = RocksRegionStore.open(
                options.dataDirectory(), StoreOptions.of(configuration.name(), options.region(), UUID.randomUUID()));
        try {
            StoredPolicy.check(options.dataDirectory(), configuration);
        } catch (IOException | RuntimeException e) {
            store.close();
            throw e;
        }
        KernelLoop loop = new KernelLoop("kernel");
        Deque<AutoCloseable> opened = new ArrayDeque<>(List.of(loop, store));
        try {
            SecureRandom random = new SecureRandom();
            long origin = random.nextLong() | 1; // never 0
            String run = HexFormat.of().toHexDigits(origin);
            KernelOptions kernelOptions = KernelOptions.of(
                            placement,
                            origin,
                            random.nextLong(),
                            Long.parseUnsignedLong(configuration.hash().substring(0, 16), 16))
                    .withPassword(options.password())
                    .withConflicts(ConflictPolicies.of(configuration))
                    .withClusterSecret(tokenSecret(configuration, options.password()))
                    .withControlRules(NodePlacement.controlRules(configuration));
            boolean always = configuration.node().durability() == Durability.ALWAYS && !options.ephemeral();
            EventLog events = new EventLog(options.region(), run);
            Watch watch = new Watch(events);
            KernelHost host = new KernelHost(
                    effects -> new Kernel(kernelOptions, effects),
                    store,
                    options.dataDirectory(),
                    loop,
                    always,
                    watch,
                    events);
            Links links = new Links(
                    options.region(), placement.regions(), options.peers(), LinkSettings.defaults(), tls, loop, host);
            opened.push(links);
            NodeFacts facts =
                    new NodeFacts(options.region(), run, version(), Instant.now(), options.emulated(), configuration);
            RespLimits limits = RespLimits.defaults();
            limits = limits.withBulk(
                            (int) Math.min(VALUE_BYTES_MAX, configuration.node().maxValueBytes()))
                    .withConnections(configuration.node().maxConnections(), limits.unauthenticatedTimeoutMs());
            RespServer resp = new RespServer(loop, limits, options.password() != null, host);
            NodeMetrics metrics = new NodeMetrics(facts, host, links, resp, host.meter());
            AdminDoor http = new AdminDoor(
                    facts, host, links, watch, events, metrics::of, options.password(), HttpLimits.defaults());
            opened.push(http);
            InetSocketAddress httpAddress = http.start(options.http());
            RecoveryReport report = host.recover();
            LOG.info(
                    "region {} recovered {} rows and {} records in {} ms; {} bytes of an unsynced tail were cut",
                    options.region(),
                    report.rowCount(),
                    report.recordCount(),
                    report.tookMs(),
                    report.tornTailBytes());
            host.start(resp, links);
            opened.push(host::stop);
            opened.push(resp);
            Doors doors = new Doors(resp.start(options.resp()), httpAddress, links.start(options.link()));
            events.publish("ready", Map.of());
            ControlGroup control = ControlEvents.start(options, configuration, tls, host, links);
            host.join(control);
            return new Node(options, store, loop, host, resp, links, http, doors, control);
        } catch (IOException | RuntimeException e) {
            giveUp(opened, e);
            throw e;
        }
    }

    private static void giveUp(Deque<AutoCloseable> opened, Exception cause) {
        for (AutoCloseable each : opened) {
            try {
                each.close();
            } catch (Exception e) {
                cause.addSuppressed(e);
            }
        }
    }

    private static String version() {
        String version = Node.class.getPackage().getImplementationVersion();
        return version == null ? "0.1.0-SNAPSHOT" : version;
    }

    /** The same in every region. Without a password, who knows the whole configuration knows it too. */
    private static byte[] tokenSecret(Configuration configuration, @Nullable String password) {
        byte[] secret = (password == null ? configuration.hash() : password).getBytes(StandardCharsets.UTF_8);
        byte[] purpose = ("session tokens of " + configuration.name()).getBytes(StandardCharsets.UTF_8);
        return Sha256.seal(secret, purpose, 0, purpose.length);
    }

    private static Configuration configuration(NodeOptions options) throws IOException {
        return switch (ConfigurationFile.load(options.configurationFile())) {
            case LoadResult.Loaded loaded -> loaded.configuration();
            case LoadResult.Rejected rejected -> {
                Problem first = rejected.problems().getFirst();
                throw new IOException(options.configurationFile() + ":" + first.line() + ": " + first.message());
            }
        };
    }

    /** Returns once the node serves everything that it keeps. */
    public void awaitReady() {
        while (host.filling() != null) {
            LockSupport.parkNanos(READY_POLL_NS);
        }
    }

    public NodeOptions options() {
        return options;
    }

    public Doors doors() {
        return doors;
    }

    /** Stops serving, tells nobody a lie, brings everything to rest. */
    @Override
    public void close() {
        // It waits a little for what it still has to say to others; meanwhile the rest ends.
        Thread leaving = Thread.ofPlatform().name("control-stop").start(() -> {
            if (control != null) {
                control.close();
            }
        });
        resp.close();
        links.close();
        host.stop();
        http.close();
        try {
            leaving.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        loop.close();
        store.close();
    }
}
