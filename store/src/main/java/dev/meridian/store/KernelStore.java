package dev.meridian.store;

import dev.meridian.kernel.Kernel;
import dev.meridian.kernel.log.RowBatch;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Carries a kernel's effects out on its store and makes of each result what the kernel is to be told: the same decisions in the
 * server, which spreads the calls over threads, and in the simulator.
 *
 * <p>A {@link StoreException} that a method throws is the end of the node: its host acknowledges nothing more and stops. Only
 * {@link StoreFullException}, from {@link #append}, ends nothing: the turn's end is tried again, and until then nothing of the turn
 * leaves the node.
 */
public final class KernelStore {
    /** How long a host waits before it tries again to end a turn that found no room. */
    public static final long ROOM_AWAITED_MS = 200;

    private static final long CHECKPOINT_AGAIN_MS = 1_000;
    /** Room that is left to deletes, and to what other regions send, when writes are refused. */
    private static final long USABLE_BYTES_LOW = 64L << 20;

    private final RegionStore store;
    private final boolean syncEachTurn;

    /**
     * An event for the kernel's thread.
     *
     * @param afterMs how much later it is due
     * @param hindrance what kept the effect from being carried out, or null
     */
    public record Answer(
            Consumer<Kernel> event, long afterMs, @Nullable StoreException hindrance) {
        private static Answer now(Consumer<Kernel> event) {
            return new Answer(event, 0, null);
        }
    }

    /** @param syncEachTurn durability always: what is appended is durable at once */
    public KernelStore(RegionStore store, boolean syncEachTurn) {
        this.store = store;
        this.syncEachTurn = syncEachTurn;
    }

    /** Hands back to a kernel that starts what the store holds. */
    public RecoveryReport recover(Kernel kernel) {
        RecoveryReport report = store.recover(new RecoveryVisitor() {
            @Override
            public long checkpoint(Optional<CheckpointMeta> checkpoint, long startLsn) {
                if (checkpoint.isEmpty()) {
                    return startLsn;
                }
                kernel.recoverMeta(checkpoint.get().meta());
                return checkpoint.get().lsn();
            }

            @Override
            public void row(byte[] key, int keyLength, byte[] value, int valueLength) {
                kernel.recoverRow(Arrays.copyOf(key, keyLength), Arrays.copyOf(value, valueLength));
            }

            @Override
            public void record(long lsn, byte[] bytes, int payloadOffset, int payloadLength) {
                kernel.recoverRecord(bytes, payloadOffset, payloadLength, lsn);
            }
        });
        kernel.recovered(store.startLsn(), store.endLsn());
        return report;
    }

    /** See {@link dev.meridian.kernel.Effects#append}. */
    public void append(long lsn, byte[] bytes, int offset, int length) {
        store.append(lsn, bytes, offset, length);
        if (syncEachTurn) {
            store.sync();
        }
    }

    /** Makes durable what was appended; every second, where not each turn does. */
    public void sync() {
        store.sync();
    }

    /** What the kernel is to be told of at the beginning of a turn. */
    public long durableLsn() {
        return store.durableLsn();
    }

    /** See {@link dev.meridian.kernel.Effects#checkpoint}. A full disk lets it wait: the log keeps what the rows lack. */
    public Answer checkpoint(byte[] rows, int length, byte[] meta, long lsn, boolean toRest) {
        try {
            store.writeCheckpoint(new Checkpoint(lsn, meta, RowBatch.over(rows, length)));
            if (toRest) {
                store.flush();
            }
            return Answer.now(kernel -> kernel.checkpointDone(true));
        } catch (StoreFullException e) {
            return new Answer(kernel -> kernel.checkpointDone(false), CHECKPOINT_AGAIN_MS, e);
        }
    }

    /** See {@link dev.meridian.kernel.Effects#trimLog}. */
    public Answer trim(long lsn) {
        long start = store.trim(lsn);
        return Answer.now(kernel -> kernel.logTrimmed(start));
    }

    /**
     * See {@code LinkPort.readLog}. What the log no longer has, or has damaged, is as good as trimmed: the peer is sent rows,
     * which are whole, and so are the peers after it.
     */
    public Answer read(long ticket, long lsn, int bytesMax) {
        try {
            LogSlice slice = store.read(lsn, bytesMax);
            return Answer.now(kernel -> kernel.logRead(ticket, slice.bytes(), slice.length()));
        } catch (LogTrimmedException e) {
            return new Answer(kernel -> kernel.logRead(ticket, new byte[0], 0), 0, e);
        } catch (StoreCorruptException e) {
            return new Answer(
                    kernel -> {
                        kernel.effects().alarm("MRD-4109", "a part of the log is damaged, rows are sent instead: " + e);
                        kernel.logDamaged();
                        kernel.logRead(ticket, new byte[0], 0);
                    },
                    0,
                    e);
        }
    }

    /** Why writes are to be refused for want of room, or null. To be asked each second. */
    public @Nullable String refusal(String region) {
        long usable = store.usableBytes();
        return usable < USABLE_BYTES_LOW
                ? "MISCONF the disk of region " + region + " has only " + (usable >> 20)
                        + " MiB left: writes are refused until there is room"
                : null;
    }
}
