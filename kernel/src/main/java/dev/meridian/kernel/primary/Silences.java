package dev.meridian.kernel.primary;

import dev.meridian.kernel.bytes.ByteReader;
import dev.meridian.kernel.bytes.ByteWriter;
import dev.meridian.kernel.replication.Peer;

/**
 * For how long each region has not heard each other: every node tells with its heartbeats what it sees, so that no region is called lost by
 * the guess of one. Not thread-safe.
 */
final class Silences {
    private final Peer[] peers;
    private final int self;
    private final long[][] toldMs;
    private final long[] toldNs;
    private long startedNs = -1;
    private long nowNs;

    Silences(Peer[] peers, String self) {
        this.peers = peers;
        int index = -1;
        for (Peer p : peers) {
            index = p.region().equals(self) ? p.index() : index;
        }
        this.self = index;
        this.toldMs = new long[peers.length][peers.length];
        this.toldNs = new long[peers.length];
    }

    void turn(long nowNs) {
        this.nowNs = nowNs;
        if (startedNs < 0) {
            startedNs = nowNs;
        }
    }

    /** For how long this node has not heard the region, in ms; since its start, where it never has. */
    private long hereMs(Peer p) {
        return p.index() == self ? 0 : (nowNs - Math.max(startedNs, p.heardNs())) / 1_000_000;
    }

    void write(ByteWriter heartbeat) {
        heartbeat.varint(peers.length);
        for (Peer p : peers) {
            heartbeat.varint(hereMs(p));
        }
    }

    void read(Peer from, ByteReader heartbeat) {
        toldNs[from.index()] = nowNs;
        int count = heartbeat.count();
        for (int i = 0; i < count; i++) {
            long ms = heartbeat.varint();
            if (i < peers.length) {
                toldMs[from.index()][i] = ms;
            }
        }
    }

    /** Whether the observer, as far as it has told lately, has not heard the region for so long. */
    boolean isSilent(int observer, int region, long silenceMs) {
        if (observer == self) {
            return hereMs(peers[region]) >= silenceMs;
        }
        return peers[observer].hears(nowNs) && toldMs[observer][region] >= silenceMs;
    }

    /** Whether this node hears the region. */
    boolean isHeard(int region) {
        return region == self || peers[region].hears(nowNs);
    }
}
