package dev.meridian.server.link;

import dev.meridian.kernel.bytes.ByteReader;
import dev.meridian.kernel.bytes.ByteWriter;
import dev.meridian.kernel.bytes.MalformedBytesException;
import dev.meridian.server.certificate.CertificateFilesException;
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
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node's connections to other regions: one for each, dialled by the region that stands first in the file. Runs on a
 * thread of its own, where frames are packed, compressed and checked; frames reach the kernel on the kernel's
 * thread, in the order in which they came. A connection that breaks is made again. What a peer cannot take is not kept for
 * it beyond a bound, and no other peer waits for it.
 */
public final class Links implements AutoCloseable {
    private static final long CLOSE_MS = 1_000;
    private static final Logger LOG = LoggerFactory.getLogger(Links.class);
    static final int URGENCIES = 4;
    static final int RECORDS = 2;
    private static final long QUEUED_BYTES_HIGH = 4 << 20;
    private static final long QUEUED_BYTES_LOW = 1 << 20;
    private static final long UNHANDLED_BYTES_HIGH = 16 << 20;
    private static final long UNHANDLED_BYTES_LOW = 4 << 20;
    private static final long REDIAL_MS_MIN = 50;
    private static final long REDIAL_MS_MAX = 1_000;
    private static final long SETTLED_NS = 5_000_000_000L;
    private static final long OCCUPIED_NS = 1_000_000_000L;
    private static final int STRANGERS_MAX = 32;
    private static final String FOREIGN = "MRD-4110";
    private static final String EXPIRING = "MRD-4111";
    private static final String UNUSABLE = "MRD-4112";
    /** Little enough that a heartbeat does not wait behind much, more than a turn usually sends. */
    private static final int UNSENT_BYTES = 128 << 10;

    /** The kernel's side; called on the kernel's thread. */
    public interface Receiver {
        void peerUp(int peer);

        void peerDown(int peer);

        void peerWritable(int peer);

        /** Something that somebody should look at; as the kernel's own alarms. */
        void alarm(String code, String text);

        /** Malformed frames throw {@link MalformedBytesException}: the link is then closed. */
        void frame(int peer, byte[] bytes, int offset, int length);
    }

    /** One other region. */
    private static final class Outgoing {
        final LinkMeter meter = new LinkMeter();
        /** What the turn sends; on the kernel's thread. */
        final ByteWriter[] frames = new ByteWriter[URGENCIES];

        boolean refused;
        /** As the kernel knows it. */
        volatile @Nullable LinkConnection connection;

        volatile @Nullable Instant since;
        /** As the links' thread knows it. */
        @Nullable
        LinkConnection current;

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
    private final LinkSettings settings;
    private final @Nullable LinkTls tls;
    private final EventLoopGroup group;
    private final boolean epoll = Epoll.isAvailable();
    private final SecureRandom random = new SecureRandom();
    private final Outgoing[] outgoing;
    private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final Refusals refusals = new Refusals();
    /** Of each region, whether an operator has cut it off from this one. On the links' thread. */
    private final boolean[] isolated;

    private @Nullable Channel listener;
    private int strangers;
    private volatile boolean closed;

    /** @param tls null: connections are plain */
    public Links(
            String self,
            List<String> regions,
            Map<String, InetSocketAddress> peers,
            LinkSettings settings,
            @Nullable LinkTls tls,
            Executor kernelThread,
            Receiver receiver) {
        this.self = self;
        this.regions = regions;
        this.peers = peers;
        this.settings = settings;
        this.tls = tls;
        this.kernelThread = kernelThread;
        this.receiver = receiver;
        this.group = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("links"), epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
        this.outgoing = new Outgoing[regions.size()];
        this.isolated = new boolean[outgoing.length];
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
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        prepare(channel, null);
                    }
                })
                .bind(address)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(
                    "cannot listen for other regions on " + address + ": "
                            + bound.cause().getMessage(),
                    bound.cause());
        }
        listener = bound.channel();
        if (tls != null) {
            group.next().scheduleAtFixedRate(() -> reread(tls), 0, settings.rereadMs(), TimeUnit.MILLISECONDS);
        }
        for (int i = regions.indexOf(self) + 1; i < regions.size(); i++) {
            dial(regions.get(i));
        }
        return (InetSocketAddress) bound.channel().localAddress();
    }

    private void prepare(Channel channel, @Nullable String dialled) {
        channels.add(channel);
        channel.config().setOption(ChannelOption.TCP_NODELAY, true);
        channel.config()
                .setOption(
                        ChannelOption.WRITE_BUFFER_WATER_MARK,
                        new WriteBufferWaterMark(UNSENT_BYTES / 4, UNSENT_BYTES));
        if (epoll) {
            channel.config().setOption(EpollChannelOption.TCP_NOTSENT_LOWAT, (long) UNSENT_BYTES);
        }
        if (tls != null) {
            channel.pipeline().addLast(tls.handler(channel, dialled != null));
        }
        channel.pipeline().addLast(new LinkConnection(this, dialled));
    }

    private void dial(String region) {
        InetSocketAddress address = peers.get(region);
        if (closed || address == null) {
            return;
        }
        if (isolated[regions.indexOf(region)]) {
            redial(region);
            return;
        }
        // Resolved anew each time: an address may change under a name.
        InetSocketAddress target = new InetSocketAddress(address.getHostString(), address.getPort());
        new Bootstrap()
                .group(group)
                .channel(epoll ? EpollSocketChannel.class : NioSocketChannel.class)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 5_000)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        prepare(channel, region);
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

    /** Looks for new certificates, beside the links: files may be slow. */
    private void reread(LinkTls secured) {
        Thread.startVirtualThread(() -> {
            try {
                if (secured.reread()) {
                    LOG.info("new certificates are used from now on, until {}", secured.expires());
                    group.execute(() -> endRevoked(secured));
                }
                if (secured.isExpiring()) {
                    alarm(
                            EXPIRING,
                            "the certificate of region " + self + " ends at " + secured.expires() + ": renew it");
                }
            } catch (CertificateFilesException e) {
                alarm(
                        UNUSABLE,
                        "the certificates' files cannot be used, what was read before still is: " + e.getMessage());
            }
        });
    }

    private void alarm(String code, String text) {
        if (!closed) {
            kernelThread.execute(() -> receiver.alarm(code, text));
        }
    }

    private void endRevoked(LinkTls secured) {
        for (Outgoing out : outgoing) {
            LinkConnection connection = out.current;
            if (connection != null && connection.certified != null && secured.isRevoked(connection.certified)) {
                connection.end(LinkFault.CERTIFICATE_REVOKED, "its certificate has been revoked");
            }
        }
    }

    // ---- on the kernel's thread ----

    /** Takes a frame; it leaves when the turn has ended. Answers whether the peer may be sent more records now. */
    public boolean send(int peer, int urgency, String reason, byte[] frame, int offset, int length) {
        Outgoing out = outgoing[peer];
        LinkConnection connection = out.connection;
        if (connection == null) {
            return true;
        }
        if (length > FrameAssembly.FRAME_BYTES_MAX) {
            LOG.warn("a frame of {} bytes ({}) for {} is too long and was not sent", length, reason, regions.get(peer));
            return true;
        }
        if (tls != null && connection.certified != null && tls.forbids(connection.certified, frame, offset, length)) {
            receiver.alarm(
                    FOREIGN,
                    "region " + regions.get(peer) + " gets no data of datasets that its certificate"
                            + " does not name");
            return true;
        }
        ByteWriter w = out.frames[urgency];
        w.i32(length);
        w.raw(frame, offset, length);
        out.meter.frame(reason, length);
        if (urgency < RECORDS) {
            return true;
        }
        long queued = connection.queuedBytes.addAndGet(length + 4L);
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
                if (connection != null && !closed) {
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

    /** Nothing of what the turn sends leaves, and its connections end. */
    public void breakOff() {
        for (Outgoing out : outgoing) {
            for (ByteWriter frames : out.frames) {
                frames.clear();
            }
            LinkConnection connection = out.connection;
            if (connection != null) {
                group.execute(connection::end);
            }
        }
    }

    // ---- on the links' thread ----

    String self() {
        return self;
    }

    LinkSettings settings() {
        return settings;
    }

    byte[] nonce() {
        byte[] nonce = new byte[Preface.NONCE_BYTES];
        random.nextBytes(nonce);
        return nonce;
    }

    /** A connection stands; who is at its other end is not known yet. */
    void opened(LinkConnection connection) {
        if (++strangers > STRANGERS_MAX) {
            connection.end(LinkFault.CROWDED, "too many connections that have not said who they are");
        }
    }

    /** The other side as its certificate names it, if that is a region whose connection this can be. */
    LinkTls.Peer certified(SslHandler handler, @Nullable String dialled) {
        if (tls == null) {
            throw new IllegalStateException("a handshake on a plain link");
        }
        LinkTls.Peer peer = tls.peer(handler);
        String region = peer.names().region();
        if (dialled == null ? region.equals(self) || !regions.contains(region) : !region.equals(dialled)) {
            throw new LinkFaultException(
                    LinkFault.CERTIFICATE_REGION,
                    "its certificate is that of " + (regions.contains(region) ? region : "no region of the file"));
        }
        return peer;
    }

    /** The region that speaks, by its index, if it may have this connection. */
    int admit(LinkConnection connection, Preface preface, @Nullable String dialled) {
        String speaker = preface.speaker();
        if (speaker.equals(self)) {
            throw new LinkFaultException(LinkFault.SELF, "this node reached itself, or another that claims its region");
        }
        int peer = regions.indexOf(speaker);
        if (peer < 0) {
            throw new LinkFaultException(LinkFault.UNKNOWN_REGION, "the other side is no region of this deployment");
        }
        if (dialled != null && !dialled.equals(speaker)) {
            throw new LinkFaultException(
                    LinkFault.WRONG_REGION, "region " + speaker + " answers where " + dialled + " was dialled");
        }
        if (!preface.meant().equals(self)) {
            throw new LinkFaultException(
                    LinkFault.WRONG_REGION, "region " + speaker + " means to reach another region, this is " + self);
        }
        if (dialled == null && peer > regions.indexOf(self)) {
            throw new LinkFaultException(
                    LinkFault.WRONG_DIALLER, "region " + speaker + " does not dial " + self + ": it is dialled");
        }
        if (isolated[peer]) {
            throw new LinkFaultException(LinkFault.ISOLATED, "an operator has isolated one of the two");
        }
        LinkTls.Peer certified = connection.certified;
        if (tls != null && (certified == null || !certified.names().region().equals(speaker))) {
            String text = "it speaks for region " + speaker + ", and its certificate is another's";
            kernelThread.execute(() -> receiver.alarm(FOREIGN, "a connection was refused: " + text));
            throw new LinkFaultException(LinkFault.CERTIFICATE_REGION, text);
        }
        LinkConnection before = outgoing[peer].current;
        if (before != null && before.heardWithin(OCCUPIED_NS)) {
            throw new LinkFaultException(LinkFault.OCCUPIED, "the link with " + speaker + " stands");
        }
        return peer;
    }

    void established(LinkConnection connection) {
        strangers--;
        int peer = connection.peer;
        Outgoing out = outgoing[peer];
        LinkConnection before = out.current;
        out.current = connection;
        if (before != null) {
            before.end(LinkFault.SILENT, "the region has made another connection");
            kernelThread.execute(() -> down(out, before));
        }
        kernelThread.execute(() -> {
            out.refused = false;
            for (ByteWriter w : out.frames) {
                w.clear();
            }
            out.connection = connection;
            out.since = Instant.now();
            receiver.peerUp(peer);
        });
    }

    void lost(LinkConnection connection, @Nullable String dialled) {
        int peer = connection.peer;
        if (peer < 0) {
            strangers--;
        } else {
            Outgoing out = outgoing[peer];
            if (out.current == connection) {
                out.current = null;
                kernelThread.execute(() -> down(out, connection));
            }
            if (System.nanoTime() - connection.establishedNs > SETTLED_NS) {
                out.redialMs = REDIAL_MS_MIN;
            }
        }
        if (dialled != null) {
            redial(dialled);
        }
    }

    private void down(Outgoing out, LinkConnection connection) {
        if (out.connection == connection) {
            out.connection = null;
            receiver.peerDown(connection.peer);
        }
    }

    void refused(LinkConnection connection, @Nullable String dialled, LinkFault fault, String text) {
        refusals.add(name(connection, dialled), fault, text);
    }

    void broken(LinkConnection connection, @Nullable String dialled, Throwable cause) {
        refusals.broken(name(connection, dialled), cause);
    }

    private String name(LinkConnection connection, @Nullable String dialled) {
        return connection.peer >= 0 ? regions.get(connection.peer) : dialled != null ? dialled : "a stranger";
    }

    /** Whole frames, each with its length. */
    void deliver(LinkConnection connection, byte[] frames) {
        if (connection.unhandledBytes.addAndGet(frames.length) > UNHANDLED_BYTES_HIGH) {
            connection.reading(false);
        }
        kernelThread.execute(() -> {
            long left = connection.unhandledBytes.addAndGet(-frames.length);
            if (left < UNHANDLED_BYTES_LOW && left + frames.length >= UNHANDLED_BYTES_LOW) {
                group.execute(() -> connection.reading(true));
            }
            if (outgoing[connection.peer].connection == connection) {
                handle(connection, frames);
            }
        });
    }

    private void handle(LinkConnection connection, byte[] bytes) {
        try {
            ByteReader frames = new ByteReader(bytes);
            while (frames.remaining() > 0) {
                int length = frames.i32();
                int at = frames.skip(length);
                if (tls != null
                        && connection.certified != null
                        && tls.forbids(connection.certified, bytes, at, length)) {
                    String text = "data of datasets that its certificate does not name";
                    receiver.alarm(FOREIGN, "region " + regions.get(connection.peer) + " asked for, or sent, " + text);
                    group.execute(() -> connection.end(LinkFault.DATASET, text));
                    return;
                }
                receiver.frame(connection.peer, bytes, at, length);
            }
        } catch (MalformedBytesException e) {
            String text = e.getMessage();
            group.execute(() -> connection.end(LinkFault.FRAME, text));
        } catch (RuntimeException e) {
            // Whatever it is, it came from there: that link ends, and nothing else.
            LOG.error("a frame of {} could not be handled", regions.get(connection.peer), e);
            group.execute(() -> connection.end(LinkFault.FRAME, "it could not be handled"));
        }
    }

    void sent(LinkConnection connection, int urgency, int contentBytes, int wireBytes) {
        Outgoing out = outgoing[connection.peer];
        out.meter.sent(wireBytes);
        if (urgency < RECORDS) {
            return;
        }
        long left = connection.queuedBytes.addAndGet(-contentBytes);
        if (left < QUEUED_BYTES_LOW && left + contentBytes >= QUEUED_BYTES_LOW) {
            kernelThread.execute(() -> {
                if (out.connection == connection) {
                    out.refused = false;
                    receiver.peerWritable(connection.peer);
                }
            });
        }
    }

    void received(int peer, int bytes) {
        outgoing[peer].meter.received(bytes);
    }

    // ---- from any thread ----

    /** From now on there is no link with these regions, and again one with all others; where this one is among them, with none. */
    public void isolate(Set<String> out) {
        group.execute(() -> {
            for (int i = 0; i < isolated.length; i++) {
                isolated[i] = out.contains(self) || out.contains(regions.get(i));
                LinkConnection connection = outgoing[i].current;
                if (isolated[i] && connection != null) {
                    connection.end(LinkFault.ISOLATED, "an operator has isolated one of the two");
                }
            }
        });
    }

    // ---- what others may know; from any thread ----

    /** Since when the link has been up; null before it first was. */
    public @Nullable Instant since(int peer) {
        return outgoing[peer].since;
    }

    /** Whether the link stands. */
    public boolean up(int peer) {
        return outgoing[peer].connection != null;
    }

    /** What went over the link with a region. */
    public LinkMeter meter(int peer) {
        return outgoing[peer].meter;
    }

    /** How the keys of the link were agreed on; null where it is down or plain. */
    public @Nullable String keyExchange(int peer) {
        LinkConnection connection = outgoing[peer].connection;
        LinkTls.Peer certified = connection == null ? null : connection.certified;
        return certified == null ? null : certified.keyExchange();
    }

    /** What protects connections; null: nothing. */
    public @Nullable LinkTls tls() {
        return tls;
    }

    /** Connections ended, by why. */
    public LinkMeter.Faults faults() {
        return refusals.faults;
    }

    @Override
    public void close() {
        closed = true;
        if (listener != null) {
            listener.close().awaitUninterruptibly();
        }
        // The loop does not end connections over TLS when it ends: the other side would wait for word until it calls
        // them silent.
        channels.close().awaitUninterruptibly(CLOSE_MS);
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
