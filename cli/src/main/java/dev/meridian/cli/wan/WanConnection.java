package dev.meridian.cli.wan;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * One connection from a region to another, through the WAN. Opening and closing travel like bytes: the other region is
 * dialled one delay after the dial, the dialler is read (and so answered) one delay after that, and an end reaches the
 * other side behind all that was sent before it. While the way is cut neither arrives.
 */
final class WanConnection {
    private final Channel near;
    private final DelayedPipe forth;
    private final DelayedPipe back;
    private @Nullable Channel far;
    private int ended;

    WanConnection(Channel near, Direction forth, Direction back, TimerLead lead) {
        this.near = near;
        this.forth = new DelayedPipe(forth, near.eventLoop(), lead);
        this.back = new DelayedPipe(back, near.eventLoop(), lead);
    }

    /** Called with a dialler channel that is not read yet. */
    void open(Bootstrap dialler, InetSocketAddress target) {
        near.pipeline().addLast(end(forth));
        back.writeTo(near);
        forth.carry(() -> dialler.clone().handler(end(back)).connect(target).addListener((ChannelFutureListener)
                dialled -> {
                    if (!dialled.isSuccess()) {
                        back.carry(() -> close(near));
                        return;
                    }
                    far = dialled.channel();
                    if (!near.isActive()) {
                        close(far);
                        return;
                    }
                    forth.writeTo(far);
                    back.readFrom(far);
                    back.carry(() -> forth.readFrom(near));
                }));
    }

    private ChannelHandler end(DelayedPipe outgoing) {
        return new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext ctx, Object message) {
                outgoing.carry((ByteBuf) message);
            }

            @Override
            public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
                if (event instanceof ChannelInputShutdownEvent) {
                    outgoing.carry(() -> finish(other(ctx.channel())));
                }
            }

            @Override
            public void channelInactive(ChannelHandlerContext ctx) {
                outgoing.carry(() -> close(other(ctx.channel())));
            }

            @Override
            public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
                ctx.close();
            }
        };
    }

    private @Nullable Channel other(Channel channel) {
        return channel == near ? far : near;
    }

    /** The sender has no more to say. */
    private void finish(@Nullable Channel receiver) {
        if (++ended == 2) {
            close(near);
            close(far);
        } else if (receiver instanceof DuplexChannel duplex && duplex.isActive()) {
            duplex.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(done -> duplex.shutdownOutput());
        }
    }

    private void close(@Nullable Channel receiver) {
        if (receiver != null && receiver.isActive()) {
            receiver.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        }
        if (!near.isActive() && (far == null || !far.isActive())) {
            forth.discard();
            back.discard();
        }
    }
}
