package dev.meridian.server;

import dev.meridian.config.Configuration;
import dev.meridian.config.ConfigurationFile;
import dev.meridian.config.Durability;
import dev.meridian.config.LoadResult;
import dev.meridian.config.Problem;
import dev.meridian.kernel.Kernel;
import dev.meridian.kernel.KernelOptions;
import dev.meridian.kernel.placement.Placement;
import dev.meridian.server.link.Links;
import dev.meridian.server.redis.KernelLoop;
import dev.meridian.server.redis.RespLimits;
import dev.meridian.server.redis.RespServer;
import dev.meridian.store.RecoveryReport;
import dev.meridian.store.RocksRegionStore;
import dev.meridian.store.StoreOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node of one region: the kernel with its disk, its Redis door, its links to other regions and its HTTP door. Serves
 * from the return of {@link #start} until {@link #close}.
 */
public final class Node implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Node.class);

    private final NodeOptions options;
    private final RocksRegionStore store;
    private final KernelLoop loop;
    private final KernelHost host;
    private final RespServer resp;
    private final Links links;

    private Node(
            NodeOptions options,
            RocksRegionStore store,
            KernelLoop loop,
            KernelHost host,
            RespServer resp,
            Links links) {
        this.options = options;
        this.store = store;
        this.loop = loop;
        this.host = host;
        this.resp = resp;
        this.links = links;
    }

    /**
     * Recovers what the data directory holds and begins to serve.
     *
     * @throws IOException if an address cannot be had or the configuration cannot be read
     * @throws dev.meridian.store.StoreException if the directory is held by another process, belongs elsewhere or is damaged
     */
    public static Node start(NodeOptions options) throws IOException {
        Configuration configuration = configuration(options);
        Placement placement = NodePlacement.of(configuration, options.region());
        Files.createDirectories(options.dataDirectory());
        RocksRegionStore store = RocksRegionStore.open(
                options.dataDirectory(), StoreOptions.of(configuration.name(), options.region(), UUID.randomUUID()));
        KernelLoop loop = new KernelLoop("kernel");
        try {
            SecureRandom random = new SecureRandom();
            long origin = random.nextLong();
            KernelOptions kernelOptions = KernelOptions.of(
                            placement,
                            origin == 0 ? 1 : origin,
                            random.nextLong(),
                            Long.parseUnsignedLong(configuration.hash().substring(0, 16), 16))
                    .withPassword(options.password());
            boolean always = configuration.node().durability() == Durability.ALWAYS && !options.ephemeral();
            KernelHost host = new KernelHost(effects -> new Kernel(kernelOptions, effects), store, loop, always);
            RecoveryReport report = host.recover();
            LOG.info(
                    "region {} recovered {} rows and {} records in {} ms; {} bytes of an unsynced tail were cut",
                    options.region(),
                    report.rowCount(),
                    report.recordCount(),
                    report.tookMs(),
                    report.tornTailBytes());
            RespServer resp = new RespServer(loop, RespLimits.defaults(), options.password() != null, host);
            Links links = new Links(options.region(), placement.regions(), options.peers(), loop, host);
            host.start(resp, links);
            links.start(options.link());
            resp.start(options.resp());
            return new Node(options, store, loop, host, resp, links);
        } catch (IOException | RuntimeException e) {
            loop.close();
            store.close();
            throw e;
        }
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

    /** Returns once the node serves. */
    public void awaitReady() {
        host.ask(Kernel::clientCount);
    }

    public NodeOptions options() {
        return options;
    }

    /** Stops serving, tells nobody a lie, brings everything to rest. */
    @Override
    public void close() {
        resp.close();
        links.close();
        host.stop();
        loop.close();
        store.close();
    }
}
