package dev.meridian.server.redis;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** The node's one kernel thread: an event loop, on epoll where there is one. What it is given it runs in order. */
public final class KernelLoop implements Executor, AutoCloseable {
    private final EventLoopGroup group;
    private final Class<? extends ServerChannel> serverChannel;

    public KernelLoop(String threadName) {
        DefaultThreadFactory threads = new DefaultThreadFactory(threadName);
        boolean epoll = Epoll.isAvailable();
        group = new MultiThreadIoEventLoopGroup(
                1, threads, epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
        serverChannel = epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    }

    /** Runs the task after what the loop is doing. From any thread. */
    @Override
    public void execute(Runnable task) {
        group.execute(task);
    }

    /** Runs the task once, so much later. From any thread. */
    public void schedule(Runnable task, long delayMs) {
        group.schedule(task, delayMs, TimeUnit.MILLISECONDS);
    }

    /** Whether the caller is the kernel thread. */
    public boolean isCurrentThread() {
        return group.next().inEventLoop();
    }

    EventLoopGroup group() {
        return group;
    }

    Class<? extends ServerChannel> serverChannel() {
        return serverChannel;
    }

    /** Ends the thread after the tasks at hand; not to be called from it. */
    @Override
    public void close() {
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
