package dev.meridian.server.link;

import dev.meridian.kernel.bytes.ByteReader;
import dev.meridian.kernel.bytes.ByteWriter;
import dev.meridian.kernel.bytes.MalformedBytesException;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node's connections to other regions: one for each, dialled by the region that stands first in the file. Runs on a
 * thread of its own, where frames are packed, compressed and checked; frames reach the kernel on the kernel's
 * thread, in the order in which they came. A connection that breaks is made again.
 */
public final class Links implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Links.class);
    private static final int URGENCIES = 4;
    private static final int RECORDS = 2;
    private static final long QUEUED_BYTES_HIGH = 4 << 20;
    private static final long QUEUED_BYTES_LOW = 1 << 20;
    private static final long UNHANDLED_BYTES_HIGH = 16 << 20;
    private static final long UNHANDLED_BYTES_LOW = 4 << 20;
    private static final long REDIAL_MS_MIN = 50;
    private static final long REDIAL_MS_MAX = 1_000;

    /** The kernel's side; called on the kernel's thread. */
    public interface Receiver {
        void peerUp(int peer);

        void peerDown(int peer);

        void peerWritable(int peer);

        /** Malformed frames throw {@link MalformedBytesException}: the link is then closed. */
        void frame(int peer, byte[] bytes, int offset, int length);
    }

    private final class Outgoing {
        final ByteWriter[] frames = new ByteWriter[URGENCIES];
        final AtomicLong queuedBytes = new AtomicLong();
        final AtomicLong unhandledBytes = new AtomicLong();
        final AtomicLong wireBytesIn = new AtomicLong();
        final AtomicLong wireBytesOut = new AtomicLong();
        final SortedMap<String, Long> bytesByReason = new TreeMap<>();
        boolean refused;
        volatile @Nullable LinkConnection connection;
        volatile @Nullable Instant since;
        long redialMs = REDIAL_MS_MIN;

        Outgoing() {
            for (int u = 0; u < URGENCIES; u++) {
                frames[u] = new ByteWriter(1 << 12);
            }
        }
    }

    private final String self;
    private final List<String> regions;
    private final Map<String, InetSocketAddress> peers;
    private final Executor kernelThread;
    private final Receiver receiver;
    private final EventLoopGroup group;
    private final boolean epoll = Epoll.isAvailable();
    private final Outgoing[] outgoing;
    private @Nullable Channel listener;
    private volatile boolean closed;

    public Links(
            String self,
            List<String> regions,
            Map<String, InetSocketAddress> peers,
            Executor kernelThread,
            Receiver receiver) {
        this.self = self;
        this.regions = regions;
        this.peers = peers;
        this.kernelThread = kernelThread;
        this.receiver = receiver;
        this.group = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("links"), epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
        this.outgoing = new Outgoing[regions.size()];
        for (int i = 0; i < outgoing.length; i++) {
            outgoing[i] = new Outgoing();
        }
    }

    /** Listens, and begins to dial the regions that stand after this one. */
    public InetSocketAddress start(InetSocketAddress address) throws IOException {
        ChannelFuture bound = new ServerBootstrap()
                .group(group)
                .channel(epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(256 << 10, 1 << 20))
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new LinkConnection(Links.this, null));
                    }
                })
                .bind(address)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException("cannot listen for other regions on " + address + ": "
                    + bound.cause().getMessage());
        }
        listener = bound.channel();
        for (int i = regions.indexOf(self) + 1; i < regions.size(); i++) {
            dial(regions.get(i));
        }
        return (InetSocketAddress) bound.channel().localAddress();
    }

    private void dial(String region) {
        InetSocketAddress address = peers.get(region);
        if (closed || address == null) {
            return;
        }
        // Resolved anew each time: an address may change under a name.
        InetSocketAddress target = new InetSocketAddress(address.getHostString(), address.getPort());
        new Bootstrap()
                .group(group)
                .channel(epoll ? EpollSocketChannel.class : NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 5_000)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(256 << 10, 1 << 20))
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new LinkConnection(Links.this, region));
                    }
                })
                .connect(target)
                .addListener(done -> {
                    if (!done.isSuccess()) {
                        redial(region);
                    }
                });
    }

    private void redial(String region) {
        if (!closed) {
            Outgoing out = outgoing[regions.indexOf(region)];
            long delay = out.redialMs;
            out.redialMs = Math.min(REDIAL_MS_MAX, delay * 2);
            group.schedule(() -> dial(region), delay, TimeUnit.MILLISECONDS);
        }
    }

    // ---- on the kernel's thread ----

    /** Takes a frame; it leaves when the turn has ended. Answers whether the peer may be sent more records now. */
    public boolean send(int peer, int urgency, String reason, byte[] frame, int offset, int length) {
        Outgoing out = outgoing[peer];
        if (out.connection == null) {
            return true;
        }
        ByteWriter w = out.frames[urgency];
        w.i32(length);
        w.raw(frame, offset, length);
        out.bytesByReason.merge(reason, (long) length, Long::sum);
        if (urgency < RECORDS) {
            return true;
        }
        long queued = out.queuedBytes.addAndGet(length + 4L);
        out.refused |= queued > QUEUED_BYTES_HIGH;
        return !out.refused;
    }

    /** Hands the turn's frames over. */
    public void turnEnded() {
        for (Outgoing out : outgoing) {
            LinkConnection connection = out.connection;
            boolean any = false;
            for (int u = 0; u < URGENCIES; u++) {
                ByteWriter w = out.frames[u];
                if (w.size() == 0) {
                    continue;
                }
                if (connection != null) {
                    byte[] frames = w.toByteArray();
                    int urgency = u;
                    group.execute(() -> connection.enqueue(urgency, frames));
                    any = true;
                }
                w.clear();
            }
            if (any && connection != null) {
                group.execute(connection::flush);
            }
        }
    }

    // ---- on the links' thread ----

    String self() {
        return self;
    }

    String region(int peer) {
        return regions.get(peer);
    }

    int established(LinkConnection connection, String region) {
        int peer = regions.indexOf(region);
        if (peer < 0 || region.equals(self)) {
            throw new MalformedBytesException("region " + region + " is none of this deployment's others");
        }
        Outgoing out = outgoing[peer];
        LinkConnection before = out.connection;
        if (before != null) {
            before.close();
            kernelThread.execute(() -> receiver.peerDown(peer));
        }
        out.redialMs = REDIAL_MS_MIN;
        out.queuedBytes.set(0);
        out.unhandledBytes.set(0);
        kernelThread.execute(() -> {
            out.refused = false;
            for (ByteWriter w : out.frames) {
                w.clear();
            }
            out.connection = connection;
            out.since = Instant.now();
            receiver.peerUp(peer);
        });
        return peer;
    }

    void lost(LinkConnection connection, @Nullable String dialled) {
        int peer = connection.peer;
        if (peer >= 0) {
            kernelThread.execute(() -> {
                if (outgoing[peer].connection == connection) {
                    outgoing[peer].connection = null;
                    receiver.peerDown(peer);
                }
            });
        }
        if (dialled != null) {
            redial(dialled);
        }
    }

    void deliver(LinkConnection connection, byte[] content) {
        int peer = connection.peer;
        Outgoing out = outgoing[peer];
        if (out.unhandledBytes.addAndGet(content.length) > UNHANDLED_BYTES_HIGH) {
            connection.reading(false);
        }
        kernelThread.execute(() -> {
            long left = out.unhandledBytes.addAndGet(-content.length);
            if (left < UNHANDLED_BYTES_LOW && left + content.length >= UNHANDLED_BYTES_LOW) {
                group.execute(() -> connection.reading(true));
            }
            if (out.connection == connection) {
                handle(connection, peer, content);
            }
        });
    }

    private void handle(LinkConnection connection, int peer, byte[] content) {
        try {
            ByteReader frames = new ByteReader(content);
            while (frames.remaining() > 0) {
                int length = frames.i32();
                receiver.frame(peer, content, frames.skip(length), length);
            }
        } catch (MalformedBytesException e) {
            LOG.warn("link with {}: {}; the link is closed", regions.get(peer), e.getMessage());
            connection.close();
        }
    }

    void drained(int peer, int bytes) {
        Outgoing out = outgoing[peer];
        long left = out.queuedBytes.addAndGet(-bytes);
        if (left < QUEUED_BYTES_LOW && left + bytes >= QUEUED_BYTES_LOW) {
            kernelThread.execute(() -> {
                out.refused = false;
                receiver.peerWritable(peer);
            });
        }
    }

    void received(int peer, int bytes) {
        outgoing[peer].wireBytesIn.addAndGet(bytes);
    }

    void sent(int peer, int bytes) {
        outgoing[peer].wireBytesOut.addAndGet(bytes);
    }

    /** Bytes on the wire from a region since the start. From any thread. */
    public long bytesIn(int peer) {
        return outgoing[peer].wireBytesIn.get();
    }

    /** Since when the link has been up; null before it first was. From any thread. */
    public @Nullable Instant since(int peer) {
        return outgoing[peer].since;
    }

    public long bytesOut(int peer) {
        return outgoing[peer].wireBytesOut.get();
    }

    /** Bytes of frames sent to a region by what they were for, before compression. On the kernel's thread. */
    public SortedMap<String, Long> bytesByReason(int peer) {
        return outgoing[peer].bytesByReason;
    }

    @Override
    public void close() {
        closed = true;
        if (listener != null) {
            listener.close().awaitUninterruptibly();
        }
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
