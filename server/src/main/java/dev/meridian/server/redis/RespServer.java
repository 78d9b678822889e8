package dev.meridian.server.redis;

import dev.meridian.kernel.command.Client;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Redis door: accepts connections, reads commands, hands them to the kernel on the kernel's own thread, and sends
 * the replies.
 *
 * <p>A turn is one round of the event loop: all connections with something to read are read and their commands carried
 * out; then {@link RespHandler#turnEnd} is called once; then the replies of each connection leave in one write. Methods
 * but the constructor, {@link #start} and {@link #close} are for the kernel thread.
 */
public final class RespServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RespServer.class);
    private static final int BACKLOG = 511;
    private static final int UNSENT_BYTES_HIGH = 256 * 1024;
    private static final int UNSENT_BYTES_LOW = 64 * 1024;

    /** Counts since the start. */
    public static final class Counters {
        public long connections;
        public long connectionsRefused;
        public long commands;
        public long protocolErrors;
        public long crossProtocol;
        public long outputCutOffs;
        public long passwordsRefused;
        public long bytesIn;
        public long bytesOut;

        Counters() {}
    }

    /** The replies of one turn, on their way. */
    private final class Turn implements RespHandler.Replies {
        private final List<RespConnection> connections = new ArrayList<>();
        private long[] upToBytes = new long[64];
        private boolean done = true;

        void add(RespConnection connection, long upTo) {
            if (connections.size() == upToBytes.length) {
                upToBytes = Arrays.copyOf(upToBytes, upToBytes.length * 2);
            }
            upToBytes[connections.size()] = upTo;
            connections.add(connection);
        }

        @Override
        public void flush() {
            for (int i = 0; i < connections.size(); i++) {
                connections.get(i).flush(upToBytes[i]);
            }
            connections.clear();
            done = true;
        }

        @Override
        public void drop() {
            connections.forEach(RespConnection::cut);
            connections.clear();
            done = true;
        }
    }

    private final KernelLoop loop;
    private final RespLimits limits;
    private final RespHandler handler;
    private final boolean passwordSet;
    private final PasswordGuard passwordGuard;
    private final RespParser.Scratch scratch = new RespParser.Scratch();
    private final Counters counters = new Counters();
    private final Map<Client, RespConnection> connections = new HashMap<>();
    private List<RespConnection> dirty = new ArrayList<>();
    private List<RespConnection> dirtyBefore = new ArrayList<>();
    private Turn turn = new Turn();
    private final Runnable endTurn = this::endTurn;
    private boolean turnEndDue;
    private @Nullable Channel listener;

    /**
     * @param passwordSet whether clients log in; without a password only this machine's own are let in
     */
    public RespServer(KernelLoop loop, RespLimits limits, boolean passwordSet, RespHandler handler) {
        this.loop = loop;
        this.limits = limits;
        this.passwordSet = passwordSet;
        this.handler = handler;
        this.passwordGuard = new PasswordGuard(limits);
    }

    /**
     * Listens; answers the address, with the port that was found where 0 was asked for.
     *
     * @throws IOException if the address cannot be had
     */
    public InetSocketAddress start(InetSocketAddress address) throws IOException {
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loop.group())
                .channel(loop.serverChannel())
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                // Measured a fifth faster with pipelines than the adaptive one.
                .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childOption(
                        ChannelOption.WRITE_BUFFER_WATER_MARK,
                        new WriteBufferWaterMark(UNSENT_BYTES_LOW, UNSENT_BYTES_HIGH))
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        accept(channel);
                    }
                });
        ChannelFuture bound = bootstrap.bind(address).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(
                    "cannot listen for Redis clients on " + address + ": "
                            + bound.cause().getMessage(),
                    bound.cause());
        }
        listener = bound.channel();
        return (InetSocketAddress) bound.channel().localAddress();
    }

    /** The client's command is answered in its {@code out}: the reply leaves with this turn, and its next commands come. */
    public void resume(Client client) {
        client.blocked = false;
        RespConnection connection = connections.get(client);
        if (connection != null) {
            dirty(connection);
            proceedSoon(connection);
        }
    }

    /**
     * Something was written to the client's {@code out} that answers no command of it (a published message), or it was
     * told to close: that leaves with this turn.
     */
    public void touch(Client client) {
        RespConnection connection = connections.get(client);
        if (connection != null) {
            dirty(connection);
        }
    }

    /** Makes sure that {@link RespHandler#turnEnd} comes after what the thread is doing now. */
    public void scheduleTurnEnd() {
        if (!turnEndDue) {
            turnEndDue = true;
            loop.execute(endTurn);
        }
    }

    /** How many clients are connected. */
    public int connections() {
        return connections.size();
    }

    public Counters counters() {
        return counters;
    }

    /** Stops listening and ends all connections, telling the handler; the loop goes on. From another thread. */
    @Override
    public void close() {
        if (listener != null) {
            listener.close().awaitUninterruptibly();
        }
        loop.group()
                .submit(() -> List.copyOf(connections.values()).forEach(RespConnection::cut))
                .awaitUninterruptibly();
    }

    private void accept(Channel channel) {
        InetSocketAddress remote = (InetSocketAddress) channel.remoteAddress();
        String refusal = remote == null ? "" : refusal(remote.getAddress().isLoopbackAddress());
        if (remote == null) {
            channel.close();
            return;
        }
        if (!refusal.isEmpty()) {
            counters.connectionsRefused++;
            byte[] text = ("-" + refusal + "\r\n").getBytes(StandardCharsets.US_ASCII);
            channel.writeAndFlush(Unpooled.wrappedBuffer(text)).addListener(ChannelFutureListener.CLOSE);
            return;
        }
        counters.connections++;
        InetSocketAddress local = (InetSocketAddress) channel.localAddress();
        Client client = handler.connected(remote, local);
        scheduleTurnEnd();
        RespConnection connection = new RespConnection(this, channel, client);
        connections.put(client, connection);
        channel.pipeline().addLast(connection);
        if (!client.authenticated) {
            loop.schedule(() -> endUnauthenticated(connection), limits.unauthenticatedTimeoutMs());
        }
    }

    /** Why a connection is not let in; empty where it is. */
    String refusal(boolean fromThisMachine) {
        if (!passwordSet && !fromThisMachine) {
            return "DENIED Meridian is running in protected mode: no password is set, so connections are accepted from"
                    + " the loopback interface only. Set a password and restart the node to connect from elsewhere.";
        }
        return connections.size() >= limits.connectionsMax() ? "ERR max number of clients reached" : "";
    }

    private void endUnauthenticated(RespConnection connection) {
        if (!connection.client.authenticated && connections.containsKey(connection.client)) {
            LOG.info(
                    "client {} did not log in within {} ms; cut off",
                    connection.client.id,
                    limits.unauthenticatedTimeoutMs());
            connection.cut();
        }
    }

    void dirty(RespConnection connection) {
        if (connection.markDirty()) {
            dirty.add(connection);
        }
        scheduleTurnEnd();
    }

    /** Later, so that a handler that resumes a client is not called while it runs. */
    void proceedSoon(RespConnection connection) {
        loop.execute(connection::proceed);
    }

    private void endTurn() {
        List<RespConnection> ended = dirty;
        dirty = dirtyBefore;
        dirtyBefore = ended;
        Turn now = turn.done ? turn : new Turn();
        now.done = false;
        turn = now;
        for (RespConnection connection : ended) {
            connection.checkOutput();
            now.add(connection, connection.endTurn());
        }
        ended.clear();
        turnEndDue = false;
        handler.turnEnd(now);
    }

    /** The handler hears of it later, since this may come while it runs. */
    void disconnected(RespConnection connection) {
        connections.remove(connection.client);
        loop.execute(() -> {
            handler.disconnected(connection.client);
            scheduleTurnEnd();
        });
    }

    long refusalDelayMs(InetSocketAddress remote) {
        return passwordGuard.refused(remote.getAddress(), System.nanoTime() / 1_000_000);
    }

    KernelLoop loop() {
        return loop;
    }

    RespLimits limits() {
        return limits;
    }

    RespHandler handler() {
        return handler;
    }

    RespParser.Scratch scratch() {
        return scratch;
    }
}
