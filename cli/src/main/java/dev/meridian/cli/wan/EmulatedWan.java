package dev.meridian.cli.wan;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/**
 * The ocean between regions that run on one machine, in user space and without root: for every ordered pair of regions a
 * loopback port that the one dials to reach the link of the other, and one for the control group. Bytes are opaque and arrive unchanged and in order.
 *
 * <p>All directions begin without any delay. A round trip through a pair takes the two delays; timers are
 * set early by what this machine's are late. A cut holds what is sent (up to a window, then the sender is no longer read) and
 * delivers it after the heal; connections stay open, and new ones are accepted by the machine but carry nothing until
 * then. Thread-safe; one event loop does all the work.
 */
public final class EmulatedWan implements AutoCloseable {
    /** A small socket buffer, so that what waits, waits in the pipe, where it is counted. */
    private static final int SOCKET_BUFFER_BYTES = 128 << 10;

    private final EventLoopGroup loop;
    private final Class<? extends ServerChannel> serverType;
    private final Bootstrap dialler;
    private final TimerLead lead = new TimerLead();
    private final SplittableRandom random = new SplittableRandom();
    private final Map<Pair, Direction> directions = new TreeMap<>();
    private final Map<Pair, InetSocketAddress> doors = new TreeMap<>();
    private final Map<Pair, InetSocketAddress> controlDoors = new TreeMap<>();

    /** An ordered pair of regions. */
    public record Pair(String from, String to) implements Comparable<Pair> {
        public Pair reversed() {
            return new Pair(to, from);
        }

        @Override
        public int compareTo(Pair other) {
            int first = from.compareTo(other.from);
            return first != 0 ? first : to.compareTo(other.to);
        }
    }

    /** One direction as it is at this moment. */
    public record View(Pair pair, LinkConditions conditions, int connections, long carriedBytes, long heldBytes) {}

    private EmulatedWan() {
        boolean epoll = Epoll.isAvailable();
        var threads = new DefaultThreadFactory("wan", true);
        loop = new MultiThreadIoEventLoopGroup(
                1, threads, epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
        serverType = epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
        dialler = new Bootstrap()
                .group(loop)
                .channel(epoll ? EpollSocketChannel.class : NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.SO_RCVBUF, SOCKET_BUFFER_BYTES);
    }

    /**
     * Opens a door for every ordered pair.
     *
     * @param links the real link address of each region
     */
    public static EmulatedWan between(Map<String, InetSocketAddress> links) {
        return between(links, Map.of());
    }

    /**
     * Opens two doors for every ordered pair, on the same way: what holds one up holds up the other.
     *
     * @param links the real link address of each region
     * @param controls the real address of each region's part of the control group
     */
    public static EmulatedWan between(Map<String, InetSocketAddress> links, Map<String, InetSocketAddress> controls) {
        var wan = new EmulatedWan();
        for (String from : links.keySet()) {
            for (String to : links.keySet()) {
                if (!from.equals(to)) {
                    var direction = new Direction(from, to, wan.random.split());
                    wan.directions.put(new Pair(from, to), direction);
                }
            }
        }
        wan.directions.forEach((pair, direction) -> direction.facing(wan.direction(pair.reversed())));
        try {
            wan.openDoors(links, wan.doors);
            wan.openDoors(controls, wan.controlDoors);
        } catch (RuntimeException e) {
            wan.close();
            throw e;
        }
        return wan;
    }

    /** Where {@code from} dials to reach {@code to}. */
    public InetSocketAddress door(String from, String to) {
        return opened(doors, from, to);
    }

    /** Where {@code from} dials to reach the control group's part in {@code to}. */
    public InetSocketAddress controlDoor(String from, String to) {
        return opened(controlDoors, from, to);
    }

    private static InetSocketAddress opened(Map<Pair, InetSocketAddress> doors, String from, String to) {
        InetSocketAddress door = doors.get(new Pair(from, to));
        if (door == null) {
            throw new IllegalArgumentException("no way from " + from + " to " + to);
        }
        return door;
    }

    /** Changes one direction; returns what holds from then on. */
    public LinkConditions change(Pair pair, UnaryOperator<LinkConditions> change) {
        Direction direction = direction(pair);
        return onLoop(() -> {
            LinkConditions changed = change.apply(direction.conditions);
            direction.change(changed, System.nanoTime());
            return changed;
        });
    }

    /** All directions, ordered by their names. */
    public List<View> view() {
        return onLoop(() -> {
            var views = new ArrayList<View>();
            directions.forEach((pair, direction) -> views.add(new View(
                    pair,
                    direction.conditions,
                    direction.connections(),
                    direction.carriedBytes,
                    direction.heldBytes())));
            return Collections.unmodifiableList(views);
        });
    }

    @Override
    public void close() {
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
    }

    private void openDoors(Map<String, InetSocketAddress> targets, Map<Pair, InetSocketAddress> opened) {
        targets.forEach((to, target) -> {
            for (String from : targets.keySet()) {
                if (!from.equals(to)) {
                    opened.put(new Pair(from, to), openDoor(new Pair(from, to), target));
                }
            }
        });
    }

    private InetSocketAddress openDoor(Pair pair, InetSocketAddress target) {
        Direction forth = direction(pair);
        Direction back = direction(pair.reversed());
        ChannelHandler accepted = new ChannelInitializer<SocketChannel>() {
            @Override
            protected void initChannel(SocketChannel near) {
                new WanConnection(near, forth, back, lead).open(dialler, target);
            }
        };
        Channel door = new ServerBootstrap()
                .group(loop)
                .channel(serverType)
                .option(ChannelOption.SO_RCVBUF, SOCKET_BUFFER_BYTES)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childOption(ChannelOption.AUTO_READ, false)
                .childHandler(accepted)
                .bind(InetAddress.getLoopbackAddress(), 0)
                .syncUninterruptibly()
                .channel();
        return (InetSocketAddress) door.localAddress();
    }

    private Direction direction(Pair pair) {
        Direction direction = directions.get(pair);
        if (direction == null) {
            throw new IllegalArgumentException("no way from " + pair.from() + " to " + pair.to());
        }
        return direction;
    }

    private <T> T onLoop(Callable<T> task) {
        return loop.submit(task).syncUninterruptibly().getNow();
    }
}
