package dev.meridian.server.admin;

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
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/1.1 on one thread of its own, within {@link HttpLimits}. What it serves is for {@link Routes} to say; who is let in,
 * and what a request may look like, is decided here.
 */
final class HttpServer implements AutoCloseable {
    private static final int UNSENT_BYTES_HIGH = 256 << 10;
    private static final int UNSENT_BYTES_LOW = 64 << 10;

    private final Routes routes;
    private final PasswordCheck passwords;
    private final HttpLimits limits;
    private final EventLoopGroup group;
    private final boolean epoll = Epoll.isAvailable();
    private @Nullable Channel listener;
    /** On the event loop. */
    int connections;

    int streams;

    HttpServer(Routes routes, @Nullable String password, HttpLimits limits) {
        this.routes = routes;
        this.passwords = new PasswordCheck(password);
        this.limits = limits;
        this.group = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("http"), epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    }

    /**
     * Listens; answers the address, with the port that was found where 0 was asked for.
     *
     * @throws IOException if the address cannot be had
     */
    InetSocketAddress start(InetSocketAddress address) throws IOException {
        ChannelFuture bound = new ServerBootstrap()
                .group(group)
                .channel(epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_SNDBUF, UNSENT_BYTES_HIGH)
                .childOption(
                        ChannelOption.WRITE_BUFFER_WATER_MARK,
                        new WriteBufferWaterMark(UNSENT_BYTES_LOW, UNSENT_BYTES_HIGH))
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline()
                                .addLast(new HttpServerCodec(new HttpDecoderConfig()
                                        .setMaxInitialLineLength(limits.uriBytes())
                                        .setMaxHeaderSize(limits.headerBytes())))
                                .addLast(new HttpConnection(HttpServer.this));
                    }
                })
                .bind(address)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(
                    "cannot listen for HTTP on " + address + ": "
                            + bound.cause().getMessage(),
                    bound.cause());
        }
        listener = bound.channel();
        return (InetSocketAddress) bound.channel().localAddress();
    }

    Routes routes() {
        return routes;
    }

    PasswordCheck passwords() {
        return passwords;
    }

    HttpLimits limits() {
        return limits;
    }

    @Override
    public void close() {
        if (listener != null) {
            listener.close().awaitUninterruptibly();
        }
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
