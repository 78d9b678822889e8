package dev.meridian.server.admin;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.util.concurrent.ScheduledFuture;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Server-sent events on one connection; on its event loop, but for being woken. */
final class EventStream {
    private static final int EVENTS_PER_WRITE = 64;
    private static final long COMMENT_MS = 15_000;

    private final ChannelHandlerContext ctx;
    private final EventLog log;
    private final HttpLimits limits;
    private final Runnable wake;
    private final ScheduledFuture<?> comments;
    private @Nullable ScheduledFuture<?> cut;
    private long position;

    /** The headers have been written; what follows {@code lastEventId} is sent, or, without one, what happens from now on. */
    EventStream(ChannelHandlerContext ctx, EventLog log, HttpLimits limits, @Nullable String lastEventId) {
        this.ctx = ctx;
        this.log = log;
        this.limits = limits;
        this.wake = () -> ctx.executor().execute(this::pump);
        this.position = log.last();
        write(": events of this node\n\n");
        if (lastEventId != null) {
            long from = log.numberOf(lastEventId);
            if (from >= 0 && log.reaches(from)) {
                position = from;
            } else {
                reset();
            }
        }
        log.wake(wake);
        comments = ctx.executor().scheduleAtFixedRate(this::comment, COMMENT_MS, COMMENT_MS, TimeUnit.MILLISECONDS);
        pump();
    }

    /** Sends what there is, as far as the client takes it. */
    void pump() {
        if (position > log.last()) {
            return;
        }
        while (ctx.channel().isActive() && ctx.channel().isWritable()) {
            if (!log.reaches(position)) {
                reset();
            }
            var events = log.after(position, EVENTS_PER_WRITE);
            if (events.isEmpty()) {
                break;
            }
            StringBuilder text = new StringBuilder();
            for (EventLog.Event event : events) {
                text.append("id: ").append(event.id()).append("\nevent: ").append(event.name());
                text.append("\ndata: ").append(event.json()).append("\n\n");
                position = event.number();
            }
            write(text.toString());
        }
    }

    /** The client missed events: it has to look at the whole again. */
    private void reset() {
        position = log.last();
        write(
                "event: reset\ndata: {\"schema\":\"meridian.event/1\",\"event\":\"reset\",\"reason\":\"events were missed:"
                        + " read /v1/status and go on from here\"}\n\n");
    }

    private void comment() {
        if (ctx.channel().isWritable()) {
            write(": still here\n\n");
        }
    }

    private void write(String text) {
        ctx.writeAndFlush(new DefaultHttpContent(Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.UTF_8))));
    }

    /** A client that reads nothing for too long is cut off; one that reads again goes on. */
    void writabilityChanged() {
        ScheduledFuture<?> pending = cut;
        if (pending != null) {
            pending.cancel(false);
            cut = null;
        }
        if (ctx.channel().isWritable()) {
            pump();
        } else {
            cut = ctx.executor().schedule(() -> ctx.close(), limits.answerTimeoutMs(), TimeUnit.MILLISECONDS);
        }
    }

    void end() {
        log.forget(wake);
        comments.cancel(false);
        ScheduledFuture<?> pending = cut;
        if (pending != null) {
            pending.cancel(false);
        }
    }
}
