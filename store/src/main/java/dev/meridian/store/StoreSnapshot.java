package dev.meridian.store;

/** A consistent view of the rows and their meta. Cursors may be used from different threads; a cursor from one at a time. */
public interface StoreSnapshot extends AutoCloseable {

    CheckpointMeta checkpoint();

    /**
     * The rows whose keys begin with {@code prefix} (all if it is empty), in the order of their bytes, unsigned.
     *
     * @param afterKey only rows behind this key, to go on where an earlier cursor stopped; empty to begin at the first
     */
    Cursor rows(byte[] prefix, byte[] afterKey);

    /** Lets go of the view; its cursors must be closed before. */
    @Override
    void close();

    /** Stands before the first row until {@link #next()}. */
    interface Cursor extends AutoCloseable {

        /** Moves to the next row; false if there is none. */
        boolean next();

        byte[] key();

        byte[] value();

        @Override
        void close();
    }
}
