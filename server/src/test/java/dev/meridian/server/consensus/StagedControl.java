package dev.meridian.server.consensus;

import dev.meridian.kernel.data.Resolution;
import dev.meridian.kernel.placement.Dataset;
import dev.meridian.kernel.placement.GroupPolicy;
import dev.meridian.kernel.placement.Placement;
import dev.meridian.kernel.primary.Control;
import dev.meridian.kernel.primary.ControlRules;
import dev.meridian.server.CuttableLink;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** The control group's part of several regions in this process, each with its own data, every way between two with a cut in it. */
final class StagedControl implements AutoCloseable {
    private final Path directory;
    private final String deployment;
    private final List<String> regions;
    private final Function<String, ControlTls> tls;
    private final Map<String, InetSocketAddress> addresses = new LinkedHashMap<>();
    private final Map<String, Map<String, CuttableLink>> ways = new LinkedHashMap<>();
    private final Map<String, Host> hosts = new LinkedHashMap<>();
    private long origins;

    /** @param tls by region; null for plain connections */
    StagedControl(Path directory, String deployment, List<String> regions, Function<String, ControlTls> tls)
            throws IOException {
        this.directory = directory;
        this.deployment = deployment;
        this.regions = regions;
        this.tls = tls;
        for (String region : regions) {
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                addresses.put(region, (InetSocketAddress) socket.getLocalSocketAddress());
            }
        }
        for (String from : regions) {
            ways.put(from, new LinkedHashMap<>());
            for (String to : regions) {
                if (!to.equals(from)) {
                    ways.get(from).put(to, new CuttableLink(addresses.get(to)));
                }
            }
        }
    }

    InetSocketAddress address(String region) {
        return addresses.get(region);
    }

    Host host(String region) {
        return hosts.get(region);
    }

    void start(String region) {
        hosts.put(region, new Host(region));
    }

    void stop(String region) {
        hosts.remove(region).close();
    }

    void isolate(String region) {
        for (String other : regions) {
            if (!other.equals(region)) {
                cut(region, other);
                cut(other, region);
            }
        }
    }

    private void cut(String from, String to) {
        try {
            ways.get(from).get(to).cut();
        } catch (IOException e) {
            throw new IllegalStateException("the way cannot be cut", e);
        }
    }

    void heal() {
        ways.values().forEach(each -> each.values().forEach(CuttableLink::heal));
    }

    @Override
    public void close() {
        // All at once: each waits a little for what it still has to say to the others.
        List.copyOf(hosts.values()).parallelStream().forEach(Host::close);
        for (Map<String, CuttableLink> each : ways.values()) {
            for (CuttableLink way : each.values()) {
                try {
                    way.close();
                } catch (IOException e) {
                    throw new IllegalStateException("the way cannot be closed", e);
                }
            }
        }
    }

    /** A region's kernel as far as the control group goes: turns on one thread. */
    final class Host implements ControlGroup.Receiver {
        final List<String> alarms = new CopyOnWriteArrayList<>();
        final ControlGroup group;
        private final ScheduledExecutorService loop =
                Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "turns"));
        private final Control control;

        Host(String region) {
            Placement placement = new Placement(
                    region,
                    regions,
                    List.of(new GroupPolicy("all", regions, null, 0, GroupPolicy.LagAction.WARN)),
                    List.of(new Dataset(
                            Placement.DEFAULT,
                            0,
                            0,
                            Resolution.LAST_WRITE_WINS,
                            false,
                            Dataset.RemoteAccess.NONE,
                            false,
                            Dataset.ReadLevel.EVENTUAL,
                            0,
                            regions)));
            Map<String, InetSocketAddress> peers = new LinkedHashMap<>();
            ways.get(region).forEach((to, way) -> peers.put(to, way.address()));
            control = new Control(
                    placement,
                    ControlRules.LEAST,
                    42,
                    0xA0 + ++origins,
                    origins,
                    (ticket, entry) -> group().propose(ticket, entry));
            group = ControlGroup.start(
                    new ControlGroupOptions(
                            deployment,
                            region,
                            regions,
                            directory.resolve(region),
                            addresses.get(region),
                            peers,
                            10,
                            tls == null ? null : tls.apply(region)),
                    this,
                    () -> {});
            loop.scheduleAtFixedRate(
                    () -> control.turn(System.currentTimeMillis(), System.nanoTime()), 0, 10, TimeUnit.MILLISECONDS);
        }

        private ControlGroup group() {
            return group;
        }

        <T> T within(Function<Control, T> question) {
            return CompletableFuture.supplyAsync(() -> question.apply(control), loop)
                    .join();
        }

        @Override
        public void answered(long ticket, byte[] outcome) {
            loop.execute(() -> control.answered(ticket, outcome));
        }

        @Override
        public void applied(long index, byte[] entry) {
            loop.execute(() -> control.applied(index, entry));
        }

        @Override
        public void restored(byte[] state) {
            loop.execute(() -> control.restored(state));
        }

        @Override
        public void alarm(String code, String text) {
            alarms.add(code + " " + text);
        }

        void close() {
            group.close();
            loop.shutdown();
        }
    }
}
