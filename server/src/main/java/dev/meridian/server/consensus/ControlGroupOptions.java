package dev.meridian.server.consensus;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What one region's part of the control group is told at its start.
 *
 * @param deployment the file's name: groups of other names are never joined
 * @param regions all that vote, witnesses included; the same in every region
 * @param directory where its log, votes and snapshots are kept
 * @param bind where other regions reach it
 * @param peers other regions by name, with the address at which this one reaches them
 * @param snapshotEvery after how many entries the log is replaced by a snapshot
 * @param tls what protects it; null where the links are plain
 */
public record ControlGroupOptions(
        String deployment,
        String region,
        List<String> regions,
        Path directory,
        InetSocketAddress bind,
        Map<String, InetSocketAddress> peers,
        long snapshotEvery,
        @Nullable ControlTls tls) {
    public static final long SNAPSHOT_EVERY = 1_000;

    Map<String, InetSocketAddress> peersAndSelf() {
        Map<String, InetSocketAddress> all = new TreeMap<>(peers);
        all.put(region, bind);
        return all;
    }

    public ControlGroupOptions {
        regions = List.copyOf(regions);
        peers = Collections.unmodifiableMap(new TreeMap<>(peers));
        for (String other : regions) {
            if (!other.equals(region) && !peers.containsKey(other)) {
                throw new IllegalArgumentException("no address of the control group in " + other);
            }
        }
    }
}
