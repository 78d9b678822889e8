package dev.meridian.server;

import dev.meridian.config.Configuration;
import dev.meridian.config.Region;
import dev.meridian.kernel.Kernel;
import dev.meridian.kernel.primary.ControlState;
import dev.meridian.server.admin.NodeView;
import dev.meridian.server.consensus.ControlGroup;
import dev.meridian.server.consensus.ControlGroupOptions;
import dev.meridian.server.consensus.ControlTls;
import dev.meridian.server.link.LinkTls;
import dev.meridian.server.link.Links;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the control group tells its node, as events of the kernel. */
final class ControlEvents implements ControlGroup.Receiver {
    private static final long READY_POLL_NS = 20_000_000;
    private static final long FILLING_NS_MAX = 2_000_000_000L;

    private final KernelHost host;
    private final Links links;

    private ControlEvents(KernelHost host, Links links) {
        this.host = host;
        this.links = links;
    }

    /**
     * Takes part in the control group once the node is ready; null where there is none: the node was given no address for it, or
     * is alone.
     */
    static @Nullable ControlGroup start(
            NodeOptions options, Configuration configuration, @Nullable LinkTls tls, KernelHost host, Links links) {
        NodeOptions.ControlDoor door = options.control();
        List<String> regions =
                configuration.regions().stream().map(Region::name).toList();
        if (door == null || regions.size() < 2) {
            return null;
        }
        ControlGroupOptions group = new ControlGroupOptions(
                configuration.name(),
                options.region(),
                regions,
                options.dataDirectory().resolve("control"),
                door.bind(),
                door.peers(),
                ControlGroupOptions.SNAPSHOT_EVERY,
                tls == null ? null : new ControlTls(tls::credentials, tls.keyExchange()));
        return ControlGroup.start(group, new ControlEvents(host, links), () -> awaitReady(host));
    }

    /** The kernel first; but who gets its rows may need what is decided, and others its vote, before they are all here. */
    private static void awaitReady(KernelHost host) {
        while (host.phase() == NodeView.Phase.STARTING) {
            LockSupport.parkNanos(READY_POLL_NS);
        }
        long untilNs = System.nanoTime() + FILLING_NS_MAX;
        while (host.phase() == NodeView.Phase.SERVING && host.filling() != null && System.nanoTime() < untilNs) {
            LockSupport.parkNanos(READY_POLL_NS);
        }
    }

    @Override
    public void answered(long ticket, byte @Nullable [] outcome) {
        host.event(kernel -> kernel.controlAnswered(ticket, outcome));
    }

    @Override
    public void applied(long index, byte[] entry) {
        decided(kernel -> kernel.controlApplied(index, entry));
    }

    @Override
    public void restored(byte[] state) {
        decided(kernel -> kernel.controlRestored(state));
    }

    private void decided(Consumer<Kernel> event) {
        host.event(kernel -> {
            event.accept(kernel);
            ControlState state = kernel.control().state();
            links.isolate(kernel.placement().regions().stream()
                    .filter(state::isIsolated)
                    .collect(Collectors.toSet()));
        });
    }

    @Override
    public void alarm(String code, String text) {
        host.event(kernel -> host.alarm(code, text));
    }
}
