package dev.meridian.server.redis;

import dev.meridian.kernel.command.Args;
import dev.meridian.kernel.command.Client;
import java.net.InetSocketAddress;

/**
 * What stands behind the Redis door: the kernel with its host. All calls come from the {@link KernelLoop}'s thread, none
 * comes while another runs, and after each there is a {@link #turnEnd}: so the first call after a turn's end begins a turn.
 * A host whose turns have other events too asks for their end with {@link RespServer#scheduleTurnEnd}.
 */
public interface RespHandler {
    /** A connection was accepted; answers the client that stands for it until {@link #disconnected}. */
    Client connected(InetSocketAddress remote, InetSocketAddress local);

    /**
     * Carries a command out, now. The reply is in {@code client.out} at return; or {@code client.blocked} is set, no
     * further command of the client comes, and {@link RespServer#resume} ends that. The arguments are the caller's again
     * after return.
     */
    void command(Client client, Args args);

    /** The connection is gone, for whatever reason; its client gets nothing any more. Called once. */
    void disconnected(Client client);

    /** What a turn tells its clients. */
    interface Replies {
        /** They leave. */
        void flush();

        /** They never leave: the connections that they are for end. */
        void drop();
    }

    /**
     * Every connection that had something to say was heard once. Flushes the replies written up to now, or drops them, now or
     * later on the same thread and in the order of turns: they leave after what they acknowledge is as durable as promised.
     */
    void turnEnd(Replies replies);
}
