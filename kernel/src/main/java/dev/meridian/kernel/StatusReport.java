package dev.meridian.kernel;

import dev.meridian.kernel.data.Origins;
import dev.meridian.kernel.data.VersionVector;
import dev.meridian.kernel.placement.Dataset;
import dev.meridian.kernel.replication.Group;
import dev.meridian.kernel.replication.Peer;
import dev.meridian.kernel.replication.Stability;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What one node says of itself, as JSON of the shape {@code meridian.status/1} (docs/schemas/status.md). What the kernel cannot
 * know it takes from {@link Facts}; what nobody knows is null.
 */
public final class StatusReport {
    /** Mutations that a peer has and this node has not, from which on it says that it catches up. */
    private static final long CATCHING_UP_MUTATIONS = 1_000;

    /**
     * What the host knows of its process; null where it does not know. Lists of the peers go by the placement's regions.
     *
     * @param topologies by the group's id
     */
    public record Facts(
            @Nullable String version,
            @Nullable Long startedAtMs,
            @Nullable String configurationName,
            @Nullable String configurationHash,
            @Nullable Boolean emulated,
            @Nullable Double opsPerS,
            @Nullable Long heapUsedBytes,
            @Nullable Long rowsBytes,
            @Nullable Long dataBytes,
            @Nullable Long logBytes,
            @Nullable Long freeBytes,
            Map<String, String> topologies,
            List<Traffic> links) {
        /** Nothing is known yet. */
        public static final Facts NONE =
                new Facts(null, null, null, null, null, null, null, null, null, null, null, new TreeMap<>(), List.of());

        public Facts {
            topologies = Collections.unmodifiableMap(new TreeMap<>(topologies));
            links = List.copyOf(links);
        }
    }

    /** The wire of one link. */
    public record Traffic(@Nullable Long sinceMs, long bytesIn, long bytesOut) {}

    private final Kernel kernel;
    private final Facts facts;
    private final JsonText json = new JsonText();

    private StatusReport(Kernel kernel, Facts facts) {
        this.kernel = kernel;
        this.facts = facts;
    }

    /** The report of this turn. */
    public static String of(Kernel kernel, Facts facts) {
        return new StatusReport(kernel, facts).write();
    }

    private String write() {
        String self = kernel.placement().self();
        String refused = kernel.dispatcher().writesRefused();
        json.begin('{');
        json.member("schema", "meridian.status/1");
        json.member("region", self);
        json.member("node", self + "/0");
        json.member("version", facts.version);
        json.member("origin", hex(kernel.options().origin()));
        json.member("state", refused != null ? "refusing" : catchingUp() ? "catching_up" : "serving");
        json.member("state_reason", refused);
        json.member("started_at", instant(facts.startedAtMs));
        json.member("now", instant(kernel.wallMs()));
        json.name("configuration").begin('{');
        json.member("name", facts.configurationName);
        json.member("hash", facts.configurationHash);
        json.member("version", 1L);
        json.end('}');
        json.member("emulated", facts.emulated);
        json.member("clients", (long) kernel.clientCount());
        json.member("ops_per_s", facts.opsPerS);
        json.member("keys", (long) kernel.keyspace().size());
        json.name("memory").begin('{');
        json.member("heap_used_bytes", facts.heapUsedBytes);
        json.member("rows_bytes", facts.rowsBytes);
        json.member("dirty_rows", (long) kernel.keyspace().dirty().size());
        json.end('}');
        json.name("disk").begin('{');
        json.member("data_bytes", facts.dataBytes);
        json.member("log_bytes", facts.logBytes);
        json.member("free_bytes", facts.freeBytes);
        json.end('}');
        json.name("groups").begin('[');
        for (Group group : kernel.groups()) {
            if (group.held()) {
                group(group);
            }
        }
        json.end(']');
        json.name("peers").begin('[');
        for (Peer peer : kernel.replicator().peers()) {
            if (!peer.region().equals(self) && sharesGroup(peer)) {
                peer(peer);
            }
        }
        json.end(']');
        json.end('}');
        return json.toString();
    }

    private boolean catchingUp() {
        for (Group group : kernel.groups()) {
            if (!group.held()) {
                continue;
            }
            if (!group.serving()) {
                return true;
            }
            for (Peer peer : kernel.replicator().peers()) {
                if (peer.connected() && stability().behind(peer, group.index()) >= CATCHING_UP_MUTATIONS) {
                    return true;
                }
            }
        }
        return false;
    }

    private Stability stability() {
        return kernel.replicator().stability();
    }

    private boolean sharesGroup(Peer peer) {
        for (Group group : kernel.groups()) {
            if (shares(group, peer)) {
                return true;
            }
        }
        return false;
    }

    private static boolean shares(Group group, Peer peer) {
        return group.held() && group.policy().members().contains(peer.region());
    }

    private void group(Group group) {
        json.begin('{');
        json.member("id", group.policy().id());
        json.name("datasets").begin('[');
        kernel.placement().datasets().stream()
                .filter(dataset -> dataset.group() == group.index())
                .map(Dataset::name)
                .sorted()
                .forEach(json::value);
        json.end(']');
        json.member("topology", facts.topologies.get(group.policy().id()));
        json.member("primary", group.policy().primary());
        json.member("epoch", (Long) null);
        json.name("members").begin('[');
        group.policy().members().stream().sorted().forEach(json::value);
        json.end(']');
        vector("vector", group.applied());
        vector("stable", stability().vector(group.index()));
        long stalenessMs = stability().stalenessMs(group.index());
        json.member("staleness_ms", stalenessMs == Long.MAX_VALUE ? null : (Long) stalenessMs);
        json.member("serving", group.serving());
        json.member("conflicts_waiting", 0L);
        json.member("late_writes", 0L);
        json.end('}');
    }

    private void vector(String name, @Nullable VersionVector vector) {
        if (vector == null) {
            json.member(name, (Long) null);
            return;
        }
        json.name(name).begin('{');
        Origins origins = kernel.origins();
        for (int o = 0; o < origins.size(); o++) {
            if (vector.get(o) > 0) {
                json.member(hex(origins.id(o)), vector.get(o));
            }
        }
        json.end('}');
    }

    private void peer(Peer peer) {
        Traffic traffic = peer.index() < facts.links.size() ? facts.links.get(peer.index()) : null;
        boolean heard = peer.heardNs() != 0;
        long heardMs = (kernel.nowNs() - peer.heardNs()) / 1_000_000;
        json.begin('{');
        json.member("region", peer.region());
        json.member("connected", kernel.replicator().hears(peer));
        json.member("since", traffic == null ? null : instant(traffic.sinceMs));
        json.member("rtt_ms", peer.lastRttNs() < 0 ? null : (Double) (peer.lastRttNs() / 1e6));
        json.member("rtt_age_ms", peer.lastRttNs() < 0 ? null : (Long) heardMs);
        json.member("clock_offset_ms", peer.lastRttNs() < 0 ? null : (Long) peer.clockOffsetMs());
        json.member("last_heard_ms", heard ? (Long) heardMs : null);
        json.member("bytes_in", traffic == null ? null : (Long) traffic.bytesIn);
        json.member("bytes_out", traffic == null ? null : (Long) traffic.bytesOut);
        json.name("groups").begin('[');
        for (Group group : kernel.groups()) {
            if (shares(group, peer)) {
                lag(peer, group);
            }
        }
        json.end(']');
        json.end('}');
    }

    private void lag(Peer peer, Group group) {
        int g = group.index();
        int self = kernel.origins().find(kernel.options().origin());
        long behind = stability().behind(peer, g);
        long freshNs = peer.freshNs(g);
        json.begin('{');
        json.member("id", group.policy().id());
        json.member("lag_ms", stability().lagMs(peer, g));
        json.member(
                "lag_mutations",
                Math.max(0, group.applied().get(self) - peer.reported(g).get(self)));
        json.member(
                "behind_ms",
                behind == 0 ? (Long) 0L : freshNs == 0 ? null : (Long) ((kernel.nowNs() - freshNs) / 1_000_000));
        json.member("behind_mutations", behind);
        json.end('}');
    }

    private static String hex(long origin) {
        String hex = Long.toHexString(origin);
        return "0".repeat(16 - hex.length()) + hex;
    }

    private static @Nullable String instant(@Nullable Long ms) {
        return ms == null ? null : Instant.ofEpochMilli(ms).toString();
    }
}
