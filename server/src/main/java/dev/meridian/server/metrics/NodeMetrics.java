package dev.meridian.server.metrics;

import dev.meridian.kernel.Kernel;
import dev.meridian.kernel.command.CommandSpec;
import dev.meridian.kernel.command.Dispatcher;
import dev.meridian.kernel.data.Conflicts;
import dev.meridian.kernel.placement.Dataset;
import dev.meridian.kernel.replication.Group;
import dev.meridian.kernel.replication.Peer;
import dev.meridian.kernel.replication.Stability;
import dev.meridian.server.admin.NodeFacts;
import dev.meridian.server.admin.NodeView;
import dev.meridian.server.admin.PeerLag;
import dev.meridian.server.consensus.ControlGroup;
import dev.meridian.server.link.LinkFault;
import dev.meridian.server.link.LinkMeter;
import dev.meridian.server.link.LinkTls;
import dev.meridian.server.link.Links;
import dev.meridian.server.redis.RespServer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** {@code GET /metrics}: one node, as {@code docs/metrics.md} says. Labels are names of the configuration, never of data. */
public final class NodeMetrics {
    private final NodeFacts facts;
    private final NodeView view;
    private final Links links;
    private final RespServer resp;
    private final HostMeter meter;

    public NodeMetrics(NodeFacts facts, NodeView view, Links links, RespServer resp, HostMeter meter) {
        this.facts = facts;
        this.view = view;
        this.links = links;
        this.resp = resp;
        this.meter = meter;
    }

    private record Pair(Peer peer, Group group, PeerLag lag) {}

    /** On the kernel's thread. */
    public String of(Kernel kernel) {
        Exposition out = new Exposition();
        out.metric("meridian_info", "gauge", "This run of this node.");
        out.sample(
                "meridian_info",
                1,
                "region",
                facts.region(),
                "version",
                facts.version(),
                "origin",
                facts.origin(),
                "configuration",
                facts.configuration().hash());
        groups(kernel, out);
        pairs(kernel, out);
        links(kernel, out);
        meter.write(out);
        control(out);
        store(kernel, out);
        redis(kernel, out);
        return out.text();
    }

    // ---- groups ----

    private static void groups(Kernel kernel, Exposition out) {
        Stability stability = kernel.replicator().stability();
        out.metric(
                "meridian_staleness_seconds",
                "gauge",
                "Age of the oldest write that may be missing here; grows while a link is silent. Absent while not known.");
        for (Group group : kernel.groups()) {
            long ms = stability.stalenessMs(group.index());
            if (group.held() && ms != Long.MAX_VALUE) {
                out.sample(
                        "meridian_staleness_seconds",
                        ms / 1e3,
                        "group",
                        group.policy().id());
            }
        }
        each(
                kernel,
                out,
                "meridian_conflicts_dropped_total",
                "counter",
                "Mutations that dropped a concurrent value.",
                Group::dropped);
        Conflicts conflicts = kernel.keyspace().conflicts();
        dataset(kernel, out, "meridian_conflicts_open", "Values that wait for a person.", conflicts::open);
        dataset(
                kernel,
                out,
                "meridian_conflicts_quarantined",
                "Of those, values for which the rule has no answer.",
                conflicts::quarantined);
        dataset(
                kernel,
                out,
                "meridian_conflicts_recorded",
                "Records of values that no reader sees any more.",
                conflicts::recorded);
        each(
                kernel,
                out,
                "meridian_mutations_remote_total",
                "counter",
                "Mutations applied that came from other origins.",
                Group::remote);
        each(
                kernel,
                out,
                "meridian_tombstones",
                "gauge",
                "Removals kept until every member has seen them.",
                group -> kernel.keyspace().tombstones(group.index()));
    }

    /** Of datasets that keep conflicts or records of them. */
    private static void dataset(
            Kernel kernel, Exposition out, String name, String help, ToDoubleFunction<Dataset> figure) {
        out.metric(name, "gauge", help);
        for (Dataset dataset : kernel.placement().datasets()) {
            if (kernel.placement().holds(dataset)
                    && kernel.keyspace().conflicts().records(dataset)) {
                out.sample(name, figure.applyAsDouble(dataset), "dataset", dataset.name());
            }
        }
    }

    private static void each(
            Kernel kernel, Exposition out, String name, String type, String help, ToDoubleFunction<Group> figure) {
        out.metric(name, type, help);
        for (Group group : kernel.groups()) {
            if (group.held()) {
                out.sample(
                        name,
                        figure.applyAsDouble(group),
                        "group",
                        group.policy().id());
            }
        }
    }

    // ---- pairs of this region and another, by group ----

    private void pairs(Kernel kernel, Exposition out) {
        List<Pair> pairs = new ArrayList<>();
        for (Peer peer : kernel.replicator().peers()) {
            for (Group group : kernel.groups()) {
                if (isOther(peer) && group.held() && group.policy().members().contains(peer.region())) {
                    pairs.add(new Pair(peer, group, PeerLag.of(kernel, peer, group)));
                }
            }
        }
        pair(
                out,
                pairs,
                "meridian_lag_seconds",
                "gauge",
                "Age of this region's oldest mutation that the peer has not confirmed.",
                p -> seconds(p.lag.lagMs()));
        pair(
                out,
                pairs,
                "meridian_lag_mutations",
                "gauge",
                "This region's mutations that the peer has not confirmed.",
                p -> p.lag.lagMutations());
        pair(
                out,
                pairs,
                "meridian_behind_seconds",
                "gauge",
                "Since when this node has not had everything that the peer has.",
                p -> seconds(p.lag.behindMs()));
        pair(
                out,
                pairs,
                "meridian_behind_mutations",
                "gauge",
                "Mutations that the peer has and this node has not.",
                p -> p.lag.behindMutations());
        pair(
                out,
                pairs,
                "meridian_link_group_bytes_total",
                "counter",
                "Records and rows of the group sent to the peer, before compression.",
                p -> p.peer.sentBytes(p.group.index()));
    }

    private static double seconds(long ms) {
        return ms < 0 ? -1 : ms / 1e3;
    }

    /** What is not known is left out. */
    private static void pair(
            Exposition out, List<Pair> pairs, String name, String type, String help, ToDoubleFunction<Pair> figure) {
        out.metric(name, type, help);
        for (Pair pair : pairs) {
            double value = figure.applyAsDouble(pair);
            if (value >= 0) {
                out.sample(
                        name,
                        value,
                        "peer",
                        pair.peer.region(),
                        "group",
                        pair.group.policy().id());
            }
        }
    }

    // ---- links ----

    private boolean isOther(Peer peer) {
        return !peer.region().equals(facts.region());
    }

    private void links(Kernel kernel, Exposition out) {
        peer(
                kernel,
                out,
                "meridian_link_up",
                "gauge",
                "Whether the link stands and the peer has introduced itself.",
                p -> p.connected() ? 1 : 0);
        peer(
                kernel,
                out,
                "meridian_rtt_seconds",
                "gauge",
                "The last round trip of a heartbeat.",
                p -> p.lastRttNs() < 0 ? Double.NaN : p.lastRttNs() / 1e9);
        peer(
                kernel,
                out,
                "meridian_clock_offset_seconds",
                "gauge",
                "The peer's wall clock minus ours.",
                p -> p.lastRttNs() < 0 ? Double.NaN : p.clockOffsetMs() / 1e3);
        out.metric("meridian_link_wire_bytes_total", "counter", "Bytes on the wire of the link, compressed.");
        for (Peer peer : kernel.replicator().peers()) {
            if (isOther(peer)) {
                LinkMeter meter = links.meter(peer.index());
                out.sample(
                        "meridian_link_wire_bytes_total",
                        meter.wireBytesIn(),
                        "peer",
                        peer.region(),
                        "direction",
                        "in");
                out.sample(
                        "meridian_link_wire_bytes_total",
                        meter.wireBytesOut(),
                        "peer",
                        peer.region(),
                        "direction",
                        "out");
            }
        }
        out.metric(
                "meridian_link_frame_bytes_total", "counter", "Bytes of frames sent, by what for, before compression.");
        for (Peer peer : kernel.replicator().peers()) {
            links.meter(peer.index())
                    .bytesByReason()
                    .forEach((reason, bytes) -> out.sample(
                            "meridian_link_frame_bytes_total", bytes, "peer", peer.region(), "reason", reason));
        }
        out.metric("meridian_link_faults_total", "counter", "Connections ended, by why.");
        for (LinkFault fault : LinkFault.values()) {
            out.sample("meridian_link_faults_total", links.faults().count(fault), "reason", fault.word());
        }
        LinkTls tls = links.tls();
        if (tls != null) {
            certificates(out, kernel, tls);
        }
    }

    private void certificates(Exposition out, Kernel kernel, LinkTls tls) {
        out.metric(
                "meridian_link_certificate_expires_seconds",
                "gauge",
                "Until this region's certificate ends; negative when it has.");
        out.sample(
                "meridian_link_certificate_expires_seconds",
                Duration.between(Instant.now(), tls.expires()).toSeconds());
        out.metric("meridian_link_key_exchange", "gauge", "1: how the keys of a standing link were agreed on.");
        for (Peer peer : kernel.replicator().peers()) {
            String exchange = links.keyExchange(peer.index());
            if (exchange != null) {
                out.sample("meridian_link_key_exchange", 1, "peer", peer.region(), "key_exchange", exchange);
            }
        }
    }

    /** NaN is left out. */
    private void peer(
            Kernel kernel, Exposition out, String name, String type, String help, ToDoubleFunction<Peer> figure) {
        out.metric(name, type, help);
        for (Peer peer : kernel.replicator().peers()) {
            double value = figure.applyAsDouble(peer);
            if (isOther(peer) && !Double.isNaN(value)) {
                out.sample(name, value, "peer", peer.region());
            }
        }
    }

    // ---- store ----

    private void store(Kernel kernel, Exposition out) {
        out.single(
                "meridian_dirty_rows",
                "gauge",
                "Rows changed since the last checkpoint.",
                kernel.keyspace().dirty().size());
        NodeView.DiskFigures disk = view.disk();
        if (disk != null) {
            out.single("meridian_log_bytes", "gauge", "The log on disk.", disk.log());
            out.single("meridian_data_bytes", "gauge", "The data directory, log included.", disk.data());
            out.single("meridian_disk_free_bytes", "gauge", "Free on the disk of the data directory.", disk.free());
        }
    }

    private void control(Exposition out) {
        ControlGroup.View group = view.control();
        if (group != null) {
            out.single(
                    "meridian_control_reachable",
                    "gauge",
                    "The node knows who leads the control group.",
                    group.isReachable() ? 1 : 0);
            out.single(
                    "meridian_control_term", "gauge", "Grows with every election of the control group.", group.term());
            out.single(
                    "meridian_control_applied_index",
                    "gauge",
                    "How far this region has applied the control group's log.",
                    group.applied());
        }
    }

    // ---- the names of redis_exporter, so that its dashboards fit ----

    private void redis(Kernel kernel, Exposition out) {
        Dispatcher dispatcher = kernel.dispatcher();
        Runtime runtime = Runtime.getRuntime();
        RespServer.Counters counters = resp.counters();
        out.single("redis_up", "gauge", "The node answers.", 1);
        out.single(
                "redis_uptime_in_seconds",
                "gauge",
                "Since the node started.",
                Duration.between(facts.startedAt(), Instant.now()).toSeconds());
        out.single("redis_connected_clients", "gauge", "Clients connected.", kernel.clientCount());
        out.single(
                "redis_blocked_clients",
                "gauge",
                "Clients whose command waits.",
                dispatcher.waiting().blocked());
        out.single("redis_commands_processed_total", "counter", "Commands served.", dispatcher.commands());
        out.metric("redis_commands_total", "counter", "Commands served, by name.");
        for (CommandSpec spec : kernel.table().all()) {
            long calls = dispatcher.calls(spec);
            if (calls > 0) {
                out.sample("redis_commands_total", calls, "cmd", spec.name());
            }
        }
        out.single("redis_connections_received_total", "counter", "Connections accepted.", counters.connections);
        out.single("redis_rejected_connections_total", "counter", "Connections refused.", counters.connectionsRefused);
        out.single(
                "redis_acl_access_denied_auth_total",
                "counter",
                "Wrong names and passwords.",
                counters.passwordsRefused);
        out.single("redis_net_input_bytes_total", "counter", "Bytes read from clients.", counters.bytesIn);
        out.single("redis_net_output_bytes_total", "counter", "Bytes written to clients.", counters.bytesOut);
        out.single(
                "redis_keyspace_hits_total",
                "counter",
                "Keys that reading commands found.",
                dispatcher.execution().hits());
        out.single(
                "redis_keyspace_misses_total",
                "counter",
                "Keys that reading commands did not find.",
                dispatcher.execution().misses());
        out.single(
                "redis_memory_used_bytes",
                "gauge",
                "Heap in use.",
                (double) runtime.totalMemory() - runtime.freeMemory());
        out.single("redis_memory_max_bytes", "gauge", "Heap at most.", runtime.maxMemory());
        out.metric("redis_db_keys", "gauge", "Keys with a value.");
        out.sample("redis_db_keys", kernel.keyspace().size(), "db", "db0");
        out.single("redis_expired_keys_total", "counter", "Keys that ended by their lifetime.", kernel.expiredKeys());
    }
}
