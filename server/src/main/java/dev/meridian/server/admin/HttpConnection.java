package dev.meridian.server.admin;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.NetUtil;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One client's connection: one request after the other, each whole before the next. On the HTTP thread. */
final class HttpConnection extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(HttpConnection.class);
    private static final int PIPELINED_MAX = 32;
    private static final int HEADERS_MAX = 100;
    private static final int UNREAD_MS = 500;

    private final HttpServer server;
    private final ArrayDeque<HttpRequest> waiting = new ArrayDeque<>();
    private boolean answering;
    private boolean ending;
    private @Nullable EventStream stream;
    private @Nullable ScheduledFuture<?> deadline;

    HttpConnection(HttpServer server) {
        this.server = server;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        server.connections++;
        if (server.connections > server.limits().connectionsMax()) {
            answer(ctx, Answer.problem(HttpTrouble.CROWDED), true);
            return;
        }
        within(ctx, server.limits().requestTimeoutMs());
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        server.connections--;
        EventStream open = stream;
        if (open != null) {
            server.streams--;
            open.end();
        }
        stopClock();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        try {
            if (ending) {
                return;
            }
            if (message instanceof HttpRequest request) {
                HttpTrouble trouble = malformed(request);
                if (trouble != null) {
                    // What follows on this connection cannot be told apart from the rest of this request.
                    answer(ctx, Answer.problem(trouble), true);
                    return;
                }
                if (stream != null || waiting.size() >= PIPELINED_MAX) {
                    ctx.close();
                    return;
                }
                waiting.add(request);
            } else if (message instanceof HttpContent content) {
                if (content.content().isReadable() || content.decoderResult().isFailure()) {
                    answer(ctx, Answer.problem(HttpTrouble.BODY_REFUSED), true);
                } else if (content instanceof LastHttpContent) {
                    next(ctx);
                }
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private static @Nullable HttpTrouble malformed(HttpRequest request) {
        DecoderResult result = request.decoderResult();
        if (result.isFailure()) {
            return switch (result.cause()) {
                case TooLongHttpLineException line -> HttpTrouble.URI_TOO_LONG;
                case TooLongHttpHeaderException header -> HttpTrouble.HEADERS_TOO_LONG;
                case null, default -> HttpTrouble.BAD_REQUEST;
            };
        }
        if (request.headers().size() > HEADERS_MAX) {
            return HttpTrouble.HEADERS_TOO_LONG;
        }
        if (!request.protocolVersion().equals(HttpVersion.HTTP_1_1)
                && !request.protocolVersion().equals(HttpVersion.HTTP_1_0)) {
            return HttpTrouble.BAD_REQUEST;
        }
        boolean encoded = request.headers().contains(HttpHeaderNames.TRANSFER_ENCODING);
        String length = request.headers().get(HttpHeaderNames.CONTENT_LENGTH);
        if (encoded && length != null) {
            return HttpTrouble.BAD_REQUEST;
        }
        if (encoded || length != null && !length.equals("0")) {
            return HttpTrouble.BODY_REFUSED;
        }
        if (request.headers().getAll(HttpHeaderNames.HOST).size() != 1
                && request.protocolVersion().equals(HttpVersion.HTTP_1_1)) {
            return HttpTrouble.BAD_REQUEST;
        }
        return null;
    }

    private void next(ChannelHandlerContext ctx) {
        HttpRequest request = answering || ending ? null : waiting.poll();
        if (request == null) {
            return;
        }
        answering = true;
        stopClock();
        boolean last = !HttpUtil.isKeepAlive(request);
        HttpMethod method = request.method();
        String uri = request.uri();
        int mark = uri.indexOf('?');
        String path = mark < 0 ? uri : uri.substring(0, mark);
        boolean post = method.equals(HttpMethod.POST) && server.routes().posts(path);
        if (!post && !method.equals(HttpMethod.GET) && !method.equals(HttpMethod.HEAD)) {
            answer(ctx, Answer.problem(HttpTrouble.METHOD_REFUSED, null, Map.of("Allow", "GET, HEAD")), true);
            return;
        }
        Request asked = new Request(
                path,
                mark < 0 ? "" : uri.substring(mark + 1),
                post,
                request.headers().get("Last-Event-ID"));
        HttpTrouble refused = refused(ctx, request, asked.path());
        if (refused == HttpTrouble.UNAUTHORIZED) {
            Answer unauthorized = Answer.problem(
                    refused, null, Map.of("WWW-Authenticate", "Bearer realm=\"meridian\", Basic realm=\"meridian\""));
            int delayMs = request.headers().contains(HttpHeaderNames.AUTHORIZATION)
                    ? server.limits().refusalDelayMs()
                    : 0;
            ctx.executor().schedule(() -> answer(ctx, unauthorized, last), delayMs, TimeUnit.MILLISECONDS);
            return;
        }
        if (refused != null) {
            answer(ctx, Answer.problem(refused), last);
            return;
        }
        EventLog events = method.equals(HttpMethod.GET) ? server.routes().events(asked) : null;
        if (events != null) {
            stream(ctx, events, asked);
            return;
        }
        CompletionStage<Answer> found = server.routes().answer(asked);
        if (found == null) {
            answer(ctx, Answer.problem(HttpTrouble.NOT_FOUND), last);
            return;
        }
        found.whenComplete((answer, failure) -> ctx.executor().execute(() -> {
            if (failure != null) {
                LOG.warn("a question over HTTP could not be answered", failure);
            }
            answer(ctx, failure == null ? answer : Answer.problem(HttpTrouble.FAILED), last);
        }));
    }

    private @Nullable HttpTrouble refused(ChannelHandlerContext ctx, HttpRequest request, String path) {
        if (server.routes().open(path)) {
            return null;
        }
        // A browser says so where a page sends it, and sends along what it was let in with before.
        if (request.method().equals(HttpMethod.POST) && request.headers().contains(HttpHeaderNames.ORIGIN)) {
            return HttpTrouble.FOREIGN_PAGE;
        }
        if (server.passwords().passwordSet()) {
            return server.passwords().admits(request.headers().get(HttpHeaderNames.AUTHORIZATION))
                    ? null
                    : HttpTrouble.UNAUTHORIZED;
        }
        if (!((InetSocketAddress) ctx.channel().remoteAddress()).getAddress().isLoopbackAddress()) {
            return HttpTrouble.PROTECTED;
        }
        String host = request.headers().get(HttpHeaderNames.HOST, "");
        return ownName(host) ? null : HttpTrouble.UNEXPECTED_HOST;
    }

    private static boolean ownName(String host) {
        String name = host.startsWith("[")
                ? host.substring(1).replaceFirst("](:[0-9]{1,5})?$", "")
                : host.replaceFirst(":[0-9]{1,5}$", "");
        return name.isEmpty()
                || name.equalsIgnoreCase("localhost")
                || NetUtil.isValidIpV4Address(name)
                || NetUtil.isValidIpV6Address(name);
    }

    private void answer(ChannelHandlerContext ctx, Answer answer, boolean last) {
        if (ending) {
            return;
        }
        ending = last;
        DefaultFullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, answer.status(), Unpooled.wrappedBuffer(answer.body()));
        response.headers().set(HttpHeaderNames.CONTENT_TYPE, answer.contentType());
        response.headers().set(HttpHeaderNames.CONTENT_LENGTH, answer.body().length);
        headers(response);
        answer.headers().forEach((name, value) -> response.headers().set(name, value));
        if (last) {
            response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
        within(ctx, server.limits().answerTimeoutMs());
        ctx.writeAndFlush(response).addListener(written -> {
            stopClock();
            if (last || !written.isSuccess()) {
                end(ctx);
                return;
            }
            answering = false;
            within(ctx, server.limits().requestTimeoutMs());
            ctx.executor().execute(() -> next(ctx));
        });
    }

    /** Closing at once with something unread would take the answer back from the client. */
    private void end(ChannelHandlerContext ctx) {
        if (ctx.channel() instanceof DuplexChannel channel) {
            channel.shutdownOutput();
        }
        within(ctx, UNREAD_MS);
    }

    private void stream(ChannelHandlerContext ctx, EventLog events, Request request) {
        if (server.streams >= server.limits().streamsMax()) {
            answer(ctx, Answer.problem(HttpTrouble.CROWDED), true);
            return;
        }
        DefaultHttpResponse response = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
        response.headers().set(HttpHeaderNames.CONTENT_TYPE, "text/event-stream");
        response.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        headers(response);
        ctx.write(response);
        server.streams++;
        stream = new EventStream(ctx, events, server.limits(), request.lastEventId());
    }

    private static void headers(io.netty.handler.codec.http.HttpResponse response) {
        response.headers().set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE);
        response.headers().set("X-Content-Type-Options", "nosniff");
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        EventStream open = stream;
        if (open != null) {
            open.writabilityChanged();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        LOG.debug("an HTTP connection ended", cause);
        ctx.close();
    }

    private void within(ChannelHandlerContext ctx, int timeoutMs) {
        stopClock();
        deadline = ctx.executor().schedule(() -> ctx.close(), timeoutMs, TimeUnit.MILLISECONDS);
    }

    private void stopClock() {
        ScheduledFuture<?> running = deadline;
        if (running != null) {
            running.cancel(false);
            deadline = null;
        }
    }
}
