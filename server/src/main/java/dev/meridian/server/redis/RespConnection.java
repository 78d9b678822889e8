package dev.meridian.server.redis;

import dev.meridian.kernel.command.Client;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection: its commands in, in order, one after the other; its replies out, as far as they are released. Lives on
 * the kernel thread.
 *
 * <p>Reading pauses while the client is blocked, held for a wrong password, or owes us too much reading of its own.
 */
final class RespConnection extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(RespConnection.class);

    /** What the socket is given at a time; the rest waits in the client's own replies, where it is counted. */
    private static final int CHUNK_BYTES = 256 * 1024;

    /** How long a connection that ends may take to read its last replies. */
    private static final long LAST_WORDS_MS = 2_000;

    /** What a blocked client may send ahead before its socket is left alone. */
    private static final int SENT_AHEAD_BYTES_MAX = 64 * 1024;

    private final RespServer server;
    private final RespLimits limits;
    private final Channel channel;
    private final RespParser parser;
    final Client client;

    /** Replies of this connection since it began, by their total length: handed to the socket, and free to be. */
    private long sentBytes;

    private long releasedBytes;
    private boolean dirty;
    private boolean held;

    /** While held: where the reply begins that waits. */
    private long heldFromBytes;

    private boolean owing;
    private boolean gone;

    /** The client sends no more; what it has sent is still answered. */
    private boolean inputEnded;

    private boolean lastWords;

    private int passwordsRefused;

    RespConnection(RespServer server, Channel channel, Client client) {
        this.server = server;
        this.limits = server.limits();
        this.channel = channel;
        this.parser = new RespParser(limits, server.scratch());
        this.client = client;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf in = (ByteBuf) message;
        try {
            if (client.closing || gone) {
                return;
            }
            client.bytesIn += in.readableBytes();
            server.counters().bytesIn += in.readableBytes();
            parser.append(in);
        } finally {
            in.release();
        }
        proceed();
    }

    /** Carries out the commands at hand, as far as the client's state allows. */
    void proceed() {
        while (!gone && !client.blocked && !client.closing && !held && !owing) {
            RespParser.Outcome outcome = parser.next(client.authenticated);
            if (outcome == RespParser.Outcome.MORE) {
                break;
            }
            if (outcome == RespParser.Outcome.FAILED) {
                server.counters().protocolErrors++;
                client.out.error(parser.error());
                client.closing = true;
            } else {
                command();
            }
            server.dirty(this);
        }
        if (gone) {
            return;
        }
        parser.park();
        if (inputEnded && !held && !owing) {
            endAfterInput();
            return;
        }
        boolean listening = !owing && !held && !(client.blocked && parser.waiting() > SENT_AHEAD_BYTES_MAX);
        if (channel.config().isAutoRead() != listening) {
            channel.config().setAutoRead(listening);
        }
    }

    /** What a blocked command would answer nobody reads, as in Redis; all else is answered first. */
    private void endAfterInput() {
        if (client.blocked) {
            cut();
        } else {
            client.closing = true;
            server.dirty(this);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            inputEnded = true;
            if (!gone) {
                proceed();
            }
        }
    }

    private void command() {
        if (parser.args().is(0, "POST") || parser.args().is(0, "HOST:")) {
            server.counters().crossProtocol++;
            LOG.warn(
                    "security: {} speaks HTTP to the Redis port, as a web page that attacks it would; cut off",
                    client.address);
            cut();
            return;
        }
        server.counters().commands++;
        heldFromBytes = sentBytes + client.out.size();
        try {
            server.handler().command(client, parser.args());
        } catch (RuntimeException fault) {
            LOG.error("a command of client {} failed; its connection ends", client.id, fault);
            client.out.error("ERR internal error, see the node's log");
            client.closing = true;
        }
        if (client.passwordsRefused > passwordsRefused) {
            passwordsRefused = client.passwordsRefused;
            hold();
        }
        checkOutput();
    }

    /** A wrong password: its answer waits, and with it everything that follows on the connection. */
    private void hold() {
        server.counters().passwordsRefused++;
        client.closing |= passwordsRefused >= limits.passwordsRefusedMax();
        long delayMs = server.refusalDelayMs((InetSocketAddress) channel.remoteAddress());
        if (delayMs > 0) {
            held = true;
            server.loop().schedule(this::release, delayMs);
        }
    }

    private void release() {
        held = false;
        if (!gone) {
            server.dirty(this);
            proceed();
        }
    }

    /** Stops reading, or cuts the client off, by what it has not taken. */
    void checkOutput() {
        if (gone) {
            return;
        }
        long waiting = waitingBytes();
        int hard = client.subscriptions() > 0 ? limits.subscriberOutputHardBytes() : limits.outputHardBytes();
        if (waiting > hard) {
            server.counters().outputCutOffs++;
            LOG.warn("client {} leaves {} bytes of replies unread, more than {}; cut off", client.id, waiting, hard);
            cut();
        } else if (waiting > outputSoftBytes()) {
            owing = true;
        }
    }

    /** One more reply must fit. */
    private int outputSoftBytes() {
        int soft = limits.outputSoftBytes();
        return client.authenticated ? soft : Math.min(soft, RespLimits.UNAUTHENTICATED_BYTES_MAX / 2);
    }

    private long waitingBytes() {
        return client.out.size() + unsentBytes();
    }

    private long unsentBytes() {
        var outbound = channel.unsafe().outboundBuffer();
        return outbound == null ? 0 : outbound.totalPendingWriteBytes();
    }

    /** Whether this call made it dirty. */
    boolean markDirty() {
        boolean first = !dirty;
        dirty = true;
        return first;
    }

    /** The turn ends: answers up to where its replies go, counted from the connection's first. */
    long endTurn() {
        dirty = false;
        return held ? heldFromBytes : sentBytes + client.out.size();
    }

    /** Replies up to there may leave. */
    void flush(long upToBytes) {
        releasedBytes = Math.max(releasedBytes, upToBytes);
        send();
    }

    private void send() {
        while (!gone && sentBytes < releasedBytes && channel.isWritable()) {
            int length = (int) Math.min(CHUNK_BYTES, releasedBytes - sentBytes);
            ByteBuf chunk = channel.alloc().directBuffer(length);
            chunk.writeBytes(client.out.buffer(), client.out.readIndex(), length);
            client.out.skip(length);
            sentBytes += length;
            server.counters().bytesOut += length;
            client.bytesOut += length;
            channel.writeAndFlush(chunk, channel.voidPromise());
        }
        client.bytesUnsent = unsentBytes();
        if (gone) {
            return;
        }
        if (client.closing && !lastWords) {
            lastWords = true;
            server.loop().schedule(this::cut, LAST_WORDS_MS + (held ? limits.refusalDelayMsMax() : 0));
        }
        if (client.closing && !held && client.out.size() == 0) {
            gone();
            channel.writeAndFlush(channel.alloc().buffer(0)).addListener(ChannelFutureListener.CLOSE);
        } else if (owing && waitingBytes() <= outputSoftBytes() / 2) {
            owing = false;
            server.proceedSoon(this);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (channel.isWritable()) {
            send();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        gone();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof IOException) {
            LOG.debug("client {} is gone: {}", client.id, cause.toString());
        } else {
            LOG.error("the connection of client {} failed", client.id, cause);
        }
        cut();
    }

    /** Ends the connection now, with no further word. */
    void cut() {
        gone();
        channel.close();
    }

    private void gone() {
        if (!gone) {
            gone = true;
            server.disconnected(this);
        }
    }
}
