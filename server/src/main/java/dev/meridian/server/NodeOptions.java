package dev.meridian.server;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All that one node is told at its start; immutable and checked.
 *
 * @param configurationFile the YAML file, already validated by whoever starts the node
 * @param region name of the region in that file for which the node stands
 * @param dataDirectory where its log and rows are kept; made if absent, owned by one process at a time
 * @param ephemeral the data need not outlive the process: no fsync, and the directory may be removed afterwards
 * @param resp where Redis clients connect
 * @param http where HTTP clients, probes and {@code /v1/status} are served
 * @param link where other regions connect
 * @param peers other regions by name, with the address at which this node reaches their link; it may be that of an
 *     emulated WAN, whose bytes are those of the link itself
 * @param control where this region's part of the control group is, or null: then it takes no part
 * @param emulated the node is part of {@code meridian up} on one machine; it says so in its status, nothing else changes
 * @param password what Redis and HTTP clients must present, or null: then only loopback addresses may be bound
 */
public record NodeOptions(
        Path configurationFile,
        String region,
        Path dataDirectory,
        boolean ephemeral,
        InetSocketAddress resp,
        InetSocketAddress http,
        InetSocketAddress link,
        Map<String, InetSocketAddress> peers,
        @Nullable ControlDoor control,
        boolean emulated,
        @Nullable String password) {

    /**
     * The door of the control group.
     *
     * @param bind where other regions reach this one's part of it
     * @param peers where this node reaches theirs, by region: all of them
     */
    public record ControlDoor(InetSocketAddress bind, Map<String, InetSocketAddress> peers) {}

    public NodeOptions {
        if (peers.containsKey(region)) {
            throw new IllegalArgumentException("region " + region + " is named as its own peer");
        }
        peers = Collections.unmodifiableMap(new TreeMap<>(peers));
    }

    @Override
    public String toString() {
        return "NodeOptions[" + region + ", resp=" + resp + ", http=" + http + ", link=" + link + ", peers="
                + peers.keySet() + "]";
    }
}
