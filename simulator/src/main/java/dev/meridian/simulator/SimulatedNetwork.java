package dev.meridian.simulator;

import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * The links between regions: for each pair a connection that comes up, breaks, is cut in one direction or both, and delays
 * each direction by itself. Within one urgency frames keep their order, as on a socket; between urgencies they may
 * be overtaken by more urgent ones, never the other way round. A cut holds what is under way; a break loses it.
 */
final class SimulatedNetwork {
    /** What a link delivers to. */
    interface Endpoint {
        /** @param connection its number, to be named with what is sent on it */
        void peerUp(int peer, int connection);

        void peerDown(int peer);

        void frame(int peer, byte[] frame);

        boolean running();
    }

    private static final int URGENCIES = 4;
    private static final long RESENT_NS_MAX = 10_000_000_000L;

    private final class Direction {
        long delayNs;
        long jitterNs;
        double lossRate;
        boolean cut;
        final long[] lastArrivalNs = new long[URGENCIES];
        long sent;

        /** The frame that arrived last. */
        byte[] last = {};

        /** Frames on their way, by number, with their urgency. */
        final TreeMap<Long, Integer> underWay = new TreeMap<>();

        /** What a cut holds, in the order in which it was sent. */
        final TreeMap<Long, Runnable> held = new TreeMap<>();
    }

    private final World world;
    private final SplittableRandom random;
    private final Endpoint[] nodes;
    private final Direction[][] directions;
    private final int[][] connection;
    private final boolean[][] up;

    /** Frames delivered, and those dropped with a connection. */
    long delivered;

    long lost;

    SimulatedNetwork(World world, Endpoint[] nodes) {
        this.world = world;
        this.random = world.fork();
        this.nodes = nodes;
        int n = nodes.length;
        directions = new Direction[n][n];
        connection = new int[n][n];
        up = new boolean[n][n];
        for (int a = 0; a < n; a++) {
            for (int b = 0; b < n; b++) {
                directions[a][b] = new Direction();
            }
        }
    }

    void shape(int from, int to, long delayNs, long jitterNs, double lossRate) {
        Direction d = directions[from][to];
        d.delayNs = delayNs;
        d.jitterNs = jitterNs;
        d.lossRate = lossRate;
    }

    void cut(int from, int to) {
        directions[from][to].cut = true;
    }

    void heal(int from, int to) {
        Direction d = directions[from][to];
        d.cut = false;
        while (!d.held.isEmpty()) {
            d.held.pollFirstEntry().getValue().run();
        }
    }

    /** The frame that arrived last in this direction; empty when there is no connection or nothing has. */
    byte[] lastFrame(int from, int to) {
        return up[from][to] ? directions[from][to].last : new byte[0];
    }

    /** When the last of what is under way now arrives; what is sent later may arrive earlier on no link. */
    long busyUntilNs() {
        long until = 0;
        for (int a = 0; a < nodes.length; a++) {
            for (int b = 0; b < nodes.length; b++) {
                if (up[a][b]) {
                    for (long arrival : directions[a][b].lastArrivalNs) {
                        until = Math.max(until, arrival);
                    }
                }
            }
        }
        return until;
    }

    boolean up(int a, int b) {
        return up[a][b];
    }

    boolean isCut(int from, int to) {
        return directions[from][to].cut;
    }

    /** Ends the connection of two nodes; it is made again after a while if both run. */
    void disconnect(int a, int b) {
        connection[a][b]++;
        connection[b][a] = connection[a][b];
        directions[a][b].held.clear();
        directions[b][a].held.clear();
        directions[a][b].underWay.clear();
        directions[b][a].underWay.clear();
        if (up[a][b]) {
            up[a][b] = false;
            up[b][a] = false;
            if (nodes[a].running()) {
                nodes[a].peerDown(b);
            }
            if (nodes[b].running()) {
                nodes[b].peerDown(a);
            }
        }
        int epoch = connection[a][b];
        world.in(50_000_000L + random.nextLong(200_000_000L), () -> connect(a, b, epoch));
    }

    void connectAll() {
        for (int a = 0; a < nodes.length; a++) {
            for (int b = a + 1; b < nodes.length; b++) {
                int from = a;
                int to = b;
                world.in(random.nextLong(20_000_000L), () -> connect(from, to, connection[from][to]));
            }
        }
    }

    private void connect(int a, int b, int epoch) {
        if (connection[a][b] != epoch || up[a][b]) {
            return;
        }
        if (!nodes[a].running() || !nodes[b].running() || isCut(a, b) || isCut(b, a)) {
            world.in(100_000_000L + random.nextLong(100_000_000L), () -> connect(a, b, epoch));
            return;
        }
        up[a][b] = true;
        up[b][a] = true;
        java.util.Arrays.fill(directions[a][b].lastArrivalNs, 0);
        java.util.Arrays.fill(directions[b][a].lastArrivalNs, 0);
        nodes[a].peerUp(b, epoch);
        nodes[b].peerUp(a, epoch);
    }

    /** Sends a frame on a connection; it arrives if that lasts so long. */
    void send(int from, int to, int urgency, byte[] frame, int epoch) {
        if (!up[from][to] || connection[from][to] != epoch) {
            lost++;
            return;
        }
        Direction d = directions[from][to];
        long number = d.sent++;
        d.underWay.put(number, urgency);
        if (d.cut) {
            d.held.put(number, () -> transmit(from, to, urgency, frame, epoch, number));
        } else {
            transmit(from, to, urgency, frame, epoch, number);
        }
    }

    private void transmit(int from, int to, int urgency, byte[] frame, int epoch, long number) {
        Direction d = directions[from][to];
        long delay = d.delayNs + (d.jitterNs == 0 ? 0 : random.nextLong(d.jitterNs));
        while (d.lossRate > 0 && delay < RESENT_NS_MAX && random.nextDouble() < d.lossRate) {
            delay += Math.max(200_000_000L, 2 * d.delayNs);
        }
        long arrival = world.nowNs() + delay;
        for (int u = 0; u <= urgency; u++) {
            arrival = Math.max(arrival, d.lastArrivalNs[u] + 1);
        }
        d.lastArrivalNs[urgency] = arrival;
        world.at(arrival, () -> arrive(from, to, urgency, frame, epoch, number));
    }

    private void arrive(int from, int to, int urgency, byte[] frame, int epoch, long number) {
        Direction d = directions[from][to];
        if (connection[from][to] != epoch || !up[from][to] || !nodes[to].running()) {
            lost++;
            return;
        }
        if (d.cut) {
            d.held.put(number, () -> transmit(from, to, urgency, frame, epoch, number));
            return;
        }
        for (int earlier : d.underWay.headMap(number).values()) {
            if (earlier <= urgency) {
                // Something sent before it, and no less urgent, was held up: this waits behind it, as on a socket.
                world.in(1_000_000L, () -> arrive(from, to, urgency, frame, epoch, number));
                return;
            }
        }
        d.underWay.remove(number);
        delivered++;
        d.last = frame;
        world.note(from * 31L + to);
        world.note(frame, 0, frame.length);
        nodes[to].frame(from, frame);
    }
}
