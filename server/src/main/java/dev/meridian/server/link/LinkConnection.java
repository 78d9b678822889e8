package dev.meridian.server.link;

import dev.meridian.kernel.bytes.ByteReader;
import dev.meridian.kernel.bytes.ByteWriter;
import dev.meridian.kernel.bytes.MalformedBytesException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection to another region's node. All of it on the links' event loop. */
final class LinkConnection extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(LinkConnection.class);
    private static final int URGENCIES = 4;
    private static final int BLOCK_BYTES = 128 << 10;

    private final Links links;
    private final @Nullable String expected;
    private final LinkWire wire = new LinkWire();
    private final List<ArrayDeque<byte[]>> queues = new ArrayList<>();
    private final ByteWriter block = new ByteWriter(BLOCK_BYTES * 2);
    private byte[] in = new byte[1 << 16];
    private int inStart;
    private int inEnd;
    private @Nullable ChannelHandlerContext context;
    int peer = -1;

    /** @param expected the region dialled; null when it was the other side that did */
    LinkConnection(Links links, @Nullable String expected) {
        this.links = links;
        this.expected = expected;
        for (int u = 0; u < URGENCIES; u++) {
            queues.add(new ArrayDeque<>());
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        context = ctx;
        if (expected != null) {
            sendPreface(ctx, expected);
        }
    }

    private void sendPreface(ChannelHandlerContext ctx, String region) {
        ByteWriter out = new ByteWriter(64);
        LinkWire.preface(out, links.self(), region);
        ctx.writeAndFlush(Unpooled.wrappedBuffer(out.toByteArray()));
    }

    // ---- in ----

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf buffer = (ByteBuf) message;
        try {
            int more = buffer.readableBytes();
            room(more);
            buffer.readBytes(in, inEnd, more);
            inEnd += more;
            if (peer >= 0) {
                links.received(peer, more);
            }
            take(ctx);
        } catch (MalformedBytesException e) {
            LOG.warn("link with {}: {}; the link is closed", peer < 0 ? expected : links.region(peer), e.getMessage());
            ctx.close();
        } finally {
            buffer.release();
        }
    }

    private void room(int more) {
        if (in.length - inEnd >= more) {
            return;
        }
        byte[] target = in;
        if (in.length - (inEnd - inStart) < more) {
            target = new byte[Math.max(in.length * 2, inEnd - inStart + more)];
        }
        System.arraycopy(in, inStart, target, 0, inEnd - inStart);
        in = target;
        inEnd -= inStart;
        inStart = 0;
    }

    private void take(ChannelHandlerContext ctx) {
        if (peer < 0) {
            int length = LinkWire.prefaceLength(in, inStart, inEnd - inStart);
            if (length == 0) {
                return;
            }
            String region = LinkWire.prefaceRegion(in, inStart, length, links.self());
            inStart += length;
            if (expected == null) {
                sendPreface(ctx, region);
            } else if (!expected.equals(region)) {
                throw new MalformedBytesException("region " + region + " answers where " + expected + " was dialled");
            }
            peer = links.established(this, region);
        }
        while (inEnd - inStart >= LinkWire.HEADER_BYTES) {
            ByteReader header = new ByteReader().wrap(in, inStart, LinkWire.HEADER_BYTES);
            int length = LinkWire.restLength(header.i32());
            int crc = header.i32();
            if (inEnd - inStart - LinkWire.HEADER_BYTES < length) {
                return;
            }
            byte[] rest = java.util.Arrays.copyOfRange(
                    in, inStart + LinkWire.HEADER_BYTES, inStart + LinkWire.HEADER_BYTES + length);
            inStart += LinkWire.HEADER_BYTES + length;
            links.deliver(this, wire.content(crc, rest, length));
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        links.lost(this, expected);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        LOG.info("link with {}: {}", peer < 0 ? expected : links.region(peer), cause.getMessage());
        ctx.close();
    }

    /** The kernel is behind with this peer's frames, or no longer is. */
    void reading(boolean on) {
        ChannelHandlerContext ctx = context;
        if (ctx != null) {
            ctx.channel().config().setAutoRead(on);
        }
    }

    // ---- out ----

    /** Frames of one turn and urgency, each u32 length and bytes. */
    void enqueue(int urgency, byte[] frames) {
        queues.get(urgency).add(frames);
    }

    /** Sends what the socket takes, the most urgent first. */
    void flush() {
        ChannelHandlerContext ctx = context;
        if (ctx == null || peer < 0) {
            return;
        }
        boolean wrote = false;
        while (ctx.channel().isWritable() && gather()) {
            byte[] bytes = wire.block(block.array(), block.size());
            links.sent(peer, bytes.length);
            ctx.write(Unpooled.wrappedBuffer(bytes));
            wrote = true;
        }
        if (wrote) {
            ctx.flush();
        }
    }

    private boolean gather() {
        block.clear();
        for (int u = 0; u < URGENCIES; u++) {
            ArrayDeque<byte[]> queue = queues.get(u);
            byte[] frames = queue.peek();
            while (frames != null && (block.size() == 0 || block.size() + frames.length <= BLOCK_BYTES)) {
                block.raw(frames, 0, frames.length);
                queue.poll();
                if (u >= 2) {
                    links.drained(peer, frames.length);
                }
                frames = queue.peek();
            }
            if (block.size() > 0 && frames != null) {
                return true;
            }
        }
        return block.size() > 0;
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        flush();
    }

    void close() {
        ChannelHandlerContext ctx = context;
        if (ctx != null) {
            ctx.close();
        }
    }
}
