package dev.meridian.cli.wan;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One direction of one connection: a queue ordered by the time at which each segment is due. Touched by the WAN's event
 * loop only. The source is no longer read while a window full of bytes is under way, which is TCP's back-pressure.
 */
final class DelayedPipe {
    private final Direction direction;
    private final EventLoop loop;
    private final TimerLead lead;
    private final ArrayDeque<Segment> queue = new ArrayDeque<>();
    private @Nullable Channel source;
    private @Nullable Channel destination;
    private @Nullable ScheduledFuture<?> timer;
    private long lastDueNs;
    private long heldBytes;

    DelayedPipe(Direction direction, EventLoop loop, TimerLead lead) {
        this.direction = direction;
        this.loop = loop;
        this.lead = lead;
        this.lastDueNs = System.nanoTime();
        direction.join(this);
    }

    void readFrom(Channel channel) {
        source = channel;
        regulate();
    }

    void writeTo(Channel channel) {
        destination = channel;
    }

    /** Takes ownership of the bytes. */
    void carry(ByteBuf bytes) {
        long nowNs = System.nanoTime();
        int pieceBytes = direction.pieceBytes();
        while (bytes.readableBytes() > pieceBytes) {
            enqueue(new Segment(bytes.readRetainedSlice(pieceBytes), null), nowNs);
        }
        enqueue(new Segment(bytes, null), nowNs);
        regulate();
    }

    /** Runs the action at the other end, after all bytes sent before it, as a packet without content. */
    void carry(Runnable arrival) {
        enqueue(new Segment(null, arrival), System.nanoTime());
    }

    long heldBytes() {
        return heldBytes;
    }

    /** Recomputes what has not left yet; after a heal also sends again what was on its way or held. */
    void retime(long nowNs, boolean healed) {
        lastDueNs = nowNs;
        for (Segment segment : queue) {
            if (segment.departureNs > nowNs || healed) {
                stamp(segment, nowNs);
            }
            segment.dueNs = Math.max(segment.dueNs, lastDueNs);
            lastDueNs = segment.dueNs;
        }
        reschedule();
        regulate();
    }

    /** Drops what is under way; both ends are gone. */
    void discard() {
        direction.leave(this);
        if (timer != null) {
            timer.cancel(false);
        }
        queue.forEach(Segment::release);
        queue.clear();
        heldBytes = 0;
    }

    private void enqueue(Segment segment, long nowNs) {
        stamp(segment, nowNs);
        heldBytes += segment.bytes();
        queue.add(segment);
        if (queue.size() == 1) {
            reschedule();
        }
    }

    private void stamp(Segment segment, long nowNs) {
        segment.departureNs = direction.departureNs(segment.bytes(), nowNs);
        segment.dueNs = Math.max(segment.departureNs + direction.flightNs(segment.bytes()), lastDueNs);
        lastDueNs = segment.dueNs;
    }

    private void reschedule() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
        Segment head = queue.peek();
        if (head == null || direction.conditions.cut()) {
            return;
        }
        long nowNs = System.nanoTime();
        long fireNs = head.dueNs - lead.ns();
        if (fireNs <= nowNs) {
            deliver(nowNs);
        } else {
            timer = loop.schedule(() -> fire(fireNs), fireNs - nowNs, TimeUnit.NANOSECONDS);
        }
    }

    private void fire(long fireNs) {
        timer = null;
        long nowNs = System.nanoTime();
        lead.observe(nowNs - fireNs);
        deliver(Math.max(nowNs, fireNs));
    }

    private void deliver(long nowNs) {
        boolean wrote = false;
        long untilNs = nowNs + lead.ns();
        Segment head = queue.peek();
        while (head != null && head.dueNs <= untilNs && !direction.conditions.cut()) {
            queue.poll();
            if (head.arrival != null) {
                head.arrival.run();
            } else if (head.content != null) {
                write(head.content);
                wrote = true;
            }
            head = queue.peek();
        }
        if (wrote && destination != null) {
            destination.flush();
        }
        reschedule();
    }

    private void write(ByteBuf content) {
        int bytes = content.readableBytes();
        direction.carriedBytes += bytes;
        if (destination == null || !destination.isActive()) {
            content.release();
            heldBytes -= bytes;
            return;
        }
        destination.write(content).addListener(done -> {
            heldBytes = Math.max(0, heldBytes - bytes);
            regulate();
        });
    }

    private void regulate() {
        Channel reader = source;
        if (reader == null) {
            return;
        }
        boolean wanted = heldBytes < direction.windowBytes();
        if (reader.config().isAutoRead() != wanted) {
            reader.config().setAutoRead(wanted);
        }
    }

    /** Bytes, or something that happens at the other end; never both. */
    private static final class Segment {
        final @Nullable ByteBuf content;
        final @Nullable Runnable arrival;
        long departureNs;
        long dueNs;

        Segment(@Nullable ByteBuf content, @Nullable Runnable arrival) {
            this.content = content;
            this.arrival = arrival;
        }

        int bytes() {
            return content == null ? 0 : content.readableBytes();
        }

        void release() {
            if (content != null) {
                content.release();
            }
        }
    }
}
