package dev.meridian.server.fuzz;

import dev.meridian.kernel.Effects;
import dev.meridian.kernel.Kernel;
import dev.meridian.kernel.KernelOptions;
import dev.meridian.kernel.bytes.ByteWriter;
import dev.meridian.kernel.command.Args;
import dev.meridian.kernel.command.Client;
import dev.meridian.kernel.data.CanonicalState;
import dev.meridian.kernel.data.Resolution;
import dev.meridian.kernel.log.RowBatch;
import dev.meridian.kernel.placement.Dataset;
import dev.meridian.kernel.placement.GroupPolicy;
import dev.meridian.kernel.placement.Placement;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The kernels of two regions in one thread and in simulated time, a round a millisecond; everything that went between them and
 * to their disks is kept. Datasets: default and crdt in both, led written in the first, near kept by the first alone.
 */
public final class KernelPair {
    public static final List<String> REGIONS = List.of("us-east-1", "eu-west-1");
    private static final long ALONE_MS = 2_100;
    private static final long WALL_MS = 1_700_000_000_000L;

    /** So few that a region which joins late is sent rows. */
    private static final long LOG_RETAINED_BYTES = 64;

    public final Host us;
    public Host eu;

    private boolean joined;
    private long nowMs = 1;

    public KernelPair() {
        this(true);
    }

    /** @param started false: what comes back from their disks is still to be told, then {@link Host#start} */
    public KernelPair(boolean started) {
        // A run that comes back is another origin than the one that wrote.
        us = new Host(0, started ? 0xA1 : 0xB1);
        eu = new Host(1, started ? 0xA2 : 0xB2);
        if (started) {
            us.start(0, 0);
            eu.start(0, 0);
        }
    }

    /** A region in the place of one that was recorded: it has what it is sent, and has written nothing itself. */
    public static Host newcomer(int index) {
        KernelPair pair = new KernelPair(false);
        Host host = index == 0 ? pair.us : pair.eu;
        pair.us.start(0, 0);
        pair.eu.start(0, 0);
        return host;
    }

    static Placement placement(String self) {
        List<GroupPolicy> groups = List.of(
                new GroupPolicy("all", REGIONS, null, 0, GroupPolicy.LagAction.WARN),
                new GroupPolicy("led", REGIONS, REGIONS.getFirst(), 0, GroupPolicy.LagAction.WARN),
                new GroupPolicy("near", REGIONS.subList(0, 1), null, 0, GroupPolicy.LagAction.WARN));
        return new Placement(
                self,
                REGIONS,
                groups,
                List.of(
                        dataset(Placement.DEFAULT, 0, 0, Resolution.LAST_WRITE_WINS, false),
                        dataset("crdt", 1, 0, Resolution.CRDT, false),
                        dataset("led", 2, 1, Resolution.LAST_WRITE_WINS, false),
                        dataset("near", 3, 2, Resolution.LAST_WRITE_WINS, true)));
    }

    private static Dataset dataset(String name, int index, int group, Resolution resolution, boolean near) {
        return new Dataset(
                name,
                index,
                group,
                resolution,
                true,
                near ? Dataset.RemoteAccess.READ_WRITE : Dataset.RemoteAccess.NONE,
                near,
                Dataset.ReadLevel.SESSION,
                0,
                near ? REGIONS.subList(0, 1) : REGIONS);
    }

    private Host other(Host host) {
        return host == us ? eu : us;
    }

    /** The link comes up. */
    public void join() {
        joined = true;
        for (Host host : List.of(us, eu)) {
            host.within(() -> host.kernel.peerUp(1 - host.index));
        }
        rounds(300);
    }

    /** The link goes down, frames under way are lost. */
    public void part() {
        joined = false;
        for (Host host : List.of(us, eu)) {
            host.inbox.clear();
            host.within(() -> host.kernel.peerDown(1 - host.index));
        }
    }

    /** The second region, its link down, begins anew on an empty disk. */
    public void loseDisk() {
        eu = new Host(1, 0xC2);
        eu.start(0, 0);
    }

    public void rounds(int count) {
        for (int i = 0; i < count; i++) {
            nowMs++;
            us.turn();
            eu.turn();
        }
    }

    /** Time passes at once. */
    public void skip(long ms) {
        nowMs += ms;
    }

    /** One region's kernel and its host. */
    public final class Host implements Effects {
        public final int index;
        public final Kernel kernel;
        public final List<byte[]> received = new ArrayList<>();
        public final List<String> alarms = new ArrayList<>();
        /** Every record, each at its place. */
        public final ByteArrayOutputStream log = new ByteArrayOutputStream();
        /** Rows at rest by their key, and what came to rest with them. */
        public final Map<String, byte[][]> rows = new LinkedHashMap<>();

        public byte[] meta = {};
        public long restingLsn;
        private final ArrayDeque<byte[]> inbox = new ArrayDeque<>();
        private final ArrayDeque<Runnable> answers = new ArrayDeque<>();
        private final Client client;
        private long durableLsn;

        Host(int index, long origin) {
            this.index = index;
            KernelOptions usual = KernelOptions.of(placement(REGIONS.get(index)), origin, index, 42);
            kernel = new Kernel(
                    new KernelOptions(
                            usual.placement(),
                            origin,
                            usual.seed(),
                            usual.fingerprint(),
                            500,
                            1 << 16,
                            LOG_RETAINED_BYTES,
                            1_000,
                            1_000,
                            null,
                            List.of(),
                            usual.clusterSecret(),
                            usual.controlRules()),
                    this);
            client = new Client(1, "127.0.0.1:50000", "127.0.0.1:17010");
        }

        /** Nothing more comes back from the disk, where the log stands at these positions. */
        public void start(long logStart, long logEnd) {
            kernel.recovered(logStart, logEnd);
            within(() -> kernel.connected(client));
            // Nobody is there to ask: what it has is all there is.
            skip(ALONE_MS);
            within(() -> {});
        }

        public void within(Runnable event) {
            kernel.turnBegins(WALL_MS + nowMs, nowMs * 1_000_000);
            kernel.durable(durableLsn);
            event.run();
            kernel.turnEnds();
        }

        /** A frame of the other region, in a turn of its own. */
        public void frame(byte[] bytes) {
            kernel.turnBegins(WALL_MS + nowMs, nowMs * 1_000_000);
            try {
                kernel.frame(1 - index, bytes, 0, bytes.length);
            } finally {
                kernel.turnEnds();
            }
        }

        private void turn() {
            within(() -> {
                for (Runnable answer = answers.poll(); answer != null; answer = answers.poll()) {
                    answer.run();
                }
                for (byte[] frame = inbox.poll(); frame != null; frame = inbox.poll()) {
                    received.add(frame);
                    kernel.frame(1 - index, frame, 0, frame.length);
                }
            });
        }

        /** A command, parted at blanks; the answer's RESP as a line. */
        public String ask(String command) {
            return ask(command.split(" "));
        }

        public String ask(String... words) {
            byte[][] args = new byte[words.length][];
            for (int i = 0; i < words.length; i++) {
                args[i] = words[i].getBytes(StandardCharsets.ISO_8859_1);
            }
            within(() -> kernel.command(client, Args.of(args)));
            for (int i = 0; i < 10_000 && client.blocked; i++) {
                rounds(1);
            }
            String text = new String(
                    client.out.buffer(), client.out.readIndex(), client.out.size(), StandardCharsets.ISO_8859_1);
            client.out.skip(client.out.size());
            return text.replace("\r\n", " ").trim();
        }

        /** What is served: rows that have begun to come and are not whole are as none. */
        public String state() {
            Map<String, String> keys = new TreeMap<>();
            kernel.keyspace().forEach(key -> {
                if (!kernel.groups()[key.dataset().group()].incomplete() && key.visibleAt(WALL_MS + nowMs)) {
                    ByteWriter out = new ByteWriter(256);
                    CanonicalState.write(key, kernel.origins(), out);
                    keys.put(
                            new String(key.id(), StandardCharsets.ISO_8859_1),
                            HexFormat.of().formatHex(out.toByteArray()));
                }
            });
            StringBuilder text = new StringBuilder();
            keys.forEach((key, row) -> text.append(key).append('=').append(row).append('\n'));
            for (var group : kernel.groups()) {
                text.append(group.policy().id()).append(group.applied()).append('\n');
            }
            return text.toString();
        }

        @Override
        public void append(long lsn, byte[] bytes, int offset, int length) {
            log.write(bytes, offset, length);
            durableLsn = lsn + length;
        }

        @Override
        public void syncSoon() {}

        @Override
        public void event(String name, java.util.SequencedMap<String, String> details) {}

        @Override
        public void checkpoint(byte[] changed, int length, byte[] cut, long lsn, boolean toRest) {
            byte[] copy = Arrays.copyOf(changed, length);
            RowBatch.over(copy, length).forEach(new RowBatch.Visitor() {
                @Override
                public void put(byte[] bytes, int keyOffset, int keyLength, int valueOffset, int valueLength) {
                    byte[] key = Arrays.copyOfRange(bytes, keyOffset, keyOffset + keyLength);
                    byte[] value = Arrays.copyOfRange(bytes, valueOffset, valueOffset + valueLength);
                    rows.put(new String(key, StandardCharsets.ISO_8859_1), new byte[][] {key, value});
                }

                @Override
                public void delete(byte[] bytes, int keyOffset, int keyLength) {
                    rows.remove(new String(bytes, keyOffset, keyLength, StandardCharsets.ISO_8859_1));
                }
            });
            meta = cut.clone();
            restingLsn = lsn;
            answers.add(() -> kernel.checkpointDone(true));
        }

        @Override
        public void trimLog(long lsn) {
            answers.add(() -> kernel.logTrimmed(Math.min(lsn, restingLsn)));
        }

        @Override
        public boolean send(int peer, int urgency, String reason, byte[] frame, int offset, int length) {
            if (joined) {
                other(this).inbox.add(Arrays.copyOfRange(frame, offset, offset + length));
            }
            return true;
        }

        @Override
        public void readLog(long ticket, long lsn, int bytesMax) {
            byte[] all = log.toByteArray();
            answers.add(() -> {
                byte[] rest = Arrays.copyOfRange(all, (int) lsn, all.length);
                kernel.logRead(ticket, rest, rest.length);
            });
        }

        /** Nobody decides anything. */
        @Override
        public void propose(long ticket, byte[] entry) {
            answers.add(() -> kernel.controlAnswered(ticket, null));
        }

        @Override
        public void alarm(String code, String text) {
            alarms.add(code + " " + text);
        }

        @Override
        public void defect(String where, RuntimeException cause) {
            throw new AssertionError("a defect in " + where, cause);
        }

        @Override
        public void flush(Client ended) {}

        @Override
        public void resume(Client resumed) {}

        @Override
        public void close(Client closed) {
            closed.closing = true;
        }
    }
}
