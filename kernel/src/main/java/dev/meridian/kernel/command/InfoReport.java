package dev.meridian.kernel.command;

import dev.meridian.kernel.Kernel;
import dev.meridian.kernel.data.Conflicts;
import dev.meridian.kernel.data.Hlc;
import dev.meridian.kernel.placement.Dataset;
import dev.meridian.kernel.placement.GroupPolicy;
import dev.meridian.kernel.replication.Group;
import dev.meridian.kernel.replication.Peer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** INFO: Redis' sections as far as they are true of a region's node, and one of Meridian's own. */
final class InfoReport {
    /** The version whose commands and replies are Meridian's model. */
    static final String REDIS_VERSION = "7.2.0";

    private static final List<String> SECTIONS = List.of(
            "server",
            "clients",
            "memory",
            "persistence",
            "stats",
            "replication",
            "cpu",
            "cluster",
            "keyspace",
            "meridian");

    private final Kernel kernel;
    private final StringBuilder text = new StringBuilder();

    InfoReport(Kernel kernel) {
        this.kernel = kernel;
    }

    /** The sections named, or all; names that are no section's give nothing. */
    String text(List<String> names) {
        List<String> wanted = new ArrayList<>();
        for (String name : names) {
            String lower = name.toLowerCase(Locale.ROOT);
            if (lower.equals("all") || lower.equals("everything") || lower.equals("default")) {
                wanted.addAll(SECTIONS);
            } else {
                wanted.add(lower);
            }
        }
        for (String section : SECTIONS) {
            if (names.isEmpty() || wanted.contains(section)) {
                if (!text.isEmpty()) {
                    text.append("\r\n");
                }
                section(section);
            }
        }
        return text.toString();
    }

    private void section(String name) {
        text.append("# ")
                .append(name.equals("cpu") ? "CPU" : name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1))
                .append("\r\n");
        switch (name) {
            case "server" -> server();
            case "clients" -> clients();
            case "memory" -> memory();
            case "persistence" -> persistence();
            case "stats" -> stats();
            case "replication" -> replication();
            case "cpu" -> {}
            case "cluster" -> line("cluster_enabled", 0);
            case "keyspace" -> keyspace();
            case "meridian" -> meridian();
            default -> throw new IllegalStateException("no section " + name);
        }
    }

    private void line(String name, Object value) {
        text.append(name).append(':').append(value).append("\r\n");
    }

    private void server() {
        long uptimeS = kernel.uptimeMs() / 1000;
        line("redis_version", REDIS_VERSION);
        line("redis_mode", "standalone");
        line("arch_bits", 64);
        line("run_id", runId());
        line("server_time_usec", kernel.wallMs() * 1000);
        line("uptime_in_seconds", uptimeS);
        line("uptime_in_days", uptimeS / 86_400);
    }

    private String runId() {
        return origin(kernel.options().origin());
    }

    /** An origin as people see it: 16 hexadecimal digits. */
    static String origin(long id) {
        String hex = Long.toHexString(id);
        return "0".repeat(16 - hex.length()) + hex;
    }

    private void clients() {
        int listening = 0;
        for (Client client : kernel.clients()) {
            listening += client.subscriptions() > 0 ? 1 : 0;
        }
        line("connected_clients", kernel.clientCount());
        line("maxclients", 10_000);
        line("blocked_clients", kernel.dispatcher().waiting().blocked());
        line("pubsub_clients", listening);
        line("tracking_clients", 0);
    }

    private void memory() {
        line("used_memory", kernel.memoryUsedBytes());
        line("maxmemory", 0);
        line("maxmemory_human", "0B");
        line("maxmemory_policy", "noeviction");
    }

    private void persistence() {
        line("loading", 0);
        line("async_loading", 0);
        line("rdb_changes_since_last_save", kernel.keyspace().dirty().size());
        line("aof_enabled", 1);
    }

    private void stats() {
        line("total_connections_received", kernel.connectionsReceived());
        line("total_commands_processed", kernel.dispatcher().commands());
        line("expired_keys", kernel.expiredKeys());
        line("evicted_keys", 0);
        line("pubsub_channels", kernel.pubSub().channelCount());
        line("pubsub_patterns", kernel.pubSub().patternCount());
    }

    private void replication() {
        line("role", "master");
        line("connected_slaves", kernel.replicator().reachable().size());
        line("master_failover_state", "no-failover");
        line("master_replid", runId());
        line("master_repl_offset", kernel.log().end());
    }

    private void keyspace() {
        int keys = kernel.keyspace().size();
        if (keys > 0) {
            line("db0", "keys=" + keys + ",expires=" + kernel.keyspace().volatileSize() + ",avg_ttl=0");
        }
    }

    private void meridian() {
        line("region", kernel.placement().self());
        line("origin", runId());
        line("hlc_ms", Hlc.ms(kernel.hlc().last()));
        line("regions", String.join(",", kernel.placement().regions()));
        for (Group group : kernel.groups()) {
            GroupPolicy policy = group.policy();
            String name = "group_" + policy.id();
            if (group.held()) {
                long stalenessMs = kernel.replicator().stability().stalenessMs(group.index());
                line(
                        name,
                        "held=1,primary=" + (group.primary() == null ? "-" : group.primary())
                                + ",members=" + policy.members().size()
                                + ",staleness_ms=" + (stalenessMs == Long.MAX_VALUE ? "-1" : stalenessMs)
                                + ",remote_mutations=" + group.remote() + ",dropped_values=" + group.dropped());
            } else {
                line(name, "held=0,members=" + policy.members().size());
            }
        }
        Conflicts conflicts = kernel.keyspace().conflicts();
        for (Dataset dataset : kernel.placement().datasets()) {
            if (kernel.placement().holds(dataset) && conflicts.records(dataset)) {
                line(
                        "dataset_" + dataset.name(),
                        "conflicts_open=" + conflicts.open(dataset)
                                + ",conflicts_quarantined=" + conflicts.quarantined(dataset)
                                + ",dropped_recorded=" + conflicts.recorded(dataset)
                                + ",dropped_forgotten=" + conflicts.forgotten(dataset));
            }
        }
        for (Peer peer : kernel.replicator().peers()) {
            if (peer.region().equals(kernel.placement().self())) {
                continue;
            }
            long lagMs = 0;
            for (Group group : kernel.groups()) {
                if (group.held() && group.policy().members().contains(peer.region())) {
                    lagMs = Math.max(lagMs, kernel.replicator().stability().lagMs(peer, group.index()));
                }
            }
            line(
                    "peer_" + peer.region(),
                    "connected=" + (kernel.replicator().hears(peer) ? 1 : 0)
                            + ",rtt_us=" + (peer.lastRttNs() < 0 ? -1 : peer.lastRttNs() / 1000)
                            + ",lag_ms=" + lagMs + ",clock_offset_ms=" + peer.clockOffsetMs());
        }
    }
}
