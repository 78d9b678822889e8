package dev.meridian.kernel;

import dev.meridian.kernel.bytes.ByteWriter;
import dev.meridian.kernel.command.Args;
import dev.meridian.kernel.command.Client;
import dev.meridian.kernel.data.CanonicalState;
import dev.meridian.kernel.data.ConflictPolicy;
import dev.meridian.kernel.data.DataNode;
import dev.meridian.kernel.data.Resolution;
import dev.meridian.kernel.placement.Dataset;
import dev.meridian.kernel.placement.GroupPolicy;
import dev.meridian.kernel.placement.Placement;
import dev.meridian.kernel.primary.ControlState;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * Whole kernels of three regions, a, b and c, joined by links that can be cut, in one thread and in simulated time: a round is
 * a millisecond, a frame takes one round. Datasets: default and crdt in all regions; bc in b and c only; eu in b only
 * and restricted; near in b only, restricted, open to reads and writes from elsewhere, where ids are known for 2 s; led in all regions, written in a.
 */
public final class KernelWorld {
    private static final int ROUNDS_MAX = 20_000;
    private static final List<String> REGIONS = List.of("a", "b", "c");

    public final Map<String, Node> nodes = new LinkedHashMap<>();
    private final TreeSet<String> cuts = new TreeSet<>();
    private final ControlState control = new ControlState();
    private long nowMs;

    public KernelWorld() {
        this(options -> options);
    }

    public KernelWorld(UnaryOperator<KernelOptions> change) {
        for (String region : REGIONS) {
            nodes.put(region, new Node(region, change));
        }
        for (Node node : nodes.values()) {
            node.up();
        }
        rounds(500);
    }

    private static Placement placement(String self) {
        List<GroupPolicy> groups = List.of(
                new GroupPolicy("all", REGIONS, null, 0, GroupPolicy.LagAction.WARN),
                new GroupPolicy("bc", List.of("b", "c"), null, 0, GroupPolicy.LagAction.WARN),
                new GroupPolicy("eu", List.of("b"), null, 0, GroupPolicy.LagAction.WARN),
                new GroupPolicy("led", REGIONS, "a", 0, GroupPolicy.LagAction.WARN));
        return new Placement(
                self,
                REGIONS,
                groups,
                List.of(
                        dataset(Placement.DEFAULT, 0, 0, Resolution.LAST_WRITE_WINS, false, REGIONS),
                        dataset("crdt", 1, 0, Resolution.CRDT, false, REGIONS),
                        dataset("bc", 2, 1, Resolution.CRDT, false, List.of("b", "c")),
                        dataset("eu", 3, 2, Resolution.LAST_WRITE_WINS, true, List.of("b")),
                        new Dataset(
                                "near",
                                4,
                                2,
                                Resolution.LAST_WRITE_WINS,
                                true,
                                Dataset.RemoteAccess.READ_WRITE,
                                true,
                                Dataset.ReadLevel.SESSION,
                                0,
                                List.of("b"),
                                2_000),
                        dataset("led", 5, 3, Resolution.LAST_WRITE_WINS, false, REGIONS),
                        dataset("open", 6, 0, Resolution.MANUAL, false, REGIONS),
                        dataset("rule", 7, 0, Resolution.CUSTOM, false, REGIONS)));
    }

    private static Dataset dataset(
            String name, int index, int group, Resolution resolution, boolean restricted, List<String> regions) {
        return new Dataset(
                name,
                index,
                group,
                resolution,
                false,
                Dataset.RemoteAccess.NONE,
                restricted,
                Dataset.ReadLevel.SESSION,
                0,
                regions);
    }

    public Node node(String region) {
        return nodes.get(region);
    }

    /** A new connection to a region. */
    public Connection connect(String region) {
        return new Connection(node(region));
    }

    public void rounds(int count) {
        for (int i = 0; i < count; i++) {
            round();
        }
    }

    public void round() {
        nowMs++;
        nodes.values().forEach(Node::turn);
    }

    /** Ends the link both ways; both sides are told at once. */
    public void cut(String x, String y) {
        cuts.add(x + y);
        cuts.add(y + x);
        node(x).down(y);
        node(y).down(x);
    }

    /** Lets frames vanish without anybody being told. */
    public void silence(String x, String y) {
        cuts.add(x + y);
        cuts.add(y + x);
    }

    public void heal(String x, String y) {
        cuts.remove(x + y);
        cuts.remove(y + x);
        node(x).down(y);
        node(y).down(x);
        node(x).kernel.peerUp(REGIONS.indexOf(y));
        node(y).kernel.peerUp(REGIONS.indexOf(x));
        rounds(1_500);
    }

    /** One region's kernel and its host. */
    public final class Node implements Effects {
        public final String region;
        public final Kernel kernel;
        public final List<String> alarms = new ArrayList<>();
        private final Map<String, ArrayDeque<byte[]>> inbox = new LinkedHashMap<>();
        private final ArrayDeque<Runnable> answers = new ArrayDeque<>();
        private final ByteArrayOutputStream log = new ByteArrayOutputStream();
        private long clientIds;

        Node(String region, UnaryOperator<KernelOptions> change) {
            this.region = region;
            int index = REGIONS.indexOf(region);
            kernel = new Kernel(
                    change.apply(KernelOptions.of(placement(region), 0xA0 + index, index, 42)
                            .withConflicts(List.of(
                                    new ConflictPolicy("rule", DataNode.JOINED, false),
                                    new ConflictPolicy(Placement.DEFAULT, null, true)))),
                    this);
            kernel.recovered(0, 0);
            REGIONS.forEach(other -> inbox.put(other, new ArrayDeque<>()));
        }

        void up() {
            kernel.turnBegins(wallMs(), nowNs());
            for (String other : REGIONS) {
                if (!other.equals(region)) {
                    kernel.peerUp(REGIONS.indexOf(other));
                }
            }
            kernel.turnEnds();
        }

        void down(String other) {
            inbox.get(other).clear();
            kernel.peerDown(REGIONS.indexOf(other));
        }

        void turn() {
            kernel.turnBegins(wallMs(), nowNs());
            List<Runnable> due = List.copyOf(answers);
            answers.clear();
            due.forEach(Runnable::run);
            for (String other : REGIONS) {
                List<byte[]> frames = List.copyOf(inbox.get(other));
                inbox.get(other).clear();
                for (byte[] frame : frames) {
                    kernel.frame(REGIONS.indexOf(other), frame, 0, frame.length);
                }
            }
            kernel.turnEnds();
        }

        /** The state that regions with the same mutations share. */
        public byte[] canonical() {
            ByteWriter out = new ByteWriter(1024);
            CanonicalState.write(kernel.keyspace(), wallMs(), out);
            return out.toByteArray();
        }

        @Override
        public void append(long lsn, byte[] bytes, int offset, int length) {
            log.write(bytes, offset, length);
            kernel.durable(lsn + length);
        }

        @Override
        public void syncSoon() {}

        @Override
        public void event(String name, java.util.SequencedMap<String, String> details) {}

        @Override
        public void checkpoint(byte[] rows, int length, byte[] meta, long lsn, boolean toRest) {
            answers.add(() -> kernel.checkpointDone(true));
        }

        @Override
        public void trimLog(long lsn) {}

        @Override
        public void flush(Client client) {}

        @Override
        public void resume(Client client) {}

        @Override
        public void close(Client client) {
            client.closing = true;
        }

        @Override
        public void alarm(String code, String text) {
            alarms.add(code + " " + text);
        }

        @Override
        public void defect(String doing, RuntimeException cause) {
            throw new AssertionError(doing, cause);
        }

        @Override
        public boolean send(int peer, int urgency, String reason, byte[] frame, int offset, int length) {
            String to = REGIONS.get(peer);
            if (!cuts.contains(region + to)) {
                node(to).inbox.get(region).add(Arrays.copyOfRange(frame, offset, offset + length));
            }
            return true;
        }

        /** Decided at once where a majority is not cut off from this region, and known to all in the next round. */
        @Override
        public void propose(long ticket, byte[] entry) {
            long reached = REGIONS.stream()
                    .filter(other -> !cuts.contains(region + other))
                    .count();
            if (2 * reached <= REGIONS.size()) {
                answers.add(() -> kernel.controlAnswered(ticket, null));
                return;
            }
            long index = control.applied() + 1;
            byte[] outcome = control.apply(index, entry);
            answers.add(() -> kernel.controlAnswered(ticket, outcome));
            nodes.values().forEach(node -> node.answers.add(() -> node.kernel.controlApplied(index, entry)));
        }

        @Override
        public void readLog(long ticket, long lsn, int bytesMax) {
            byte[] all = log.toByteArray();
            answers.add(() -> {
                byte[] rest = Arrays.copyOfRange(all, (int) lsn, all.length);
                kernel.logRead(ticket, rest, rest.length);
            });
        }
    }

    private long wallMs() {
        return 1_700_000_000_000L + nowMs;
    }

    private long nowNs() {
        return 1_000_000_000L + nowMs * 1_000_000;
    }

    /** One client of one region. */
    public final class Connection {
        public final Client client;
        private final Node node;

        Connection(Node node) {
            this.node = node;
            this.client = new Client(++node.clientIds, "127.0.0.1:" + (50_000 + node.clientIds), "127.0.0.1:17010");
            within(() -> node.kernel.connected(client));
        }

        private void within(Runnable event) {
            node.kernel.turnBegins(wallMs(), nowNs());
            event.run();
            node.kernel.turnEnds();
        }

        /** Sends a command, a byte for each char, and goes on without waiting for its answer. */
        public void send(String... words) {
            byte[][] bytes = new byte[words.length][];
            for (int i = 0; i < words.length; i++) {
                bytes[i] = words[i].getBytes(StandardCharsets.ISO_8859_1);
            }
            within(() -> node.kernel.command(client, Args.of(bytes)));
        }

        /** What waits for the client, as text, a char for each byte; it is taken. */
        public String take() {
            String text = new String(
                    client.out.buffer(), client.out.readIndex(), client.out.size(), StandardCharsets.ISO_8859_1);
            client.out.skip(client.out.size());
            return text;
        }

        /** Sends a command and lets the world go on until it is answered; the answer's RESP bytes as text. */
        public String run(String... words) {
            send(words);
            for (int i = 0; i < ROUNDS_MAX && client.blocked; i++) {
                round();
            }
            if (client.blocked) {
                throw new AssertionError("no answer to " + String.join(" ", words));
            }
            return take();
        }

        /** As {@link #run}, with line ends as spaces, for reading. */
        public String ask(String... words) {
            return run(words).replace("\r\n", " ").trim();
        }

        public void leave() {
            within(() -> node.kernel.disconnected(client));
        }
    }
}
