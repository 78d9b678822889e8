package dev.meridian.simulator;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * The links between regions: for each pair a connection that comes up, breaks, is cut in one direction or both, and delays
 * each direction by itself. Within one urgency frames keep their order, as on a socket; between urgencies they may
 * be overtaken by more urgent ones, never the other way round. A cut holds what is under way; a break loses it. Like the links that
 * ship, each side gives up a connection on which nothing has come for a while.
 */
final class SimulatedNetwork {
    /** What a link delivers to. */
    interface Endpoint {
        /** @param connection its number, to be named with what is sent on it */
        void peerUp(int peer, int connection);

        void peerDown(int peer);

        /** @param sameFile whether both run the same configuration */
        void frame(int peer, byte[] frame, boolean sameFile);

        /** Stands for the configuration that it runs. */
        long file();

        /** More records may be sent to the peer again. */
        void peerWritable(int peer);

        /** A frame that came before comes once more. Answers whether the connection lasts. */
        boolean again(int peer, byte[] frame);

        boolean running();
    }

    private static final int URGENCIES = 4;
    private static final int URGENCY_RECORDS = 2;
    private static final long SILENCE_NS = 16_000_000_000L;
    private static final double TAIL_RATE = 0.02;
    private static final long TAIL_NS_MAX = 60_000_000_000L;
    private static final int RECENT_FRAMES = 32;
    private static final long WAITING_BYTES_HIGH = 64 << 10;
    private static final long WAITING_BYTES_LOW = 16 << 10;

    /** A frame that waits for the link to have taken those before it. */
    private static final class Waiting {
        final byte[] frame;
        final int epoch;
        final long number;
        int left;

        Waiting(byte[] frame, int epoch, long number) {
            this.frame = frame;
            this.epoch = epoch;
            this.number = number;
            this.left = frame.length;
        }
    }

    private static final long RESENT_NS_MAX = 10_000_000_000L;

    private static final class Direction {
        long delayNs;
        long jitterNs;
        double lossRate;
        boolean cut;
        long cuts;
        boolean heavyTail;
        boolean vanishing;
        long bytesPerSecond;
        boolean busy;
        boolean refused;
        long waitingBytes;
        final List<ArrayDeque<Waiting>> waiting = new ArrayList<>();
        final long[] lastArrivalNs = new long[URGENCIES];

        /** What has arrived and waits for a receiver that takes so much a second; 0 for one that takes all at once. */
        final ArrayDeque<byte[]> intake = new ArrayDeque<>();

        long intakePerSecond;
        long intakeBytes;
        boolean takes;
        long sent;

        /** The frames that arrived last on this connection, the newest at the end. */
        final ArrayDeque<byte[]> recent = new ArrayDeque<>();

        /** Frames on their way, by number, with their urgency. */
        final TreeMap<Long, Integer> underWay = new TreeMap<>();

        /** What a cut holds, in the order in which it was sent. */
        final TreeMap<Long, Runnable> held = new TreeMap<>();

        Direction() {
            for (int u = 0; u < URGENCIES; u++) {
                waiting.add(new ArrayDeque<>());
            }
        }

        /** The connection is over. */
        void clear() {
            held.clear();
            underWay.clear();
            recent.clear();
            waiting.forEach(ArrayDeque::clear);
            waitingBytes = 0;
            intake.clear();
            intakeBytes = 0;
            takes = false;
            refused = false;
        }
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
        Direction d = directions[from][to];
        d.cut = true;
        long cuts = ++d.cuts;
        int epoch = connection[from][to];
        world.in(SILENCE_NS, () -> {
            if (d.cut && d.cuts == cuts && connection[from][to] == epoch) {
                disconnect(from, to);
            }
        });
    }

    /** Carries again, with what was held up. */
    void heal(int from, int to) {
        Direction d = directions[from][to];
        d.cut = false;
        d.heavyTail = false;
        d.vanishing = false;
        d.bytesPerSecond = 0;
        d.intakePerSecond = 0;
        for (int u = 0; u < URGENCIES; u++) {
            while (!d.waiting.get(u).isEmpty()) {
                Waiting next = d.waiting.get(u).poll();
                transmit(from, to, u, next.frame, next.epoch, next.number);
            }
        }
        taken(d, from, to, d.waitingBytes);
        while (!d.held.isEmpty()) {
            d.held.pollFirstEntry().getValue().run();
        }
    }

    void heavyTail(int from, int to) {
        directions[from][to].heavyTail = true;
    }

    void cap(int from, int to, long bytesPerSecond) {
        directions[from][to].bytesPerSecond = bytesPerSecond;
    }

    /** The receiver takes only so much a second of what arrives. */
    void slowReceiver(int from, int to, long bytesPerSecond) {
        directions[from][to].intakePerSecond = bytesPerSecond;
    }

    /** The frame so many before the last that came on this connection comes again. */
    boolean replay(int from, int to, long back) {
        List<byte[]> recent = List.copyOf(directions[from][to].recent);
        if (recent.isEmpty() || !up[from][to] || !up[to][from] || !nodes[to].running()) {
            return false;
        }
        if (!nodes[to].again(from, recent.get(recent.size() - 1 - (int) (back % recent.size())))) {
            disconnect(from, to);
        }
        return true;
    }

    boolean corrupt(int from, int to) {
        // What was under way when a connection ended has none to end.
        boolean carries = up[from][to] && up[to][from] && !directions[from][to].underWay.isEmpty();
        return carries && disconnect(from, to);
    }

    /** Everything vanishes both ways; {@code knows} has lost the connection, the other side finds out by the silence. */
    boolean halfOpen(int knows, int other) {
        if (!up[knows][other] || !up[other][knows]) {
            return false;
        }
        directions[knows][other].vanishing = true;
        directions[other][knows].vanishing = true;
        int epoch = renew(knows, other);
        down(knows, other);
        world.in(SILENCE_NS, () -> {
            if (connection[knows][other] == epoch) {
                down(other, knows);
            }
        });
        return true;
    }

    /** The frame that arrived last in this direction; empty when there is no connection or nothing has. */
    byte[] lastFrame(int from, int to) {
        byte[] last = directions[from][to].recent.peekLast();
        return up[from][to] && last != null ? last : new byte[0];
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

    /** How long what is sent now is under way, without jitter and losses. */
    long delayNs(int from, int to) {
        return directions[from][to].delayNs;
    }

    /** Whether what is sent now arrives. */
    boolean carries(int from, int to) {
        return !directions[from][to].cut && !directions[from][to].vanishing;
    }

    /** Ends the connection of two nodes; it is made again after a while if both run. Answers whether there was one. */
    boolean disconnect(int a, int b) {
        boolean was = up[a][b] || up[b][a];
        renew(a, b);
        down(a, b);
        down(b, a);
        return was;
    }

    /** Ends all connections of a node. */
    void breakOff(int node) {
        for (int other = 0; other < up.length; other++) {
            if (other != node) {
                disconnect(node, other);
            }
        }
    }

    /** What is under way is lost, and a new connection will be made. */
    private int renew(int a, int b) {
        int epoch = ++connection[a][b];
        connection[b][a] = epoch;
        directions[a][b].clear();
        directions[b][a].clear();
        world.in(50_000_000L + random.nextLong(200_000_000L), () -> connect(a, b, epoch));
        return epoch;
    }

    private void down(int node, int peer) {
        if (up[node][peer]) {
            up[node][peer] = false;
            if (nodes[node].running()) {
                nodes[node].peerDown(peer);
            }
        }
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
        if (connection[a][b] != epoch || (up[a][b] && up[b][a])) {
            return;
        }
        if (!nodes[a].running() || !nodes[b].running() || !carries(a, b) || !carries(b, a)) {
            world.in(100_000_000L + random.nextLong(100_000_000L), () -> connect(a, b, epoch));
            return;
        }
        // Who still held the old connection for good learns of its end by the new one.
        down(a, b);
        down(b, a);
        int made = ++connection[a][b];
        connection[b][a] = made;
        up[a][b] = true;
        up[b][a] = true;
        java.util.Arrays.fill(directions[a][b].lastArrivalNs, 0);
        java.util.Arrays.fill(directions[b][a].lastArrivalNs, 0);
        nodes[a].peerUp(b, made);
        nodes[b].peerUp(a, made);
    }

    /** Sends a frame on a connection; it arrives if that lasts so long. */
    void send(int from, int to, int urgency, byte[] frame, int epoch) {
        if (!up[from][to] || connection[from][to] != epoch) {
            lost++;
            return;
        }
        Direction d = directions[from][to];
        if (d.vanishing) {
            lost++;
            return;
        }
        long number = d.sent++;
        d.underWay.put(number, urgency);
        if (d.bytesPerSecond > 0) {
            d.waiting.get(urgency).add(new Waiting(frame, epoch, number));
            d.waitingBytes += urgency >= URGENCY_RECORDS ? frame.length : 0;
            pass(d, from, to);
        } else if (d.cut) {
            d.held.put(number, () -> transmit(from, to, urgency, frame, epoch, number));
        } else {
            transmit(from, to, urgency, frame, epoch, number);
        }
    }

    /** Whether more records may be sent in this direction now; if not, the node is told when they may. */
    boolean writable(int from, int to) {
        Direction d = directions[from][to];
        d.refused |= d.waitingBytes + d.intakeBytes > WAITING_BYTES_HIGH;
        return !d.refused;
    }

    private void taken(Direction d, int from, int to, long bytes) {
        d.waitingBytes -= bytes;
        if (d.refused && d.waitingBytes + d.intakeBytes < WAITING_BYTES_LOW) {
            d.refused = false;
            nodes[from].peerWritable(to);
        }
    }

    /** Lets a block of the most urgent frame through, as long as that takes, then the next. */
    private void pass(Direction d, int from, int to) {
        if (d.busy || d.bytesPerSecond == 0) {
            return;
        }
        for (int u = 0; u < URGENCIES; u++) {
            Waiting next = d.waiting.get(u).peek();
            if (next == null) {
                continue;
            }
            int urgency = u;
            int block = (int) Math.min(next.left, Math.clamp(d.bytesPerSecond / 50, 1_024, 128 << 10));
            d.busy = true;
            world.in(block * 1_000_000_000L / d.bytesPerSecond, () -> {
                d.busy = false;
                next.left -= block;
                if (next.left <= 0 && d.waiting.get(urgency).peek() == next) {
                    d.waiting.get(urgency).poll();
                    transmit(from, to, urgency, next.frame, next.epoch, next.number);
                    taken(d, from, to, urgency >= URGENCY_RECORDS ? next.frame.length : 0);
                }
                pass(d, from, to);
            });
            return;
        }
    }

    private void transmit(int from, int to, int urgency, byte[] frame, int epoch, long number) {
        Direction d = directions[from][to];
        long delay = d.delayNs + (d.jitterNs == 0 ? 0 : random.nextLong(d.jitterNs));
        while (d.lossRate > 0 && delay < RESENT_NS_MAX && random.nextDouble() < d.lossRate) {
            delay += Math.max(200_000_000L, 2 * d.delayNs);
        }
        if (d.heavyTail && random.nextDouble() < TAIL_RATE) {
            delay += (long) Math.min(TAIL_NS_MAX, 50_000_000L / Math.pow(1 - random.nextDouble(), 1.5));
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
        if (connection[from][to] != epoch || !up[from][to] || !up[to][from] || !nodes[to].running()) {
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
        d.recent.add(frame);
        if (d.recent.size() > RECENT_FRAMES) {
            d.recent.poll();
        }
        if (d.intakePerSecond > 0 || !d.intake.isEmpty()) {
            d.intake.add(frame);
            d.intakeBytes += frame.length;
            takeIn(d, from, to);
        } else {
            deliver(from, to, frame);
        }
    }

    private void deliver(int from, int to, byte[] frame) {
        world.note(from * 31L + to);
        world.note(frame, 0, frame.length);
        nodes[to].frame(from, frame, nodes[from].file() == nodes[to].file());
    }

    /** The receiver takes one frame after the other, however urgent, as long as each takes it. */
    private void takeIn(Direction d, int from, int to) {
        byte[] next = d.intake.peek();
        if (next == null || d.takes) {
            return;
        }
        int epoch = connection[from][to];
        d.takes = true;
        long ns = d.intakePerSecond == 0 ? 0 : next.length * 1_000_000_000L / d.intakePerSecond;
        world.in(ns, () -> {
            if (connection[from][to] != epoch || !up[from][to] || !nodes[to].running()) {
                return;
            }
            d.takes = false;
            d.intake.poll();
            d.intakeBytes -= next.length;
            deliver(from, to, next);
            if (connection[from][to] == epoch) {
                taken(d, from, to, 0);
                takeIn(d, from, to);
            }
        });
    }
}
