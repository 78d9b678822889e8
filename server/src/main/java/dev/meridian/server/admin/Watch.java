package dev.meridian.server.admin;

import dev.meridian.kernel.Kernel;
import dev.meridian.kernel.data.VersionVector;
import dev.meridian.kernel.replication.Group;
import dev.meridian.kernel.replication.Peer;
import dev.meridian.kernel.replication.Replicator;
import java.util.ArrayDeque;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the kernel a few times a second, on its thread, for what only shows over time: the rate of commands, regions
 * that fall silent, and whether this node still lacks what its peers had when their links came up. Tells the events.
 */
public final class Watch {
    private static final long INTERVAL_NS = 100_000_000L;
    private static final long RATE_WINDOW_NS = 5_000_000_000L;

    private record Sample(long atNs, long commands) {}

    /** One peer, on one connection. */
    private static final class Seen {
        boolean connected;
        boolean heard;
        boolean reported;

        /** By group, what the peer had when it first said so; null where nothing is lacking any more. */
        final @Nullable VersionVector[] lacking;

        Seen(int groups) {
            lacking = new VersionVector[groups];
        }
    }

    private final EventLog events;
    private final ArrayDeque<Sample> samples = new ArrayDeque<>();
    private Seen @Nullable [] seen;
    private long dueNs;
    private boolean catchingUp;
    private volatile @Nullable String filling = "it has not looked yet";
    private double commandsPerSecond = -1;

    public Watch(EventLog events) {
        this.events = events;
    }

    /** To be called in every turn; does something in a few of them. */
    public void turn(Kernel kernel) {
        filling = filling(kernel);
        if (kernel.nowNs() < dueNs) {
            return;
        }
        dueNs = kernel.nowNs() + INTERVAL_NS;
        rate(kernel);
        boolean lacking = false;
        Seen[] all = seen == null ? seen = seen(kernel) : seen;
        for (Peer peer : kernel.replicator().peers()) {
            if (!peer.region().equals(kernel.placement().self())) {
                lacking |= look(kernel, peer, all[peer.index()]);
            }
        }
        if (lacking != catchingUp) {
            catchingUp = lacking;
            events.publish(lacking ? "catching_up" : "caught_up", Map.of());
        }
    }

    private static @Nullable String filling(Kernel kernel) {
        for (Group group : kernel.groups()) {
            if (group.held() && !group.serving()) {
                return "group " + group.policy().id() + " is being filled from other regions";
            }
        }
        return null;
    }

    /** Which data cannot be served because it is still being filled; null when all can. From any thread. */
    public @Nullable String filling() {
        return filling;
    }

    private static Seen[] seen(Kernel kernel) {
        Seen[] all = new Seen[kernel.placement().regions().size()];
        for (int i = 0; i < all.length; i++) {
            all[i] = new Seen(kernel.groups().length);
        }
        return all;
    }

    private void rate(Kernel kernel) {
        long now = kernel.nowNs();
        long commands = kernel.dispatcher().commands();
        if (!samples.isEmpty() && samples.getLast().commands > commands) {
            // Somebody set the statistics back.
            samples.clear();
        }
        samples.add(new Sample(now, commands));
        while (samples.size() > 2 && now - samples.getFirst().atNs > RATE_WINDOW_NS) {
            samples.poll();
        }
        Sample first = samples.getFirst();
        if (now - first.atNs >= 1_000_000_000L) {
            commandsPerSecond = (commands - first.commands) * 1e9 / (now - first.atNs);
        }
    }

    /** Whether this node lacks something that the peer had when its link came up. */
    private boolean look(Kernel kernel, Peer peer, Seen before) {
        Replicator replicator = kernel.replicator();
        boolean hears = replicator.hears(peer);
        if (hears != before.heard) {
            before.heard = hears;
            if (!hears && peer.connected()) {
                events.publish("region_silent", Map.of("peer", peer.region()));
            } else if (hears && before.connected) {
                events.publish("region_heard", Map.of("peer", peer.region()));
            }
        }
        if (peer.connected() != before.connected) {
            before.connected = peer.connected();
            before.reported = false;
            java.util.Arrays.fill(before.lacking, null);
        }
        if (!before.connected) {
            return false;
        }
        boolean first = !before.reported && peer.reportedNs() > peer.upNs();
        before.reported |= first;
        boolean lacking = false;
        for (Group group : kernel.groups()) {
            if (!group.held() || !group.policy().members().contains(peer.region())) {
                continue;
            }
            int g = group.index();
            if (first && !group.applied().covers(peer.reported(g))) {
                before.lacking[g] = peer.reported(g).copy();
            }
            VersionVector target = before.lacking[g];
            if (target != null && group.applied().covers(target)) {
                before.lacking[g] = null;
            }
            lacking |= before.lacking[g] != null || peer.loading(g) || !group.serving();
        }
        return lacking;
    }

    /** Whether connected peers have things from before their links came up that are not here yet. */
    public boolean catchingUp() {
        return catchingUp;
    }

    /** Over the last seconds; negative while not known. */
    public double commandsPerSecond() {
        return commandsPerSecond;
    }
}
