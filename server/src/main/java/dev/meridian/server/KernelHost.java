package dev.meridian.server;

import dev.meridian.kernel.Effects;
import dev.meridian.kernel.Kernel;
import dev.meridian.kernel.command.Args;
import dev.meridian.kernel.command.Client;
import dev.meridian.kernel.command.ReplyWriter;
import dev.meridian.server.admin.EventLog;
import dev.meridian.server.admin.NodeView;
import dev.meridian.server.admin.Watch;
import dev.meridian.server.consensus.ControlGroup;
import dev.meridian.server.link.Links;
import dev.meridian.server.metrics.HostMeter;
import dev.meridian.server.redis.KernelLoop;
import dev.meridian.server.redis.RespHandler;
import dev.meridian.server.redis.RespServer;
import dev.meridian.store.KernelStore;
import dev.meridian.store.RecoveryReport;
import dev.meridian.store.RegionStore;
import dev.meridian.store.StoreException;
import dev.meridian.store.StoreFullException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drives one kernel: reads the clocks once a turn, hands it commands, frames and answers of the disk on its one thread,
 * and carries its effects out in the order that {@link Effects} asks for.
 */
final class KernelHost implements Effects, RespHandler, Links.Receiver, NodeView {
    private static final Logger LOG = LoggerFactory.getLogger(KernelHost.class);
    private static final long TICK_MS = 5;
    private static final Replies NONE = new Replies() {
        @Override
        public void flush() {}

        @Override
        public void drop() {}
    };
    private static final long ALARM_REPEAT_NS = 10_000_000_000L;

    private final Kernel kernel;
    private final KernelStore kernelStore;
    private final KernelLoop loop;
    private final boolean syncEachTurn;
    private final ExecutorService disk = Executors.newSingleThreadExecutor(task -> new Thread(task, "checkpoints"));
    private final ExecutorService reads = Executors.newSingleThreadExecutor(task -> new Thread(task, "log-reads"));
    private final ScheduledExecutorService syncs =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "log-sync"));
    private static final byte[] UNCERTAIN =
            "-UNCERTAIN this node stood still: what was asked may or may not be done\r\n"
                    .getBytes(StandardCharsets.US_ASCII);

    private final List<Replies> heldReplies = new ArrayList<>();
    /** They leave when the turn that made them has ended. */
    private final List<Runnable> proposals = new ArrayList<>();

    /** What commands over HTTP are told, once the turn is over. */
    private final List<Replies> answersOfTurn = new ArrayList<>();

    private boolean awaitingRoom;
    private boolean syncing;
    private final Map<String, Long> alarmedNs = new HashMap<>();
    private @Nullable RespServer resp;
    private @Nullable Links links;
    private volatile @Nullable ControlGroup control;
    private boolean inTurn;
    private long turnBeganNs;
    private long clientIds;
    private volatile boolean stopping;
    private volatile @Nullable String failure;
    private volatile @Nullable String writesRefused;
    private volatile Phase phase = Phase.STARTING;
    private volatile long lastTurnNs;
    private final DiskMeter diskMeter;
    private final Watch watch;
    private final EventLog events;
    private final HostMeter meter = new HostMeter();

    /** @param syncEachTurn durability always: replies and frames leave only after their records are durable */
    KernelHost(
            Function<Effects, Kernel> kernel,
            RegionStore store,
            Path dataDirectory,
            KernelLoop loop,
            boolean syncEachTurn,
            Watch watch,
            EventLog events) {
        this.kernelStore = new KernelStore(store, syncEachTurn);
        this.diskMeter = new DiskMeter(store, dataDirectory);
        this.loop = loop;
        this.syncEachTurn = syncEachTurn;
        this.watch = watch;
        this.events = events;
        this.kernel = kernel.apply(this);
    }

    Kernel kernel() {
        return kernel;
    }

    /** Which data cannot be served yet; null when all can. From any thread. */
    @Nullable
    String filling() {
        return watch.filling();
    }

    HostMeter meter() {
        return meter;
    }

    /** Hands back to the kernel what the store holds. Before {@link #start}. */
    RecoveryReport recover() {
        return kernelStore.recover(kernel);
    }

    /** From now on turns are made. */
    void start(RespServer resp, Links links) {
        this.resp = resp;
        this.links = links;
        loop.execute(this::tick);
        if (!syncEachTurn) {
            syncs.scheduleWithFixedDelay(this::sync, 1, 1, TimeUnit.SECONDS);
        }
        // Not on the thread that syncs: whoever waits for a sync must not wait while files are counted.
        syncs.scheduleWithFixedDelay(() -> reads.execute(this::watchSpace), 0, 1, TimeUnit.SECONDS);
    }

    /** From now on decisions are asked for here. */
    void join(@Nullable ControlGroup group) {
        control = group;
    }

    /** Something for the kernel, in a turn. From any thread. */
    void event(Consumer<Kernel> event) {
        loop.execute(() -> {
            begin();
            event.accept(kernel);
        });
    }

    @Override
    public ControlGroup.@Nullable View control() {
        ControlGroup group = control;
        return group == null ? null : group.view();
    }

    @Override
    public <T> CompletableFuture<T> ask(Function<Kernel, T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        loop.execute(() -> {
            try {
                begin();
                answer.complete(question.apply(kernel));
            } catch (RuntimeException e) {
                answer.completeExceptionally(e);
            }
        });
        return answer;
    }

    @Override
    public CompletableFuture<byte[]> command(Args command) {
        CompletableFuture<byte[]> answer = new CompletableFuture<>();
        loop.execute(() -> {
            begin();
            Client client = new Client(0, "http", "http");
            client.authenticated = true;
            client.out.protocol(3);
            Runnable told = () -> {
                ReplyWriter out = client.out;
                byte[] reply = Arrays.copyOfRange(out.buffer(), out.readIndex(), out.readIndex() + out.size());
                answersOfTurn.add(new Replies() {
                    @Override
                    public void flush() {
                        answer.complete(reply);
                    }

                    @Override
                    public void drop() {
                        answer.complete(UNCERTAIN.clone());
                    }
                });
            };
            client.whenFinished = told;
            kernel.command(client, command);
            if (!client.blocked) {
                told.run();
            }
        });
        return answer;
    }

    // ---- what the HTTP door sees ----

    @Override
    public Phase phase() {
        return phase;
    }

    @Override
    public long lastTurnNs() {
        return lastTurnNs;
    }

    @Override
    public @Nullable String refusal() {
        String failed = failure;
        return failed != null ? failed : writesRefused;
    }

    @Override
    public @Nullable DiskFigures disk() {
        return diskMeter.figures();
    }

    // ---- turns ----

    private void begin() {
        if (!inTurn) {
            open();
            RespServer server = resp;
            if (server != null) {
                server.scheduleTurnEnd();
            }
        }
    }

    private void open() {
        inTurn = true;
        turnBeganNs = System.nanoTime();
        kernel.turnBegins(System.currentTimeMillis(), turnBeganNs);
        kernel.durable(kernelStore.durableLsn());
    }

    private void tick() {
        if (!stopping) {
            begin();
            lastTurnNs = turnBeganNs;
            phase = Phase.SERVING;
            watch.turn(kernel);
            loop.schedule(this::tick, TICK_MS);
        }
    }

    @Override
    public void turnEnd(Replies replies) {
        if (failure != null) {
            return;
        }
        if (!inTurn) {
            // Output alone brought this end about; were another asked for here, each end would bring about the next.
            open();
        }
        try {
            kernel.turnEnds();
        } catch (StoreFullException e) {
            awaitRoom(replies, e);
            return;
        } catch (StoreException e) {
            fail("the log cannot be written", e);
            return;
        } catch (RuntimeException e) {
            fail("a defect in the kernel", e);
            return;
        }
        inTurn = false;
        meter.turn(System.nanoTime() - turnBeganNs);
        heldReplies.add(replies);
        boolean mayAnswer = kernel.mayAnswer(System.currentTimeMillis(), System.nanoTime());
        if (!mayAnswer) {
            LOG.warn("this node stood still for longer than its lease as primary: it drops what it was about to tell");
            events.publish("stood_still", Map.of());
        }
        heldReplies.forEach(mayAnswer ? Replies::flush : Replies::drop);
        heldReplies.clear();
        answersOfTurn.forEach(mayAnswer ? Replies::flush : Replies::drop);
        answersOfTurn.clear();
        if (!proposals.isEmpty()) {
            proposals.forEach(Runnable::run);
            proposals.clear();
        }
        Links out = links;
        if (out != null && mayAnswer) {
            out.turnEnded();
        } else if (out != null) {
            out.breakOff();
        }
    }

    /** The turn goes on, and nothing of it leaves, until the log has room for its records. */
    private void awaitRoom(Replies replies, StoreFullException full) {
        if (heldReplies.isEmpty()) {
            LOG.warn("nothing leaves this node until the log has room: {}", full.getMessage());
        }
        heldReplies.add(replies);
        if (!awaitingRoom) {
            awaitingRoom = true;
            loop.schedule(
                    () -> {
                        awaitingRoom = false;
                        turnEnd(NONE);
                    },
                    KernelStore.ROOM_AWAITED_MS);
        }
    }

    /** Nothing more is acknowledged: what was not durable must not look as if it were. */
    private void fail(String what, Throwable cause) {
        if (failure == null) {
            failure = what + ": " + cause.getMessage();
            LOG.error("{}; this node acknowledges nothing more and stops", failure, cause);
            Thread.ofPlatform().name("halt").start(() -> Runtime.getRuntime().halt(70));
        }
    }

    private void sync() {
        try {
            kernelStore.sync();
        } catch (StoreException e) {
            fail("the log cannot be made durable", e);
        }
    }

    private void watchSpace() {
        diskMeter.measure();
        String refusal = kernelStore.refusal(kernel.placement().self());
        if (!Objects.equals(refusal, writesRefused)) {
            events.publish(
                    refusal == null ? "writes_accepted" : "writes_refused",
                    refusal == null ? Map.of() : Map.of("reason", refusal));
        }
        writesRefused = refusal;
        loop.execute(() -> {
            begin();
            kernel.memoryUsed(
                    Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
            kernel.refuseWrites(refusal);
        });
    }

    // ---- events: clients ----

    @Override
    public Client connected(InetSocketAddress remote, InetSocketAddress local) {
        begin();
        Client client = new Client(
                ++clientIds,
                remote.getAddress().getHostAddress() + ":" + remote.getPort(),
                local.getAddress().getHostAddress() + ":" + local.getPort());
        kernel.connected(client);
        return client;
    }

    @Override
    public void command(Client client, Args args) {
        begin();
        kernel.command(client, args);
    }

    @Override
    public void disconnected(Client client) {
        begin();
        kernel.disconnected(client);
    }

    // ---- events: links ----

    @Override
    public void peerUp(int peer) {
        begin();
        String region = kernel.placement().regions().get(peer);
        LOG.info("link with {} is up", region);
        events.publish("link_up", Map.of("peer", region));
        kernel.peerUp(peer);
    }

    @Override
    public void peerDown(int peer) {
        begin();
        String region = kernel.placement().regions().get(peer);
        LOG.info("link with {} is down", region);
        events.publish("link_down", Map.of("peer", region));
        kernel.peerDown(peer);
    }

    @Override
    public void peerWritable(int peer) {
        begin();
        kernel.peerWritable(peer);
    }

    @Override
    public void frame(int peer, byte[] bytes, int offset, int length) {
        begin();
        kernel.frame(peer, bytes, offset, length);
    }

    // ---- effects ----

    @Override
    public void append(long lsn, byte[] bytes, int offset, int length) {
        kernelStore.append(lsn, bytes, offset, length);
    }

    @Override
    public void syncSoon() {
        if (!syncing) {
            syncing = true;
            inBackground(syncs, () -> {
                sync();
                loop.execute(() -> {
                    syncing = false;
                    begin();
                });
            });
        }
    }

    @Override
    public void checkpoint(byte[] rows, int length, byte[] meta, long lsn, boolean toRest) {
        inBackground(disk, () -> {
            long beganNs = System.nanoTime();
            KernelStore.Answer answer;
            try {
                answer = kernelStore.checkpoint(rows, length, meta, lsn, toRest);
            } catch (RuntimeException e) {
                fail("rows cannot come to rest", e);
                return;
            }
            if (answer.hindrance() == null) {
                meter.checkpoint(System.nanoTime() - beganNs);
            } else {
                LOG.warn(
                        "rows cannot come to rest, the log keeps them: {}",
                        answer.hindrance().getMessage());
                meter.checkpointFailed();
                events.publish("checkpoint_failed", Map.of("reason", "the disk is full"));
            }
            tell(answer);
        });
    }

    private void tell(KernelStore.Answer answer) {
        Runnable event = () -> {
            begin();
            answer.event().accept(kernel);
        };
        if (answer.afterMs() == 0) {
            loop.execute(event);
        } else {
            loop.schedule(event, answer.afterMs());
        }
    }

    @Override
    public void trimLog(long lsn) {
        inBackground(disk, () -> {
            try {
                tell(kernelStore.trim(lsn));
            } catch (StoreException e) {
                fail("the log cannot be trimmed", e);
            }
        });
    }

    @Override
    public void readLog(long ticket, long lsn, int bytesMax) {
        inBackground(reads, () -> {
            try {
                KernelStore.Answer answer = kernelStore.read(ticket, lsn, bytesMax);
                if (answer.hindrance() != null) {
                    LOG.warn(
                            "a region is sent rows instead of a part of the log: {}",
                            answer.hindrance().getMessage());
                }
                tell(answer);
            } catch (StoreException e) {
                fail("the log cannot be read", e);
            }
        });
    }

    @Override
    public boolean send(int peer, int urgency, String reason, byte[] frame, int offset, int length) {
        Links out = links;
        return out == null || out.send(peer, urgency, reason, frame, offset, length);
    }

    @Override
    public void propose(long ticket, byte[] entry) {
        ControlGroup group = control;
        proposals.add(
                group == null ? () -> event(k -> k.controlAnswered(ticket, null)) : () -> group.propose(ticket, entry));
    }

    @Override
    public void flush(Client client) {
        RespServer server = resp;
        if (server != null) {
            server.touch(client);
        }
    }

    @Override
    public void resume(Client client) {
        RespServer server = resp;
        if (server != null) {
            server.resume(client);
        }
    }

    @Override
    public void close(Client client) {
        client.closing = true;
        flush(client);
    }

    @Override
    public void alarm(String code, String text) {
        meter.alarm(code);
        long now = System.nanoTime();
        Long last = alarmedNs.get(code + text);
        if (last == null || now - last > ALARM_REPEAT_NS) {
            alarmedNs.put(code + text, now);
            LOG.warn("{} {}", code, text);
            events.publish("alarm", Map.of("code", code, "text", text));
        }
    }

    @Override
    public void event(String name, SequencedMap<String, String> details) {
        LOG.info("{} {}", name, details);
        events.publish(name, details);
    }

    @Override
    public void defect(String where, RuntimeException cause) {
        LOG.error("defect in {}", where, cause);
    }

    /** Ends the turns and brings everything to rest. */
    void stop() {
        phase = Phase.STOPPING;
        CountDownLatch last = new CountDownLatch(1);
        loop.execute(() -> {
            stopping = true;
            begin();
            last.countDown();
        });
        try {
            last.await(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        finish(syncs);
        finish(reads);
        finish(disk);
    }

    /** For turns only: once the last one has begun, what they ask for is done when the store is closed, or by the next start. */
    private void inBackground(ExecutorService executor, Runnable work) {
        if (!stopping) {
            executor.execute(work);
        }
    }

    private static void finish(ExecutorService executor) {
        executor.shutdown();
        try {
            if (!executor.awaitTermination(10, TimeUnit.SECONDS)) {
                LOG.warn("a disk operation did not end in 10 s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
