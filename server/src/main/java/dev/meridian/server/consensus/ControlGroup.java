package dev.meridian.server.consensus;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.client.RaftClient;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.proto.RaftProtos.ReplicationLevel;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.retry.RetryPolicies;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.storage.RaftStorage.StartupOption;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.util.TimeDuration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One region's part of the control group: it votes, keeps the log, applies what was decided, and carries this node's proposals to whoever
 * leads. It decides through its log only; nothing is ever answered from what it has read. Starts in the background: what is proposed
 * before is answered with null. Thread-safe.
 */
public final class ControlGroup implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ControlGroup.class);
    /** Held, since a logger that nobody holds forgets how loud it may be. */
    private static final java.util.logging.Logger TALK =
            java.util.logging.Logger.getLogger("org.apache.ratis.thirdparty");

    private static final long ANSWER_MS_MAX = 5_000;
    private static final int TRIES = 12;
    private static final long TRY_AGAIN_MS = 250;

    /** Who is told what happens; from any thread. */
    public interface Receiver {
        /** See {@code Kernel.controlAnswered}. */
        void answered(long ticket, byte @Nullable [] outcome);

        /** See {@code Kernel.controlApplied}. */
        void applied(long index, byte[] entry);

        /** See {@code Kernel.controlRestored}. */
        void restored(byte[] state);

        void alarm(String code, String text);
    }

    /**
     * What this region knows of the group at this moment.
     *
     * @param leader the region that leads, or null while it knows none: then nothing is decided from here
     */
    public record View(@Nullable String leader, long term, long applied) {
        public boolean isReachable() {
            return leader != null;
        }
    }

    private record Parts(RaftServer server, RaftClient client, ControlMachine machine) {}

    private final ControlGroupOptions options;
    private final Receiver receiver;
    private final RaftGroup group;
    private final ExecutorService calls = Executors.newVirtualThreadPerTaskExecutor();
    private final Thread starting;
    private volatile @Nullable Parts parts;
    private volatile boolean closing;

    private ControlGroup(ControlGroupOptions options, Receiver receiver, Runnable when) {
        this.options = options;
        this.receiver = receiver;
        this.group = group(options);
        this.starting = Thread.ofPlatform().daemon().name("control-start").unstarted(() -> run(when));
    }

    /** Begins to take part, once {@code when} returns. */
    public static ControlGroup start(ControlGroupOptions options, Receiver receiver, Runnable when) {
        ControlGroup control = new ControlGroup(options, receiver, when);
        control.starting.start();
        return control;
    }

    private static RaftGroup group(ControlGroupOptions options) {
        UUID id = UUID.nameUUIDFromBytes(
                ("meridian control group of " + options.deployment()).getBytes(StandardCharsets.UTF_8));
        // All of one priority: an election waits for regions of a higher one, also for those that are lost.
        return RaftGroup.valueOf(
                RaftGroupId.valueOf(id),
                options.regions().stream()
                        .map(region -> RaftPeer.newBuilder()
                                .setId(region)
                                .setAddress(RegionAddresses.of(options.deployment(), options.region(), region))
                                .build())
                        .toList());
    }

    private void run(Runnable when) {
        when.run();
        if (closing) {
            return;
        }
        try {
            open();
        } catch (IOException | RuntimeException e) {
            LOG.error("the control group cannot be joined from {}: {}", options.region(), e.getMessage(), e);
            receiver.alarm("MRD-4122", "this region takes no part in the control group: " + e.getMessage());
        }
    }

    private void open() throws IOException {
        TALK.setLevel(java.util.logging.Level.WARNING);
        Files.createDirectories(options.directory());
        for (Path mended : VoteFile.mend(options.directory(), options.region(), System.currentTimeMillis())) {
            LOG.warn(
                    "{} had lost what it says of elections: region {} goes on in a later term",
                    mended,
                    options.region());
        }
        RegionAddresses.see(options.deployment(), options.region(), options.peersAndSelf());
        RaftProperties properties = RatisSettings.of(options);
        Parameters parameters = new Parameters();
        ControlTls tls = options.tls();
        if (tls != null) {
            GrpcConfigKeys.TLS.setConf(parameters, tls.config());
        }
        ControlMachine machine = new ControlMachine(receiver, options.directory());
        RaftServer server = RaftServer.newBuilder()
                .setServerId(RaftPeerId.valueOf(options.region()))
                .setGroup(group)
                .setProperties(properties)
                .setParameters(parameters)
                .setStateMachine(machine)
                .setOption(StartupOption.RECOVER)
                .build();
        RaftClient client = RaftClient.newBuilder()
                .setRaftGroup(group)
                .setProperties(properties)
                .setParameters(parameters)
                .setRetryPolicy(RetryPolicies.retryUpToMaximumCountWithFixedSleep(
                        TRIES, TimeDuration.valueOf(TRY_AGAIN_MS, TimeUnit.MILLISECONDS)))
                .build();
        try {
            server.start();
        } catch (IOException | RuntimeException e) {
            client.close();
            server.close();
            throw e;
        }
        parts = new Parts(server, client, machine);
        calls.execute(() -> findLeader(client));
        LOG.info("region {} takes part in the control group", options.region());
    }

    /** See {@code ControlPort.propose}; the answer comes to the receiver, once. */
    public void propose(long ticket, byte[] entry) {
        Parts now = parts;
        if (now == null || closing || now.machine.stranger() != null) {
            receiver.answered(ticket, null);
            return;
        }
        CompletableFuture.supplyAsync(() -> decided(now.client, entry), calls)
                .completeOnTimeout(null, ANSWER_MS_MAX, TimeUnit.MILLISECONDS)
                .whenComplete((outcome, failure) -> receiver.answered(ticket, failure == null ? outcome : null));
    }

    /** The first proposal, which may be a failover's, waits for no connection and no leader to be found. */
    private void findLeader(RaftClient client) {
        try {
            client.io().watch(0, ReplicationLevel.MAJORITY);
        } catch (IOException e) {
            LOG.debug("no leader of the control group was found at the start: {}", e.getMessage());
        }
    }

    private static byte @Nullable [] decided(RaftClient client, byte[] entry) {
        try {
            RaftClientReply reply = client.io().send(Message.valueOf(ByteString.copyFrom(entry)));
            return reply.isSuccess() ? reply.getMessage().getContent().toByteArray() : null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void leave(Closeable part) {
        try {
            part.close();
        } catch (IOException e) {
            LOG.warn("the control group was not left cleanly: {}", e.getMessage());
        }
    }

    public View view() {
        Parts now = parts;
        if (now == null || now.machine.stranger() != null) {
            return new View(null, 0, 0);
        }
        try {
            DivisionInfo info = now.server.getDivision(group.getGroupId()).getInfo();
            RaftPeerId leader = info.getLeaderId();
            return new View(
                    leader == null ? null : leader.toString(), info.getCurrentTerm(), info.getLastAppliedIndex());
        } catch (IOException e) {
            return new View(null, 0, 0);
        }
    }

    /** Leaves: others go on without it. */
    @Override
    public void close() {
        closing = true;
        calls.shutdownNow();
        try {
            starting.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Parts now = parts;
        if (now != null) {
            leave(now.client);
            leave(now.server);
        }
        RegionAddresses.forget(options.deployment(), options.region());
    }
}
