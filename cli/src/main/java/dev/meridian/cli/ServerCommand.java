package dev.meridian.cli;

import dev.meridian.cli.up.PortHolder;
import dev.meridian.config.Configuration;
import dev.meridian.config.LinkProtection;
import dev.meridian.config.Region;
import dev.meridian.server.Node;
import dev.meridian.server.NodeOptions;
import dev.meridian.server.certificate.CertificateFilesException;
import dev.meridian.store.StoreException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import sun.misc.Signal;
import sun.misc.SignalHandler;

@Command(
        name = "server",
        header = "Run one node of one region.",
        description = "Serves until it is told to end (Ctrl-C, SIGTERM). Prints one line of JSON when it is ready."
                + " A password is read from the file, MERIDIAN_PASSWORD or --password-file.")
final class ServerCommand implements Callable<Integer> {
    private static final int PORTS = 17010;
    private static final int CONTROL_BESIDE_LINK = 2;

    private final Meridian meridian;

    ServerCommand(Meridian meridian) {
        this.meridian = meridian;
    }

    @Parameters(paramLabel = "FILE", description = "The configuration; the same in every region.")
    private Path file = Path.of("");

    @Option(names = "--region", required = true, paramLabel = "R", description = "The region of this node.")
    private String region = "";

    @Option(names = "--data", paramLabel = "DIR", description = "Its data (default: ./.meridian/NAME/data/REGION).")
    private @Nullable Path data;

    @Option(names = "--bind", paramLabel = "ADDR", description = "Address to listen on (default: ${DEFAULT-VALUE}).")
    private String bind = "127.0.0.1";

    @Option(
            names = "--ports",
            paramLabel = "BASE",
            description = "RESP at BASE, HTTP at BASE+1, link at BASE+4 (default: ${DEFAULT-VALUE}).")
    private int ports = PORTS;

    @Option(names = "--resp", paramLabel = "HOST:PORT", description = "Where Redis clients connect.")
    private @Nullable String resp;

    @Option(names = "--http", paramLabel = "HOST:PORT", description = "Where HTTP is served.")
    private @Nullable String http;

    @Option(names = "--link", paramLabel = "HOST:PORT", description = "Where other regions connect.")
    private @Nullable String link;

    @Option(
            names = "--peer",
            paramLabel = "R=HOST:PORT",
            description = "Where the link of another region is; for each (default: `link` of the region in the file).")
    private Map<String, String> peers = new LinkedHashMap<>();

    @Option(
            names = "--control",
            paramLabel = "HOST:PORT",
            description =
                    "Where the control group's part in other regions reaches this one's (default: the link's port + 2).")
    private @Nullable String control;

    @Option(
            names = "--control-peer",
            paramLabel = "R=HOST:PORT",
            description = "Where it is in another region; for each (default: two ports above the link of the region).")
    private Map<String, String> controlPeers = new LinkedHashMap<>();

    @Option(names = "--ephemeral", description = "The data need not outlive the process.")
    private boolean ephemeral;

    @Option(
            names = "--password-file",
            paramLabel = "FILE",
            description = "A file whose first line is the clients' password.")
    private @Nullable Path passwordFile;

    @Option(names = "--supervised", hidden = true, description = "Part of `up`: end when standard input does.")
    private boolean supervised;

    private boolean closed;

    @Override
    public Integer call() throws Exception {
        Configuration configuration = Configurations.load(meridian, file);
        Names.known(configuration.regions().stream().map(Region::name).toList(), region);
        String password = Passwords.find(meridian.terminal(), passwordFile);
        if (password == null && configuration.password() != null) {
            password = configuration.password().secret();
        }
        NodeOptions options = options(configuration, password);
        refuseOpenDoors(options);
        refuseOpenLink(options.link(), configuration.links());
        if (options.control() != null) {
            refuseOpenLink(options.control().bind(), configuration.links());
        }
        Configurations.requireThatDataAllow(configuration, file, List.of(options.dataDirectory()));
        if (supervised) {
            // Ctrl-C reaches the whole process group; the end of a supervised node is its parent's to order.
            Signal.handle(new Signal("INT"), SignalHandler.SIG_IGN);
        }
        Node node = start(options);
        try {
            node.awaitReady();
            announce(options);
            awaitEnd(node);
        } finally {
            close(node);
        }
        return ExitCode.DONE;
    }

    private NodeOptions options(Configuration configuration, @Nullable String password) {
        var addresses = new LinkedHashMap<String, InetSocketAddress>();
        for (Region other : configuration.regions()) {
            if (!other.name().equals(region) && other.link() != null) {
                addresses.put(other.name(), address("link of " + other.name(), other.link()));
            }
        }
        peers.forEach((peer, address) -> {
            Names.known(configuration.regions().stream().map(Region::name).toList(), peer);
            addresses.put(peer, address("--peer", address));
        });
        addresses.remove(region);
        InetSocketAddress linkAddress = link == null ? new InetSocketAddress(bind, ports + 4) : address("--link", link);
        Path directory = data != null
                ? meridian.terminal().resolve(data)
                : meridian.terminal().directory().resolve(Path.of(".meridian", configuration.name(), "data", region));
        return new NodeOptions(
                meridian.terminal().resolve(file),
                region,
                directory,
                ephemeral,
                resp == null ? new InetSocketAddress(bind, ports) : address("--resp", resp),
                http == null ? new InetSocketAddress(bind, ports + 1) : address("--http", http),
                linkAddress,
                addresses,
                controlDoor(configuration, linkAddress, addresses),
                supervised,
                password);
    }

    /** Null where some region's address is not known: the group is one of all regions. */
    private NodeOptions.@Nullable ControlDoor controlDoor(
            Configuration configuration, InetSocketAddress linkAddress, Map<String, InetSocketAddress> links) {
        InetSocketAddress own = control != null ? address("--control", control) : besides(linkAddress);
        Map<String, InetSocketAddress> others = new LinkedHashMap<>();
        for (Region other : configuration.regions()) {
            String given = controlPeers.get(other.name());
            InetSocketAddress beside = links.get(other.name());
            if (given != null) {
                others.put(other.name(), address("--control-peer", given));
            } else if (beside != null && beside.getPort() > 0) {
                others.put(other.name(), besides(beside));
            }
        }
        others.remove(region);
        controlPeers
                .keySet()
                .forEach(named -> Names.known(
                        configuration.regions().stream().map(Region::name).toList(), named));
        boolean complete = others.size() + 1 == configuration.regions().size();
        return complete && own.getPort() > CONTROL_BESIDE_LINK ? new NodeOptions.ControlDoor(own, others) : null;
    }

    private static InetSocketAddress besides(InetSocketAddress link) {
        return new InetSocketAddress(link.getHostString(), link.getPort() + CONTROL_BESIDE_LINK);
    }

    private void refuseOpenDoors(NodeOptions options) {
        for (InetSocketAddress address : new InetSocketAddress[] {options.resp(), options.http(), options.link()}) {
            if (!isLoopback(address) && options.password() == null) {
                throw Trouble.OPEN_WITHOUT_PASSWORD.because(
                        "listening on " + address.getHostString()
                                + " without a password would let anybody read and write",
                        "give one with MERIDIAN_PASSWORD, --password-file or `password` in the file, or bind 127.0.0.1");
            }
        }
    }

    private static boolean isLoopback(InetSocketAddress address) {
        return address.getAddress() != null && address.getAddress().isLoopbackAddress();
    }

    private static void refuseOpenLink(InetSocketAddress link, LinkProtection protection) {
        if (!isLoopback(link) && protection.files() == null && !protection.privateNetwork()) {
            throw Trouble.OPEN_LINK.because(
                    "links on " + link.getHostString() + " without certificates would let anybody speak for a region",
                    "give `links` certificates in the file; `meridian certificates init FILE` makes them",
                    "or write `links: {private_network: true}` where nobody but the regions reaches these ports");
        }
    }

    private static Node start(NodeOptions options) {
        List.of(options.resp(), options.http(), options.link()).forEach(ServerCommand::requireFree);
        if (options.control() != null) {
            requireFree(options.control().bind());
        }
        try {
            return Node.start(options);
        } catch (CertificateFilesException e) {
            throw Trouble.LINK_CERTIFICATES.because(
                    options.region() + " cannot use its certificate: " + e.getMessage(),
                    "`meridian certificates init FILE` makes what is not there");
        } catch (IOException e) {
            throw Trouble.REGION_DID_NOT_START.because(options.region() + " cannot start: " + e.getMessage());
        } catch (StoreException e) {
            throw Trouble.DATA_UNUSABLE.because(
                    String.valueOf(e.getMessage()), "the data directory is " + options.dataDirectory());
        }
    }

    /** Asked beforehand, while nothing of the node is there that would have to be taken down. */
    private static void requireFree(InetSocketAddress address) {
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(address);
        } catch (IOException e) {
            throw PortHolder.of(address.getPort())
                    .map(holder -> Trouble.PORT_TAKEN.because(
                            "port " + address.getPort() + " is taken by " + holder,
                            "stop what holds it, or choose others with --ports BASE"))
                    .orElseGet(() -> Trouble.PORT_TAKEN.because(
                            "cannot listen on " + text(address) + ": " + e.getMessage(),
                            "choose others with --bind and --ports BASE"));
        }
    }

    private void announce(NodeOptions options) {
        Map<String, @Nullable Object> ready = Json.ofSchema("meridian.event/1");
        ready.put("event", "ready");
        ready.put("region", region);
        ready.put("resp", text(options.resp()));
        ready.put("http", text(options.http()));
        ready.put("link", text(options.link()));
        meridian.terminal().out().println(Json.line(ready));
        meridian.terminal().out().flush();
    }

    private void awaitEnd(Node node) throws IOException, InterruptedException {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> close(node), "stop"));
        if (supervised) {
            while (meridian.terminal().in().read() >= 0) {
                // What the parent writes means nothing; that it still could means that it lives.
                continue;
            }
        } else {
            new CountDownLatch(1).await(); // until a signal ends the process, whose hook closes the node
        }
    }

    /** Once, whether its input ended, a signal came, or both; who comes second waits for the first. */
    private synchronized void close(Node node) {
        if (!closed) {
            closed = true;
            node.close();
        }
    }

    private static InetSocketAddress address(String what, String text) {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "" : text.substring(0, colon).replaceAll("^\\[|]$", "");
        String port = text.substring(colon + 1);
        if (host.isEmpty() || !port.matches("[0-9]{1,5}") || Integer.parseInt(port) > 65535) {
            throw Trouble.USAGE.because(what + " " + text + " is not HOST:PORT");
        }
        return new InetSocketAddress(host, Integer.parseInt(port));
    }

    private static String text(InetSocketAddress address) {
        return address.getHostString() + ":" + address.getPort();
    }
}
