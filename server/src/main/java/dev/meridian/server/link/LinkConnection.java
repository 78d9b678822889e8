package dev.meridian.server.link;

import dev.meridian.kernel.bytes.ByteReader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.ScheduledFuture;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** One connection to another region's node. All of it on the links' event loop, but where it says otherwise. */
final class LinkConnection extends ChannelInboundHandlerAdapter {
    /** One turn's frames of one urgency, and how much of them has been sent. */
    private static final class Queue {
        final ArrayDeque<byte[]> runs = new ArrayDeque<>();
        int sent;
    }

    private static final int READ_BYTES = 64 << 10;

    private final Links links;
    private final @Nullable String dialled;
    private final List<Queue> queues = new ArrayList<>();
    private final FrameAssembly[] assemblies = new FrameAssembly[Links.URGENCIES];
    private final byte[] piece = new byte[LinkWire.CONTENT_BYTES_MAX];
    private @Nullable ByteAllowance allowance;
    private @Nullable LinkWire wire;
    private @Nullable Preface own;
    private @Nullable ScheduledFuture<?> clock;
    private byte[] in = new byte[Preface.BYTES_MAX];
    private int inStart;
    private int inEnd;
    private long heardNs;
    private long takenNs;
    private long urgentBytes;
    private boolean flushDue;
    private boolean faulted;
    private @Nullable ChannelHandlerContext context;

    /** The region at the other end by its index; -1 until it has said who it is. */
    int peer = -1;

    /** As its certificate names the other side; null where links are plain, and until the handshake is done. */
    LinkTls.@Nullable Peer certified;

    /** Since the other side has said who it is. */
    long establishedNs;

    /** Handed to this connection by the kernel and not yet sent. From any thread. */
    final AtomicLong queuedBytes = new AtomicLong();

    /** Received and not yet taken by the kernel. From any thread. */
    final AtomicLong unhandledBytes = new AtomicLong();

    /** @param dialled the region dialled; null when it was the other side that did */
    LinkConnection(Links links, @Nullable String dialled) {
        this.links = links;
        this.dialled = dialled;
        for (int u = 0; u < Links.URGENCIES; u++) {
            queues.add(new Queue());
            assemblies[u] = new FrameAssembly();
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        context = ctx;
        heardNs = System.nanoTime();
        takenNs = heardNs;
        links.opened(this);
        clock = ctx.executor().schedule(this::prefaceDue, links.settings().prefaceMs(), TimeUnit.MILLISECONDS);
        if (dialled != null && ctx.pipeline().get(SslHandler.class) == null) {
            introduce(ctx, dialled);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake) {
            if (handshake.isSuccess()) {
                secured(ctx);
            } else if (dialled != null || !(handshake.cause() instanceof ClosedChannelException)) {
                // Who knocks and leaves has done nothing.
                fault(LinkTls.fault(handshake.cause()));
            }
        }
    }

    /** Before a byte of the link's own protocol is read. */
    private void secured(ChannelHandlerContext ctx) {
        try {
            certified = links.certified(ctx.pipeline().get(SslHandler.class), dialled);
            if (dialled != null) {
                introduce(ctx, dialled);
            }
        } catch (LinkFaultException e) {
            fault(e);
        }
    }

    private Preface introduce(ChannelHandlerContext ctx, String region) {
        Preface preface = Preface.of(links.self(), region, links.nonce());
        own = preface;
        ctx.writeAndFlush(Unpooled.wrappedBuffer(preface.bytes().clone()));
        return preface;
    }

    private void prefaceDue() {
        if (peer < 0) {
            end(LinkFault.PREFACE, "the other side did not say who it is");
        }
    }

    // ---- in ----

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf buffer = (ByteBuf) message;
        try {
            heardNs = System.nanoTime();
            if (peer >= 0) {
                links.received(peer, buffer.readableBytes());
            }
            // Piece by piece, so that the first bytes are judged before room is made for more.
            while (buffer.isReadable() && ctx.channel().isActive()) {
                int more = Math.min(buffer.readableBytes(), room());
                buffer.readBytes(in, inEnd, more);
                inEnd += more;
                take(ctx);
            }
        } catch (LinkFaultException e) {
            fault(e);
        } finally {
            buffer.release();
        }
    }

    /** Room behind what is there, for at least a byte: a preface needs little, a block at most its longest. */
    private int room() {
        if (inStart > 0) {
            System.arraycopy(in, inStart, in, 0, inEnd - inStart);
            inEnd -= inStart;
            inStart = 0;
        }
        if (inEnd == in.length) {
            if (peer < 0) {
                throw new LinkFaultException(LinkFault.PREFACE, "a preface that does not end");
            }
            in = Arrays.copyOf(in, in.length * 2);
        }
        return in.length - inEnd;
    }

    private void take(ChannelHandlerContext ctx) {
        if (peer < 0) {
            Preface others = Preface.read(in, inStart, inEnd - inStart);
            if (others == null) {
                return;
            }
            inStart += others.bytes().length;
            peer = links.admit(this, others, dialled);
            Preface said = own == null ? introduce(ctx, others.speaker()) : own;
            wire = new LinkWire(said, others, dialled != null);
            in = Arrays.copyOf(in, READ_BYTES);
            establishedNs = System.nanoTime();
            allowance = new ByteAllowance(links.settings().bytesPerSecond(), establishedNs);
            watch();
            links.established(this);
        }
        LinkWire blocks = wire;
        while (blocks != null
                && inEnd - inStart >= LinkWire.HEADER_BYTES
                && ctx.channel().isActive()) {
            ByteReader header = new ByteReader().wrap(in, inStart, LinkWire.HEADER_BYTES);
            int length = LinkWire.restLength(header.i32());
            int sum = header.i32();
            if (inEnd - inStart - LinkWire.HEADER_BYTES < length) {
                return;
            }
            LinkWire.Block block = blocks.read(sum, in, inStart + LinkWire.HEADER_BYTES, length);
            inStart += LinkWire.HEADER_BYTES + length;
            assemblies[block.urgency()].take(block.content(), frames -> links.deliver(this, frames));
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        ScheduledFuture<?> running = clock;
        if (running != null) {
            running.cancel(false);
        }
        links.lost(this, dialled);
        if (wire != null) {
            wire.close();
            wire = null;
        }
        queues.forEach(queue -> queue.runs.clear());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof DecoderException && cause.getCause() instanceof SSLException) {
            fault(LinkTls.fault(cause));
        } else {
            links.broken(this, dialled, cause);
        }
        ctx.close();
    }

    /** The kernel is behind with this peer's frames, or no longer is. */
    void reading(boolean on) {
        ChannelHandlerContext ctx = context;
        if (ctx != null) {
            heardNs = System.nanoTime();
            ctx.channel().config().setAutoRead(on);
        }
    }

    /** Whether anything came within this time. */
    boolean heardWithin(long ns) {
        return System.nanoTime() - heardNs < ns;
    }

    // ---- half-open connections ----

    private void watch() {
        ScheduledFuture<?> running = clock;
        ChannelHandlerContext ctx = context;
        if (running == null || ctx == null) {
            return;
        }
        running.cancel(false);
        long every = Math.max(
                1, Math.min(links.settings().silenceMs(), links.settings().stallMs()) / 5);
        clock = ctx.executor().scheduleAtFixedRate(this::look, every, every, TimeUnit.MILLISECONDS);
    }

    private void look() {
        ChannelHandlerContext ctx = context;
        if (ctx == null || !ctx.channel().isActive()) {
            return;
        }
        long now = System.nanoTime();
        if (ctx.channel().config().isAutoRead()
                && now - heardNs > links.settings().silenceMs() * 1_000_000) {
            end(LinkFault.SILENT, "nothing was heard for " + (now - heardNs) / 1_000_000 + " ms");
        } else if (!ctx.channel().isWritable()
                && waiting()
                && now - takenNs > links.settings().stallMs() * 1_000_000) {
            end(LinkFault.STALLED, "nothing was taken for " + (now - takenNs) / 1_000_000 + " ms");
        }
    }

    private boolean waiting() {
        return queues.stream().anyMatch(queue -> !queue.runs.isEmpty());
    }

    // ---- out ----

    /** Frames of one turn and urgency, each u32 length and bytes. */
    void enqueue(int urgency, byte[] frames) {
        ChannelHandlerContext ctx = context;
        if (ctx == null || !ctx.channel().isActive()) {
            return;
        }
        queues.get(urgency).runs.add(frames);
        if (urgency < Links.RECORDS) {
            urgentBytes += frames.length;
            if (urgentBytes > links.settings().urgentBytesMax()) {
                end(LinkFault.STALLED, urgentBytes + " bytes of frames wait that cannot be held back");
            }
        }
    }

    /** Sends what the socket and the allowance take, the most urgent first. */
    void flush() {
        ChannelHandlerContext ctx = context;
        LinkWire blocks = wire;
        ByteAllowance spendable = allowance;
        if (ctx == null || blocks == null || spendable == null) {
            return;
        }
        boolean wrote = false;
        while (ctx.channel().isWritable()) {
            int urgency = next(spendable.any(System.nanoTime()));
            if (urgency < 0) {
                break;
            }
            int length = gather(urgency, spendable.blockBytes(LinkWire.CONTENT_BYTES_MAX));
            byte[] bytes = blocks.block(urgency, piece, 0, length);
            spendable.spend(bytes.length);
            links.sent(this, urgency, length, bytes.length);
            ctx.write(Unpooled.wrappedBuffer(bytes));
            takenNs = System.nanoTime();
            wrote = true;
        }
        if (wrote) {
            ctx.flush();
        }
        long waitMs = spendable.waitMs();
        if (waitMs > 0 && !flushDue && waiting()) {
            flushDue = true;
            ctx.executor()
                    .schedule(
                            () -> {
                                flushDue = false;
                                flush();
                            },
                            waitMs,
                            TimeUnit.MILLISECONDS);
        }
    }

    /** The most urgent queue with something in it; the first one goes beyond the allowance. -1: none. */
    private int next(boolean allowed) {
        for (int u = 0; u < (allowed ? Links.URGENCIES : 1); u++) {
            if (!queues.get(u).runs.isEmpty()) {
                return u;
            }
        }
        return -1;
    }

    private int gather(int urgency, int most) {
        Queue queue = queues.get(urgency);
        int length = 0;
        for (byte[] run = queue.runs.peek(); run != null && length < most; run = queue.runs.peek()) {
            int part = Math.min(most - length, run.length - queue.sent);
            System.arraycopy(run, queue.sent, piece, length, part);
            length += part;
            queue.sent += part;
            if (queue.sent == run.length) {
                queue.runs.poll();
                queue.sent = 0;
            }
        }
        if (urgency < Links.RECORDS) {
            urgentBytes -= length;
        }
        return length;
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        takenNs = System.nanoTime();
        flush();
    }

    /** Ends the connection for a reason that is counted. */
    void end(LinkFault fault, @Nullable String text) {
        ChannelHandlerContext ctx = context;
        if (ctx != null && ctx.channel().isActive()) {
            fault(new LinkFaultException(fault, text == null ? fault.word() : text));
        }
    }

    /** Ends the connection; another will be made. */
    void end() {
        ChannelHandlerContext ctx = context;
        if (ctx != null) {
            ctx.close();
        }
    }

    /** A failed handshake may have closed the connection already, and may be told of twice. */
    private void fault(LinkFaultException broken) {
        ChannelHandlerContext ctx = context;
        if (ctx != null && !faulted) {
            faulted = true;
            links.refused(this, dialled, broken.fault(), String.valueOf(broken.getMessage()));
            ctx.close();
        }
    }
}
