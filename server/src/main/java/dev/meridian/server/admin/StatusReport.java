package dev.meridian.server.admin;

import dev.meridian.config.ReplicationGroup;
import dev.meridian.kernel.Kernel;
import dev.meridian.kernel.data.Origins;
import dev.meridian.kernel.data.VersionVector;
import dev.meridian.kernel.placement.FailoverPolicy;
import dev.meridian.kernel.primary.Configuration;
import dev.meridian.kernel.primary.ControlState;
import dev.meridian.kernel.replication.Group;
import dev.meridian.kernel.replication.Peer;
import dev.meridian.kernel.replication.Stability;
import dev.meridian.server.consensus.ControlGroup;
import dev.meridian.server.link.Links;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code GET /v1/status}: one node, as {@code docs/schemas/status.md} says. */
final class StatusReport {
    private final NodeFacts facts;
    private final NodeView view;
    private final Links links;
    private final Watch watch;

    StatusReport(NodeFacts facts, NodeView view, Links links, Watch watch) {
        this.facts = facts;
        this.view = view;
        this.links = links;
        this.watch = watch;
    }

    /** What can be said while there is no kernel to ask. */
    Map<String, @Nullable Object> withoutKernel() {
        Map<String, @Nullable Object> status = head(view.phase() == NodeView.Phase.STARTING ? "starting" : "stopping");
        status.put("clients", null);
        status.put("ops_per_s", null);
        status.put("keys", null);
        status.put("memory", memory(null));
        status.put("disk", disk());
        status.put("control", null);
        status.put("groups", List.of());
        status.put("peers", List.of());
        return status;
    }

    /** On the kernel's thread. */
    Map<String, @Nullable Object> of(Kernel kernel) {
        String state = view.refusal() != null ? "refusing" : watch.catchingUp() ? "catching_up" : "serving";
        Map<String, @Nullable Object> status = head(state);
        status.put("clients", kernel.clientCount());
        double rate = watch.commandsPerSecond();
        status.put("ops_per_s", rate < 0 ? null : Math.round(rate * 10) / 10.0);
        status.put("keys", kernel.keyspace().size());
        status.put("memory", memory(kernel));
        status.put("disk", disk());
        status.put("control", control(kernel));
        status.put("groups", groups(kernel));
        status.put("peers", peers(kernel));
        return status;
    }

    private Map<String, @Nullable Object> head(String state) {
        Map<String, @Nullable Object> status = new LinkedHashMap<>();
        status.put("schema", "meridian.status/1");
        status.put("region", facts.region());
        status.put("node", facts.node());
        status.put("version", facts.version());
        status.put("origin", facts.origin());
        status.put("state", state);
        status.put("state_reason", view.refusal());
        status.put("started_at", instant(facts.startedAt()));
        status.put("now", instant(Instant.now()));
        Map<String, Object> configuration = new LinkedHashMap<>();
        configuration.put("name", facts.configuration().name());
        configuration.put("hash", "sha256:" + facts.configuration().hash());
        configuration.put("version", 1);
        status.put("configuration", configuration);
        status.put("emulated", facts.emulated());
        return status;
    }

    private static Map<String, @Nullable Object> memory(@Nullable Kernel kernel) {
        Map<String, @Nullable Object> memory = new LinkedHashMap<>();
        Runtime runtime = Runtime.getRuntime();
        memory.put("heap_used_bytes", runtime.totalMemory() - runtime.freeMemory());
        memory.put("rows_bytes", null);
        memory.put(
                "dirty_rows", kernel == null ? null : kernel.keyspace().dirty().size());
        return memory;
    }

    private @Nullable Map<String, Object> disk() {
        NodeView.DiskFigures figures = view.disk();
        if (figures == null) {
            return null;
        }
        Map<String, Object> disk = new LinkedHashMap<>();
        disk.put("data_bytes", figures.data());
        disk.put("log_bytes", figures.log());
        disk.put("free_bytes", figures.free());
        return disk;
    }

    private @Nullable Map<String, @Nullable Object> control(Kernel kernel) {
        ControlGroup.View group = view.control();
        if (group == null) {
            return null;
        }
        Map<String, @Nullable Object> control = new LinkedHashMap<>();
        long cluster = kernel.control().cluster();
        control.put("cluster", cluster == 0 ? null : HexFormat.of().toHexDigits(cluster));
        control.put("reachable", group.isReachable());
        control.put("leader", group.leader());
        control.put("term", group.term());
        control.put("applied_index", group.applied());
        ControlState state = kernel.control().state();
        List<String> regions = kernel.placement().regions();
        control.put("drained", regions.stream().filter(state::isDrained).toList());
        control.put("isolated", regions.stream().filter(state::isIsolated).toList());
        control.put("automatic_failover", state.automaticFailover());
        return control;
    }

    private List<Object> groups(Kernel kernel) {
        List<Object> groups = new ArrayList<>();
        Stability stability = kernel.replicator().stability();
        for (Group group : kernel.groups()) {
            if (!group.held()) {
                continue;
            }
            ReplicationGroup configured = facts.configuration().groups().get(group.index());
            Map<String, @Nullable Object> told = new LinkedHashMap<>();
            told.put("id", group.policy().id());
            told.put(
                    "datasets",
                    configured.datasets().stream().map(d -> d.name()).toList());
            told.put("topology", configured.policy().topology().word());
            primary(kernel, group, told);
            told.put("members", group.policy().members());
            told.put("vector", vector(kernel.origins(), group.applied()));
            told.put("stable", vector(kernel.origins(), stability.stable(group.index())));
            long staleness = stability.stalenessMs(group.index());
            told.put("staleness_ms", staleness == Long.MAX_VALUE ? null : staleness);
            told.put("serving", group.serving());
            told.put("conflicts_waiting", conflictsWaiting(kernel, group));
            told.put("late_writes", group.leavesOut() ? kernel.lateWrites().waiting(group) : group.late());
            groups.add(told);
        }
        return groups;
    }

    /** Of a group with many writers there is nothing to tell. */
    private static void primary(Kernel kernel, Group group, Map<String, @Nullable Object> told) {
        Configuration configuration = kernel.control().configuration(group.index());
        boolean has = group.primary() != null;
        told.put("primary", group.primary());
        told.put("epoch", has ? configuration.epoch() : null);
        told.put("sealed", has ? group.sealed() : null);
        boolean takesWrites = kernel.placement().self().equals(group.primary()) || !has && group.isWriter();
        told.put("takes_writes", takesWrites && group.pause() == null);
        told.put("pause", group.pause());
        told.put("live", has ? configuration.live() : null);
        told.put("preferred", has ? group.policy().failover().preferred() : null);
        FailoverPolicy failover = group.policy().failover();
        told.put("automatic_failover", has ? failover.automatic() : null);
        told.put("detection_ms", has && failover.automatic() ? failover.silenceMs() : null);
        told.put("lease_ms", has && (failover.automatic() || group.defers()) ? failover.leaseMs() : null);
    }

    private static int conflictsWaiting(Kernel kernel, Group group) {
        return kernel.placement().datasets().stream()
                .filter(dataset -> dataset.group() == group.index())
                .mapToInt(kernel.keyspace().conflicts()::open)
                .sum();
    }

    private static Map<String, Object> vector(Origins origins, VersionVector vector) {
        Map<String, Object> byOrigin = new LinkedHashMap<>();
        for (int o = 0; o < origins.size(); o++) {
            if (vector.get(o) > 0) {
                byOrigin.put(HexFormat.of().toHexDigits(origins.id(o)), vector.get(o));
            }
        }
        return byOrigin;
    }

    private List<Object> peers(Kernel kernel) {
        List<Object> peers = new ArrayList<>();
        long nowNs = kernel.nowNs();
        for (Peer peer : kernel.replicator().peers()) {
            List<Object> shared = new ArrayList<>();
            for (Group group : kernel.groups()) {
                if (group.held()
                        && !peer.region().equals(facts.region())
                        && group.policy().members().contains(peer.region())) {
                    shared.add(
                            PeerLag.of(kernel, peer, group).told(group.policy().id()));
                }
            }
            if (shared.isEmpty()) {
                continue;
            }
            boolean measured = peer.lastRttNs() >= 0;
            Map<String, @Nullable Object> told = new LinkedHashMap<>();
            told.put("region", peer.region());
            told.put("connected", peer.connected());
            Instant since = links.since(peer.index());
            told.put("since", peer.connected() && since != null ? instant(since) : null);
            told.put("rtt_ms", measured ? Math.round(peer.lastRttNs() / 1e4) / 100.0 : null);
            told.put("rtt_age_ms", measured ? (nowNs - peer.lastRttAtNs()) / 1_000_000 : null);
            told.put("clock_offset_ms", measured ? peer.clockOffsetMs() : null);
            told.put("last_heard_ms", peer.heardNs() == 0 ? null : (nowNs - peer.heardNs()) / 1_000_000);
            told.put("bytes_in", links.meter(peer.index()).wireBytesIn());
            told.put("bytes_out", links.meter(peer.index()).wireBytesOut());
            told.put("groups", shared);
            peers.add(told);
        }
        return peers;
    }

    private static String instant(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MILLIS).toString();
    }
}
