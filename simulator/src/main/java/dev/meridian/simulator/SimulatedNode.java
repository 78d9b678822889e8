package dev.meridian.simulator;

import dev.meridian.kernel.Effects;
import dev.meridian.kernel.Kernel;
import dev.meridian.kernel.bytes.MalformedBytesException;
import dev.meridian.kernel.command.Client;
import dev.meridian.kernel.placement.Placement;
import dev.meridian.store.KernelStore;
import dev.meridian.store.StoreCorruptException;
import dev.meridian.store.StoreException;
import dev.meridian.store.StoreFullException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One region's node in the simulated world: the kernel that ships, on a simulated disk, clock and network, hosted as the
 * server hosts it. Each event is a turn, or several share one.
 */
final class SimulatedNode implements Effects, SimulatedNetwork.Endpoint {
    private static final int NO_CONNECTION = -1;

    final int region;
    final SimulatedDisk disk;
    final SimulatedClocks clocks;
    final Kept kept;
    private final World world;
    private final SplittableRandom random;
    private final Placement placement;
    private final NodeObserver observer;
    private final boolean syncEachTurn;
    private final boolean calm;
    private final Figures figures;
    private @Nullable SimulatedNetwork network;

    /** Of the configuration file that it starts with. */
    long fingerprint = Figures.FINGERPRINT;

    private @Nullable SimulatedControl control;
    private @Nullable Kernel kernel;
    private FlowControl flow;
    private final Conversations conversations;
    private final List<Runnable> leaving = new ArrayList<>();
    private @Nullable KernelStore store;
    private Consumer<String> whenStopped = why -> {};
    private int runs;
    private long clientIds;
    private final int[] connections;
    private boolean inTurn;
    private Standstill standstill = new Standstill();
    private boolean outputWaits;
    private boolean syncing;
    private long turnWallMs;

    /** When the last fsync began that succeeded: what was appended before it survives the loss of power. */
    long syncedNs;

    /** A node that does not run yet. Without noise each event is a turn of its own and every link takes everything. */
    SimulatedNode(int region, World world, Placement placement, Deployment deployment, NodeObserver observer) {
        this.calm = !deployment.noisy();
        this.figures = deployment.figures();
        this.region = region;
        this.kept = new Kept(placement.self(), deployment.durable());
        this.world = world;
        this.clocks = new SimulatedClocks(world);
        this.conversations = new Conversations(world, this::event);
        this.random = world.fork();
        this.disk = new SimulatedDisk(figures.segmentBytes());
        this.placement = placement;
        this.syncEachTurn = deployment.durable();
        this.observer = observer;
        this.connections = new int[placement.regions().size()];
        this.flow = flow();
    }

    private FlowControl flow() {
        IntConsumer later = peer -> in(random.nextLong(20_000_000L), () -> peerWritable(peer));
        return new FlowControl(world, placement.self(), connections.length, calm ? null : random, later);
    }

    void join(SimulatedNetwork network, SimulatedControl control) {
        this.network = network;
        this.control = control;
    }

    // ---- life ----

    /** Told why, when the process ends by itself. */
    void whenStopped(Consumer<String> told) {
        whenStopped = told;
    }

    /** Starts the process. Answers why it ended at once, or null while it runs. */
    @Nullable
    String start() {
        runs++;
        flow = flow();
        clocks.start(1 + random.nextLong(1L << 40));
        Kernel starting =
                new Kernel(figures.options(placement, random.nextLong() | 1, random.nextLong(), fingerprint), this);
        try {
            KernelStore opened = new KernelStore(
                    disk.open(placement.self(), new UUID(random.nextLong(), random.nextLong())), syncEachTurn);
            opened.recover(starting);
            if (kept.mayLack(disk)) {
                observer.lost(region);
            }
            kept.check(starting, disk);
            store = opened;
        } catch (StoreException | UncheckedIOException e) {
            disk.loseMemory();
            if (e instanceof StoreCorruptException && !disk.damaged()) {
                throw new World.Violation("D3", "region " + region + " cannot start on a sound disk: " + e);
            }
            return String.valueOf(e.getMessage());
        } catch (SimulatedDisk.Crash e) {
            disk.loseMemory();
            return "killed while it started";
        }
        disk.takeStalledNs();
        kernel = starting;
        syncedNs = world.nowNs();
        in(1_000_000_000L, this::syncs);
        tick();
        watchSpace();
        Objects.requireNonNull(control).started(region);
        return null;
    }

    private void tick() {
        in(figures.tickMs() * 1_000_000L, this::tick);
        event(k -> {});
    }

    private void syncs() {
        int run = runs;
        onDisk(s -> {
            sync(s);
            if (calm || random.nextInt(3) == 0) {
                disk.rest();
            }
            return null;
        });
        if (run == runs) {
            in(1_000_000_000L + disk.takeStalledNs(), this::syncs);
        }
    }

    private void sync(KernelStore s) {
        long beganNs = world.nowNs();
        s.sync();
        syncedNs = beganNs;
    }

    private void watchSpace() {
        KernelStore s = store;
        if (s != null) {
            String refusal = s.refusal(placement.self());
            in(1_000_000_000L, this::watchSpace);
            event(k -> k.refuseWrites(refusal));
        }
    }

    /** Does it after so long, if the process still runs then. */
    private void in(long ns, Runnable task) {
        int run = runs;
        world.in(ns, () -> {
            if (run == runs) {
                task.run();
            }
        });
    }

    /** Something that another thread of the process does on the disk. */
    private interface DiskWork {
        KernelStore.@Nullable Answer on(KernelStore store) throws IOException;
    }

    /** Does it at once; what it answers comes to the kernel after the time that the disk took. */
    private void onDisk(DiskWork work) {
        KernelStore s = Objects.requireNonNull(store);
        KernelStore.Answer answer;
        try {
            answer = work.on(s);
        } catch (StoreException | IOException e) {
            stop("stopped: " + e.getClass().getSimpleName());
            return;
        } catch (SimulatedDisk.Crash e) {
            stop("killed at a step of its work on the disk");
            return;
        }
        if (answer != null) {
            if (answer.hindrance() != null) {
                observer.met(answer.hindrance().getClass().getSimpleName() + " told to the kernel");
            }
            in(answer.afterMs() * 1_000_000 + disk.takeStalledNs(), () -> event(answer.event()));
        }
    }

    /** The process ends by itself. */
    private void stop(String why) {
        if (kernel != null) {
            kill();
            observer.met(why);
            whenStopped.accept(why);
        }
    }

    /** The process ends at once; what the operating system has stays. */
    void kill() {
        if (kernel != null) {
            kept.promise(kernel, disk);
        }
        disk.loseMemory();
        kernel = null;
        store = null;
        runs++;
        inTurn = false;
        standstill = new Standstill();
        outputWaits = false;
        syncing = false;
        leaving.clear();
        conversations.end();
    }

    @Override
    public boolean running() {
        return kernel != null;
    }

    /** Another after every end and start of the process. */
    int run() {
        return runs;
    }

    /** It runs, and does not stand still. */
    boolean works() {
        return running() && !standstill.stands();
    }

    Kernel kernel() {
        Kernel k = kernel;
        if (k == null) {
            throw new IllegalStateException("region " + region + " does not run");
        }
        return k;
    }

    /** Takes bytes for a frame of the peer's. They are refused, or are one; nothing else may come of it (X2). */
    void nonsense(int peer, byte[] bytes) {
        event(k -> {
            try {
                if (refusal(k, peer, bytes) != null) {
                    world.note(1);
                }
            } catch (World.Violation broken) {
                throw broken;
            } catch (RuntimeException e) {
                throw new World.Violation("X2", "region " + region + " takes nonsense of " + peer + " for more: " + e);
            }
        });
    }

    /** What stops this run's thread. */
    Standstill standstill() {
        return standstill;
    }

    /** Stops the machine, its monotonic clock included. */
    void suspend() {
        clocks.suspend();
        standstill.pause();
    }

    void resume() {
        clocks.resume();
        standstill.resume();
        goOn();
    }

    private void goOn() {
        if (standstill.stands()) {
            return;
        }
        if (outputWaits) {
            outputWaits = false;
            release();
        }
        standstill.release().forEach(Runnable::run);
    }

    /** Something for the kernel, which it takes when it does not stand still. */
    void event(Consumer<Kernel> event) {
        if (standstill.stands()) {
            int run = runs;
            standstill.hold(() -> {
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
        try {
            if (!inTurn) {
                inTurn = true;
                turnWallMs = clocks.wallMs();
                k.turnBegins(turnWallMs, clocks.monotonicNs());
                k.durable(Objects.requireNonNull(store).durableLsn());
            }
            event.accept(k);
        } catch (SimulatedDisk.Crash e) {
            stop("killed within a turn");
            return;
        }
        // Some events share a turn with those that follow within the same instant.
        if (calm || random.nextInt(4) != 0) {
            endTurn(k);
        } else {
            endTurnIn(random.nextLong(200_000L), k);
        }
    }

    private void endTurnIn(long ns, Kernel k) {
        in(ns, () -> endOpenTurn(k));
    }

    /** Once the node does not stand still: else nothing would end the turn, and the node would never make another. */
    private void endOpenTurn(Kernel k) {
        if (inTurn && standstill.stands()) {
            standstill.hold(() -> endOpenTurn(k));
        } else if (inTurn) {
            endTurn(k);
        }
    }

    private void endTurn(Kernel k) {
        try {
            k.turnEnds();
        } catch (StoreFullException e) {
            observer.met("turn held for want of room");
            // What the attempt took passes here: attempts must not add up to a stall of minutes for the one that
            // succeeds.
            endTurnIn(KernelStore.ROOM_AWAITED_MS * 1_000_000 + disk.takeStalledNs(), k);
            return;
        } catch (StoreException e) {
            stop("stopped: " + e.getClass().getSimpleName());
            return;
        } catch (SimulatedDisk.Crash e) {
            stop("killed at the end of a turn");
            return;
        }
        inTurn = false;
        outputWaits = true;
        long stalledNs = disk.takeStalledNs();
        if (stalledNs > 0) {
            standstill.stalled();
            in(stalledNs, () -> {
                standstill.stallEnds();
                goOn();
            });
        }
        if (standstill.turnEnds()) {
            observer.met("paused before its replies");
        }
        goOn();
    }

    /** What a turn tells of itself leaves the node. */
    private void release() {
        kept.answered(kernel().log().drained());
        if (!kernel().mayAnswer(clocks.wallMs(), clocks.monotonicNs())) {
            observer.met("stood still longer than its lease");
            leaving.clear();
            // After what waited during the pause, of the same connections: nothing of this node reaches them any more.
            Arrays.fill(connections, NO_CONNECTION);
            world.in(0, () -> Objects.requireNonNull(network).breakOff(region));
            conversations.breakOff().forEach(client -> event(k -> k.disconnected(client)));
            return;
        }
        try {
            conversations.flush();
            List<Runnable> frames = List.copyOf(leaving);
            leaving.clear();
            for (Runnable frame : frames) {
                disk.step();
                frame.run();
            }
        } catch (SimulatedDisk.Crash e) {
            stop("killed between its replies and frames");
        }
    }

    // ---- clients ----

    /** Connects a client, who leaves each reply unread for so long; null when the node does not run. */
    @Nullable
    Client connect(long readsAfterNs) {
        if (kernel == null) {
            return null;
        }
        Client client = new Client(++clientIds, "127.0.0.1:1", "127.0.0.1:2");
        conversations.open(client, readsAfterNs);
        event(k -> k.connected(client));
        return client;
    }

    Conversations conversations() {
        return conversations;
    }

    // ---- effects ----

    @Override
    public void append(long lsn, byte[] bytes, int offset, int length) {
        disk.step();
        KernelStore s = Objects.requireNonNull(store);
        s.append(lsn, bytes, offset, length);
        if (syncEachTurn) {
            syncedNs = world.nowNs();
        }
        observer.appended(region, bytes, offset, length, turnWallMs);
        world.note(lsn);
        disk.step();
    }

    @Override
    public void syncSoon() {
        if (!syncing) {
            syncing = true;
            in(calm ? 100_000L : 100_000L + random.nextLong(3_000_000L), () -> {
                syncing = false;
                onDisk(s -> {
                    sync(s);
                    return new KernelStore.Answer(k -> {}, 0, null);
                });
            });
        }
    }

    @Override
    public void checkpoint(byte[] rows, int length, byte[] meta, long lsn, boolean toRest) {
        in(
                calm ? 1_000_000L : 1_000_000L + random.nextLong(100_000_000L),
                () -> onDisk(s -> s.checkpoint(rows, length, meta, lsn, toRest)));
    }

    @Override
    public void trimLog(long lsn) {
        in(
                1_000L,
                () -> onDisk(s -> {
                    long before = disk.logStart();
                    KernelStore.Answer answer = s.trim(lsn);
                    if (disk.logStart() > before) {
                        observer.met("log trimmed");
                    }
                    return answer;
                }));
    }

    @Override
    public void readLog(long ticket, long lsn, int bytesMax) {
        observer.met("log read from disk");
        in(100_000L + random.nextLong(5_000_000L), () -> onDisk(s -> s.read(ticket, lsn, bytesMax)));
    }

    @Override
    public boolean send(int peer, int urgency, String reason, byte[] frame, int offset, int length) {
        byte[] copy = Arrays.copyOfRange(frame, offset, offset + length);
        observer.sent(region, peer, reason, copy);
        flow.sends(peer, urgency, copy);
        // Leaves when the turn has ended, as the server's frames do.
        SimulatedNetwork n = network;
        if (n != null) {
            int connection = connections[peer];
            leaving.add(() -> n.send(region, peer, urgency, copy, connection));
        }
        return urgency < RECORDS || n == null || flow.takesMore(peer, n.writable(region, peer));
    }

    @Override
    public void propose(long ticket, byte[] entry) {
        int run = runs;
        Consumer<byte @Nullable []> answer = outcome -> {
            if (run == runs) {
                event(k -> k.controlAnswered(ticket, outcome));
            }
        };
        leaving.add(() -> Objects.requireNonNull(control).propose(region, entry, answer));
    }

    @Override
    public void flush(Client client) {
        conversations.written(client);
    }

    @Override
    public void resume(Client client) {}

    @Override
    public void close(Client client) {
        in(0, () -> {
            conversations.cut(client);
            conversations.disconnect(client);
        });
    }

    @Override
    public void alarm(String code, String text) {
        observer.alarm(region, code, text);
    }

    @Override
    public void event(String name, SequencedMap<String, String> details) {
        observer.happened(region, name, details);
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
            flow.connected(peer);
            k.peerUp(peer);
        });
    }

    @Override
    public void peerDown(int peer) {
        event(k -> k.peerDown(peer));
    }

    @Override
    public void peerWritable(int peer) {
        event(k -> {
            flow.writable(peer);
            k.peerWritable(peer);
        });
    }

    @Override
    public boolean again(int peer, byte[] frame) {
        boolean[] refused = new boolean[1];
        event(k -> refused[0] = refusal(k, peer, frame) != null);
        return !refused[0];
    }

    private static @Nullable String refusal(Kernel k, int peer, byte[] frame) {
        try {
            k.frame(peer, frame, 0, frame.length);
            return null;
        } catch (MalformedBytesException e) {
            return String.valueOf(e.getMessage());
        }
    }

    @Override
    public void frame(int peer, byte[] frame, boolean sameFile) {
        event(k -> {
            String refusal = refusal(k, peer, frame);
            if (refusal != null && !sameFile) {
                Objects.requireNonNull(network).disconnect(peer, region);
            } else if (refusal != null) {
                throw new World.Violation("X2", "region " + region + " refuses a frame of " + peer + ": " + refusal);
            } else if (!sameFile) {
                throw new World.Violation(
                        "G2", "region " + region + " takes a frame of " + peer + ", which runs another file");
            }
        });
    }

    @Override
    public long file() {
        return fingerprint;
    }
}
