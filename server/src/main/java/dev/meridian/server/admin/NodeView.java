package dev.meridian.server.admin;

import dev.meridian.kernel.Kernel;
import dev.meridian.kernel.command.Args;
import dev.meridian.server.consensus.ControlGroup;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What the HTTP door sees of its node. Thread-safe. */
public interface NodeView {
    /** How far a node has got with its life. */
    enum Phase {
        STARTING,
        SERVING,
        STOPPING
    }

    /**
     * What stands on the disk, in bytes.
     *
     * @param data everything in the data directory
     * @param log the log's part of it
     */
    record DiskFigures(long data, long log, long free) {}

    Phase phase();

    /** When the kernel's loop last made a turn, by the monotonic clock; 0 never. */
    long lastTurnNs();

    /** Why the node acknowledges nothing, or refuses writes; null while it does neither. */
    @Nullable
    String refusal();

    /** Null until they have been measured. */
    @Nullable
    DiskFigures disk();

    /** What this region knows of the control group; null where it takes no part. */
    ControlGroup.@Nullable View control();

    /** Answers a question within a turn on the kernel's thread. Only while serving; must be quick. */
    <T> CompletableFuture<T> ask(Function<Kernel, T> question);

    /** Has a command done as a client's that is let in; the answer is its reply in RESP3, when a client would get it. Only while serving. */
    CompletableFuture<byte[]> command(Args command);
}
