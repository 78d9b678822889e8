package dev.meridian.store;

import java.io.IOException;
import java.util.Optional;

/**
 * Where the rows rest: cuts, each whole or not at all. After a crash it comes back with a cut that {@link #atRest} named, or a
 * later one, whole. Safe for use from several threads.
 *
 * <p>What cannot be read throws {@link StoreCorruptException}.
 */
public interface RowsAtRest extends AutoCloseable {

    /** Applies a cut; it comes to rest later. Where it throws, nothing of it was applied. */
    void write(Checkpoint checkpoint) throws IOException;

    /** The last cut that no loss of power takes back. */
    Optional<CheckpointMeta> atRest();

    /** Begins to bring to rest what was written, in the background. */
    void startFlush() throws IOException;

    /** Brings to rest what was written. */
    void flush() throws IOException;

    /** The rows and the meta of this moment. */
    View view();

    @Override
    void close();

    /** Stays as it is until it is closed; its cursors are to be closed before. */
    interface View extends AutoCloseable {

        Optional<CheckpointMeta> checkpoint();

        /** Shows all rows, in the order of keys; returns how many they were. */
        long forEach(RecoveryVisitor visitor);

        /** See {@link StoreSnapshot#rows}. */
        StoreSnapshot.Cursor rows(byte[] prefix, byte[] afterKey);

        @Override
        void close();
    }
}
