package dev.meridian.simulator;

import dev.meridian.kernel.Effects;
import dev.meridian.kernel.Kernel;
import dev.meridian.kernel.bytes.MalformedBytesException;
import dev.meridian.kernel.command.Args;
import dev.meridian.kernel.command.Client;
import dev.meridian.kernel.placement.Placement;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One region's node in the simulated world: the kernel that ships, on a simulated disk, clock and network, hosted as the
 * server hosts it. Each event is a turn, or several share one.
 */
final class SimulatedNode implements Effects, SimulatedNetwork.Endpoint {
    private static final long TICK_NS = 10_000_000L;

    /** What the checkers watch. */
    interface Observer {
        void appended(int region, byte[] bytes, int offset, int length, long lsn);

        void sent(int from, int to, String reason, byte[] frame);

        void alarm(int region, String code, String text);

        /** A way was taken that is not always taken. */
        void met(String what);
    }

    private static final class Conversation {
        final Client client;

        @Nullable
        Consumer<String> waiting;

        Conversation(Client client) {
            this.client = client;
        }
    }

    final int region;
    final SimulatedDisk disk = new SimulatedDisk();
    private final World world;
    private final SplittableRandom random;
    private final Placement placement;
    private final Observer observer;
    private final boolean syncEachTurn;
    private final boolean calm;
    private final Figures figures;
    private @Nullable SimulatedNetwork network;
    private @Nullable Kernel kernel;
    private final Map<Client, Conversation> conversations = new LinkedHashMap<>();
    private final List<Conversation> told = new ArrayList<>();
    private final List<Runnable> leaving = new ArrayList<>();
    private int runs;
    private long clientIds;
    private final int[] connections;
    private boolean inTurn;
    private boolean paused;
    private final List<Runnable> heldByPause = new ArrayList<>();

    /** Added to the true time for the wall clock, in ms. */
    long wallOffsetMs;

    /** Added to the true time for the monotonic clock: it starts anywhere. */
    private long monotonicOffsetNs;

    /** A node that does not run yet. Without noise each event is a turn of its own and every link takes everything. */
    SimulatedNode(int region, World world, Placement placement, Deployment deployment, Observer observer) {
        this.calm = !deployment.noisy();
        this.figures = deployment.figures();
        this.region = region;
        this.world = world;
        this.random = world.fork();
        this.placement = placement;
        this.syncEachTurn = deployment.durable();
        this.observer = observer;
        this.connections = new int[placement.regions().size()];
    }

    void join(SimulatedNetwork network) {
        this.network = network;
    }

    // ---- life ----

    void start() {
        runs++;
        monotonicOffsetNs = 1 + random.nextLong(1L << 40);
        Kernel starting = new Kernel(figures.options(placement, random.nextLong() | 1, random.nextLong()), this);
        disk.recover(starting);
        kernel = starting;
        int run = runs;
        tick(run);
        syncs(run);
    }

    private void tick(int run) {
        if (run == runs && kernel != null) {
            event(k -> {});
            world.in(TICK_NS, () -> tick(run));
        }
    }

    private void syncs(int run) {
        if (run == runs && kernel != null) {
            disk.sync();
            if (calm || random.nextInt(3) == 0) {
                disk.rest();
            }
            world.in(1_000_000_000L, () -> syncs(run));
        }
    }

    /** The process ends at once; what the operating system has stays. */
    void kill() {
        disk.loseMemory();
        kernel = null;
        runs++;
        inTurn = false;
        paused = false;
        heldByPause.clear();
        leaving.clear();
        told.clear();
        for (Conversation c : List.copyOf(conversations.values())) {
            Consumer<String> waiting = c.waiting;
            c.waiting = null;
            if (waiting != null) {
                waiting.accept("-UNKNOWN connection lost\r\n");
            }
        }
        conversations.clear();
    }

    @Override
    public boolean running() {
        return kernel != null;
    }

    Kernel kernel() {
        Kernel k = kernel;
        if (k == null) {
            throw new IllegalStateException("region " + region + " does not run");
        }
        return k;
    }

    /** Whether the member is in the set, or the set's group is only being filled. */
    boolean has(String key, String member) {
        var found = kernel().keyspace().find(key.getBytes(StandardCharsets.ISO_8859_1));
        var dataset = placement.datasetOf(key.getBytes(StandardCharsets.ISO_8859_1));
        if (kernel().groups()[dataset.group()].incomplete()) {
            return true;
        }
        var members = found == null ? null : found.collection();
        boolean[] is = new boolean[1];
        if (members != null) {
            members.forEach(cell -> is[0] |= new String(cell.id(), StandardCharsets.ISO_8859_1).equals(member));
        }
        return is[0];
    }

    /** Takes bytes for a frame of the peer's. They are refused, or are one; nothing else may come of it (X2). */
    void nonsense(int peer, byte[] bytes) {
        event(k -> {
            try {
                k.frame(peer, bytes, 0, bytes.length);
            } catch (MalformedBytesException refused) {
                world.note(1);
            } catch (RuntimeException e) {
                throw new World.Violation("X2", "region " + region + " takes nonsense of " + peer + " for more: " + e);
            }
        });
    }

    /** Stops the node's thread; what happens meanwhile waits. */
    void pause() {
        paused = true;
    }

    void resume() {
        paused = false;
        List<Runnable> held = List.copyOf(heldByPause);
        heldByPause.clear();
        held.forEach(Runnable::run);
    }

    private void event(Consumer<Kernel> event) {
        if (paused) {
            int run = runs;
            heldByPause.add(() -> {
                if (run == runs) {
                    event(event);
                }
            });
            return;
        }
        Kernel k = kernel;
        if (k == null) {
            return;
        }
        if (!inTurn) {
            inTurn = true;
            k.turnBegins(wallMs(), world.nowNs() + monotonicOffsetNs);
            k.durable(disk.durable());
        }
        event.accept(k);
        // Some events share a turn with those that follow within the same instant.
        if (calm || random.nextInt(4) != 0) {
            endTurn(k);
        } else {
            int run = runs;
            world.in(random.nextLong(200_000L), () -> {
                if (run == runs && inTurn && !paused) {
                    endTurn(k);
                }
            });
        }
    }

    private void endTurn(Kernel k) {
        k.turnEnds();
        inTurn = false;
        if (syncEachTurn) {
            disk.sync();
        }
        if (!told.isEmpty()) {
            List<Conversation> answered = List.copyOf(told);
            told.clear();
            answered.forEach(this::flushReply);
        }
        if (!leaving.isEmpty()) {
            List<Runnable> frames = List.copyOf(leaving);
            leaving.clear();
            frames.forEach(Runnable::run);
        }
    }

    private long wallMs() {
        return 1_700_000_000_000L + world.nowMs() + wallOffsetMs;
    }

    // ---- clients ----

    /** Connects a client; null when the node does not run. */
    @Nullable
    Client connect() {
        if (kernel == null) {
            return null;
        }
        Client client = new Client(++clientIds, "127.0.0.1:1", "127.0.0.1:2");
        conversations.put(client, new Conversation(client));
        event(k -> k.connected(client));
        return client;
    }

    void disconnect(Client client) {
        if (conversations.remove(client) != null) {
            event(k -> k.disconnected(client));
        }
    }

    /** Sends one command; {@code answer} gets its RESP reply, once. */
    void command(Client client, Consumer<String> answer, String... words) {
        Conversation c = conversations.get(client);
        if (c == null) {
            answer.accept("-UNKNOWN connection lost\r\n");
            return;
        }
        if (c.waiting != null) {
            throw new IllegalStateException("the client waits for an answer already");
        }
        c.waiting = answer;
        byte[][] bytes = new byte[words.length][];
        for (int i = 0; i < words.length; i++) {
            bytes[i] = words[i].getBytes(StandardCharsets.ISO_8859_1);
        }
        Args args = Args.of(bytes);
        event(k -> {
            if (conversations.containsKey(client)) {
                k.command(client, args);
                told.add(c);
            }
        });
    }

    private void flushReply(Conversation c) {
        if (c.client.blocked || c.client.out.size() == 0) {
            return;
        }
        String reply = new String(
                c.client.out.buffer(), c.client.out.readIndex(), c.client.out.size(), StandardCharsets.ISO_8859_1);
        c.client.out.clear();
        Consumer<String> waiting = c.waiting;
        c.waiting = null;
        if (waiting != null) {
            world.note(reply.hashCode());
            waiting.accept(reply);
        }
    }

    // ---- effects ----

    @Override
    public void append(long lsn, byte[] bytes, int offset, int length) {
        disk.append(lsn, bytes, offset, length);
        observer.appended(region, bytes, offset, length, lsn);
        world.note(lsn);
    }

    @Override
    public void checkpoint(byte[] rows, int length, byte[] meta, long lsn, boolean toRest) {
        int run = runs;
        world.in(calm ? 1_000_000L : 1_000_000L + random.nextLong(100_000_000L), () -> {
            if (run == runs) {
                disk.checkpoint(rows, length, meta, lsn);
                if (toRest) {
                    disk.rest();
                }
                event(k -> k.checkpointDone(true));
            }
        });
    }

    @Override
    public void trimLog(long lsn) {
        long before = disk.start();
        long start = disk.trim(lsn);
        if (start > before) {
            observer.met("log trimmed");
        }
        int run = runs;
        world.in(1_000L, () -> {
            if (run == runs) {
                event(k -> k.logTrimmed(start));
            }
        });
    }

    @Override
    public void readLog(long ticket, long lsn, int bytesMax) {
        observer.met("log read from disk");
        int run = runs;
        world.in(100_000L + random.nextLong(5_000_000L), () -> {
            if (run == runs) {
                byte[] bytes = lsn < disk.start() ? new byte[0] : disk.read(lsn, bytesMax);
                event(k -> k.logRead(ticket, bytes, bytes.length));
            }
        });
    }

    @Override
    public boolean send(int peer, int urgency, String reason, byte[] frame, int offset, int length) {
        byte[] copy = java.util.Arrays.copyOfRange(frame, offset, offset + length);
        observer.sent(region, peer, reason, copy);
        // Leaves when the turn has ended, as the server's frames do.
        SimulatedNetwork n = network;
        if (n != null) {
            int connection = connections[peer];
            leaving.add(() -> n.send(region, peer, urgency, copy, connection));
        }
        if (!calm && urgency >= RECORDS && random.nextInt(10) == 0) {
            int run = runs;
            world.in(random.nextLong(20_000_000L), () -> {
                if (run == runs) {
                    event(k -> k.peerWritable(peer));
                }
            });
            return false;
        }
        return true;
    }

    @Override
    public void flush(Client client) {
        Conversation c = conversations.get(client);
        if (c != null) {
            told.add(c);
        }
    }

    @Override
    public void resume(Client client) {}

    @Override
    public void close(Client client) {}

    @Override
    public void alarm(String code, String text) {
        observer.alarm(region, code, text);
    }

    @Override
    public void defect(String where, RuntimeException cause) {
        throw new IllegalStateException("defect in " + where, cause);
    }

    // ---- links ----

    @Override
    public void peerUp(int peer, int connection) {
        event(k -> {
            connections[peer] = connection;
            k.peerUp(peer);
        });
    }

    @Override
    public void peerDown(int peer) {
        event(k -> k.peerDown(peer));
    }

    @Override
    public void frame(int peer, byte[] frame) {
        event(k -> {
            try {
                k.frame(peer, frame, 0, frame.length);
            } catch (MalformedBytesException e) {
                throw new World.Violation(
                        "X2", "region " + region + " refuses a frame of " + peer + ": " + e.getMessage());
            }
        });
    }
}
